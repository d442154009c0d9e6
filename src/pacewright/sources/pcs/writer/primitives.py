"""Primitives as commands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pacewright.model.resources import CLASSES, Primitive
from pacewright.sources.pcs.writer.operations import operation_words, refuse_same_twice
from pacewright.sources.pcs.writer.script import Script


def write_primitive(script: Script, primitive: Primitive, subject: str, holder: Sequence[str] = ()) -> None:
    """``holder``: the words that put it into a clone or bundle at once."""
    name = str(primitive.id)
    script.absent(subject, primitive, "description")
    if primitive.template is not None:
        script.refuse(subject, f"template='{primitive.template}': it has no templates")
        return
    command, agent = _agent(script, primitive, subject)
    params = script.one_set(subject, primitive.params)
    operations = [word for each in primitive.ops for word in operation_words(script, each, subject)]
    refuse_same_twice(script, primitive.ops, subject)
    if primitive.operations is not None and primitive.operations.id_ref is not None:
        script.refuse(subject, f"<operations id-ref='{primitive.operations.id_ref}'>")
    monitored = any(each.name == "monitor" for each in primitive.ops)
    if not monitored:  # pcs adds one where none is given
        operations += ["monitor", "interval=60s"]
    meta = script.one_set(subject, primitive.meta)
    words = [name, agent, *params, "op", *operations, *(["meta", *meta] if meta else [])]
    script.add(subject, f"{command} create", [*words, *holder], "--force", "--no-default-ops")
    if not monitored:
        script.add(subject, f"{command} op remove", [name, "monitor", "interval=60s"])
    if utilization := script.one_set(subject, primitive.utilization, integers=True):
        script.simple_names(subject, utilization)
        script.add(subject, "resource utilization", [name, *utilization])


def _agent(script: Script, primitive: Primitive, subject: str) -> tuple[str, str]:
    standard, provider, kind = primitive.agent_class or "", primitive.provider, primitive.type or ""
    text = ":".join(part for part in (standard, provider, kind) if part)
    colon = ":" in kind and not (standard == "systemd" and "@" in kind.partition(":")[0])
    if (
        standard not in CLASSES
        or (standard == "ocf") != bool(provider)
        or not kind
        or colon
        or re.search(r"[\s=]", text)
    ) or (provider and ":" in provider):
        script.refuse(subject, f"the agent '{text}'")
    return ("stonith", kind) if standard == "stonith" else ("resource", text)
