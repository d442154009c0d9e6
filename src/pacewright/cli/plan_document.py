"""A plan as a JSON document and back. Secrets are never in it."""

from __future__ import annotations

import json
from typing import Any

from pacewright.catalogue.secrets import MASK
from pacewright.cli.session import Document, report_document
from pacewright.model.change import Action, Change, Detail, Reason
from pacewright.model.effects import Action as Happening
from pacewright.model.effects import Effect, Operation
from pacewright.model.errors import SpecError
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options, Plan
from pacewright.model.report import Place, Report

FORMAT, VERSION = "pacewright-plan", 1


@immutable(frozen=True, slots=True)
class SavedPlan:
    """A plan from a file, and the spec that it was made from. ``digest``: SHA-256 of the spec then."""

    plan: Plan
    spec: str
    digest: str


def plan_document(plan: Plan, *, spec: str = "", digest: str = "", simulated: bool = False) -> Document:
    """``spec``: absolute path of the spec. ``simulated``: operations are not real there."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "deployment": plan.deployment,
        "cluster": plan.cluster,
        "simulated": simulated,
        "base": {"admin_epoch": plan.version[0], "epoch": plan.version[1]},
        "spec": {"path": spec, "sha256": digest},
        "options": _options_document(plan.options),
        "changes": [change_document(c) for c in plan.changes],
        "effects": [effect_document(e) for e in plan.effects],
        "pending": [effect_document(e) for e in plan.pending],
        "operations": [operation_document(o) for o in plan.operations],
        "forbidden": [effect_document(e) for e in plan.forbidden],
        "settles": plan.settles,
        "adopted": list(plan.adopted),
        "left_over": list(plan.left_over),
        "reports": [report_document(r) for r in plan.reports],
    }


def change_document(change: Change) -> Document:
    return {
        "address": change.address,
        "action": str(change.action),
        "kind": change.kind,
        "reason": str(change.reason),
        "adopts": change.adopts,
        "details": [
            {"path": d.path, "before": _shown(d, d.before), "after": _shown(d, d.after), "secret": d.secret}
            for d in change.details
        ],
    }


def effect_document(effect: Effect) -> Document:
    return {
        "action": str(effect.action), "resource": effect.resource, "base": effect.base, "node": effect.node,
        "source": effect.source, "reason": effect.reason, "transition": effect.transition, "certain": effect.certain,
    }  # fmt: skip


def operation_document(operation: Operation) -> Document:
    return {
        "operation": operation.name, "resource": operation.resource, "node": operation.node,
        "transition": operation.transition, "certain": operation.certain,
    }  # fmt: skip


def _shown(detail: Detail, value: Any) -> Any:
    return MASK if detail.secret and value is not None else value


def _options_document(options: Options) -> Document:
    return {
        "forbid": sorted(str(f) for f in options.forbid), "adopt": options.adopt, "prune": options.prune,
        "allow_missing_agents": options.allow_missing_agents,
    }  # fmt: skip


def saved_plan(data: bytes) -> dict[str, Any] | None:
    """The document if the text is a saved plan, None if it is something else."""
    if not data.lstrip().startswith(b"{") or FORMAT.encode() not in data[:200]:
        return None
    try:
        document = json.loads(data)
    except ValueError:
        return None
    return document if isinstance(document, dict) and document.get("format") == FORMAT else None


def is_saved_plan(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return saved_plan(file.read()) is not None
    except OSError:
        return False  # reading it as a spec says what is wrong


def plan_from(document: dict[str, Any], name: str) -> SavedPlan:
    """The plan of a document. Raises SpecError where it is none of ours."""
    try:
        if document["version"] != VERSION:
            raise SpecError(
                [Report("plan-version", f"plan format {document['version']} is not known", place=Place(name))]
            )
        options = document["options"]
        plan = Plan(
            deployment=document["deployment"],
            cluster=document["cluster"],
            version=(int(document["base"]["admin_epoch"]), int(document["base"]["epoch"])),
            changes=tuple(_change(c) for c in document["changes"]),
            effects=tuple(_effect(e) for e in document["effects"]),
            pending=tuple(_effect(e) for e in document["pending"]),
            settles=bool(document["settles"]),
            adopted=tuple(document["adopted"]),
            left_over=tuple(document["left_over"]),
            options=Options(
                frozenset(Happening(f) for f in options["forbid"]), bool(options["adopt"]), bool(options["prune"]),
                bool(options["allow_missing_agents"]),
            ),
        )  # fmt: skip
        return SavedPlan(plan, str(document["spec"]["path"]), str(document["spec"]["sha256"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SpecError(
            [Report("plan-broken", f"not a plan that pacewright wrote: {error}", place=Place(name))]
        ) from None


def _change(document: dict[str, Any]) -> Change:
    details = tuple(Detail(d["path"], d["before"], d["after"], bool(d["secret"])) for d in document["details"])
    return Change(
        document["address"], Action(document["action"]), document["kind"], details, Reason(document["reason"]),
        bool(document["adopts"]),
    )  # fmt: skip


def _effect(document: dict[str, Any]) -> Effect:
    return Effect(
        Happening(document["action"]), document["resource"], document["base"], document["node"], document["source"],
        document["reason"], int(document["transition"]), bool(document["certain"]),
    )  # fmt: skip
