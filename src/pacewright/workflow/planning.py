"""From a spec and one reading of the cluster to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pacewright.catalogue.secrets import is_secret
from pacewright.cib.desired.comparison import compare
from pacewright.cib.desired.compose import Composition, compose
from pacewright.cib.desired.patch import desired_document, without_status
from pacewright.cib.xml import Node
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.observation import Later, Observation
from pacewright.model.change import Change
from pacewright.model.configuration import Configuration
from pacewright.model.errors import AdoptionNeeded, SpecError
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options, Plan
from pacewright.model.report import Report, Reports, Severity
from pacewright.model.resources import Bundle

if TYPE_CHECKING:
    from pacewright.cib.scheduler.predict import Prediction


@immutable(frozen=True, slots=True)
class Planned:
    """A plan with what it takes to carry it out. ``document``: the CIB that would be, None when nothing changes."""

    plan: Plan
    observation: Observation
    composition: Composition
    document: Node | None

    @property
    def snapshot(self) -> Snapshot:
        return self.observation.snapshot


def plan(
    cluster: Cluster,
    spec: Configuration,
    deployment: str,
    options: Options,
    observation: Observation | None = None,
) -> Planned:
    """Reads once, composes, compares, validates, predicts. Raises SpecError with all that is wrong.

    ``observation``: a reading begun before.
    """
    if cluster.prepare(spec) or observation is None:
        observation = Observation(cluster)
    snapshot = observation.snapshot
    composition = compose(snapshot.configuration, spec, deployment, prune=options.prune)
    changes = changes_of(snapshot.configuration, composition)
    document = desired_document(snapshot.root, composition.desired) if changes else None
    if document is not None:
        cluster.foresee(document)
    # libxml2 relinks siblings while it validates, so nobody else may look at that copy of the document.
    judged = without_status(document) if document is not None else None
    predicted = Later(lambda: _predict(cluster, observation, document))  # the scheduler works while we validate
    asked = Later(lambda: _missing_on_nodes(cluster, observation, composition, options) if changes else [])
    reports = _problems(cluster, snapshot, composition, judged, options, asked)
    reports.extend(_deleted_while_promoted(cluster, observation, composition))
    if reports.errors:
        raise SpecError(reports)
    made = _plan(cluster, snapshot, composition, changes, predicted.result(), reports, options)
    return Planned(made, observation, composition, document)


def _problems(
    cluster: Cluster,
    snapshot: Snapshot,
    composition: Composition,
    document: Node | None,
    options: Options,
    asked: Later[list[Report]],
) -> Reports:
    reports = Reports([*composition.reports, *_owned_by_others(composition)])
    if document is not None:
        from pacewright.cluster.validate import validate

        found = validate(cluster, snapshot, composition.desired, document, options)
        if answers := asked.result():
            from pacewright.cluster.agents_on_nodes import with_answers

            found = with_answers(found, answers)
        reports.extend(r for r in found if r.severity is Severity.ERROR or _concerns(r, composition))
    return reports


def _deleted_while_promoted(cluster: Cluster, observation: Observation, composition: Composition) -> Iterator[Report]:
    """Pacemaker (2.1 and 3.0) demotes what is no longer configured without its parameters. An agent that needs them
    fails then, for ever: Galera's says that it must be configured."""
    gone = [a.partition(" ")[2] for a in composition.removed if a.startswith("resource ")]
    if not gone:
        return
    from pacewright.workflow.settling import status_of

    resources = status_of(cluster, observation).resources
    for name in gone:
        if name in resources and resources[name].parent is None and resources[name].promoted:
            message = f"'{name}' is promoted while it is deleted: an agent that needs its parameters cannot demote then"
            yield Report("deleted-while-promoted", message, Severity.WARNING, subject=f"resource {name}",
                         suggestion="apply it with 'meta: {target-role: Stopped}' first")  # fmt: skip


def _missing_on_nodes(
    cluster: Cluster, observation: Observation, composition: Composition, options: Options
) -> list[Report]:
    """Nothing where nothing really starts."""
    if cluster.simulated:
        return []
    from pacewright.cluster.agents_on_nodes import missing_agents

    live, allowed = observation.snapshot.configuration, options.allow_missing_agents
    desired, simulation = composition.desired, observation.simulation
    found = missing_agents(cluster, live, desired, simulation, allowed=allowed)
    if any(isinstance(r, Bundle) for r in desired.resources):
        from pacewright.cluster.bundle_hosts import has_hosts, unfit_hosts

        if has_hosts(cluster, live):
            found += unfit_hosts(cluster, desired, simulation, live=live, anew=True, allowed=allowed)
    return found


def changes_of(live: Configuration, composition: Composition) -> tuple[Change, ...]:
    return compare(
        live, composition.desired, reasons=composition.removed, adopted=composition.adopted, is_secret=is_secret
    )


def refuse_adoption(planned: Planned) -> None:
    """Raises AdoptionNeeded, naming every object that exists and has no owner, unless adoption was allowed."""
    if planned.plan.adopted and not planned.plan.options.adopt:
        reports = [
            Report("adoption-needed", f"'{address}' exists and no deployment owns it", subject=address,
                   suggestion="--adopt takes it over")
            for address in planned.plan.adopted
        ]  # fmt: skip
        raise AdoptionNeeded(reports)


def _concerns(report: Report, composition: Composition) -> bool:
    """Whether a warning is about this deployment's objects: others' are not its business."""
    address = (report.subject or "").partition("/")[0]
    return not address or address in composition.record.owned - frozenset(composition.left_over)


def _owned_by_others(composition: Composition) -> list[Report]:
    return [
        Report(
            "owned-by-other",
            f"'{address}' belongs to the deployment '{other}'",
            subject=address,
            suggestion=f"if it is the same one, say 'deployment: {other}' in the spec",
        )
        for address, other in composition.foreign.items()
    ]


def _predict(cluster: Cluster, observation: Observation, document: Node | None) -> Prediction | None:
    if document is None:
        return None
    from pacewright.cib.scheduler.predict import predict

    def ask(cib: bytes) -> tools.Simulation:
        return tools.simulate(cluster.runner, cib, validated=cluster.validated)

    return predict(observation.snapshot.root, document, ask, answered=lambda: observation.simulation)


def _plan(
    cluster: Cluster,
    snapshot: Snapshot,
    composition: Composition,
    changes: tuple[Change, ...],
    prediction: Prediction | None,
    reports: Reports,
    options: Options,
) -> Plan:
    made = Plan(
        deployment=composition.record.deployment,
        cluster=cluster.identity(snapshot),
        version=snapshot.version[:2],
        changes=changes,
        adopted=composition.adopted,
        left_over=composition.left_over,
        reports=tuple(r for r in reports if r.severity is not Severity.ERROR),
        options=options,
    )
    if prediction is None:
        return made
    shown = tuple(e for e in prediction.effects if e.base not in cluster.hidden_ids)
    pending = tuple(e for e in prediction.pending_effects if e.base not in cluster.hidden_ids)
    operations = tuple(o for o in prediction.operations if o.resource not in cluster.hidden_ids)
    return replace(made, effects=shown, pending=pending, operations=operations, settles=prediction.settled)
