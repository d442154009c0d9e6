"""From a spec and one reading of the cluster to a migration: what will be done, and what it will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from pacewright.architectures.outside import OnNode, Outside
from pacewright.catalogue.facts.catalogue import Catalogue
from pacewright.cib.desired.compose import compose
from pacewright.cib.desired.locks import lock_in
from pacewright.cib.desired.ownership import Record, records
from pacewright.cib.scheduler.transition import Answer
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster
from pacewright.cluster.nodes import ask
from pacewright.cluster.observation import Observation
from pacewright.cluster.outside.look import UnitState, unit_states
from pacewright.cluster.runner import Runner
from pacewright.model.change import Change
from pacewright.model.configuration import Configuration
from pacewright.model.effects import Action, Effect
from pacewright.model.errors import InputError
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options
from pacewright.model.report import Report, did_you_mean
from pacewright.model.resources import Primitive
from pacewright.operations.migrate.foresight import INTERRUPTING, Foreseen, Ways, foresee
from pacewright.operations.migrate.guard import unfit
from pacewright.operations.migrate.stages import (
    Stages,
    Unit,
    candidates,
    leaving,
    outermost_of,
    running_once,
    runs_nothing,
    starting_first,
)
from pacewright.operations.migrate.ways import with_first, with_joined, without_resources
from pacewright.workflow.planning import plan
from pacewright.workflow.settling import require_quorum, status_of

Runs = Mapping[str, Mapping[str, UnitState]]


@immutable(frozen=True, slots=True)
class Task:
    """What is asked for. ``outside``: what the spec leaves to systemd. ``outages``: what may be interrupted."""

    spec: Configuration
    deployment: str
    outside: Outside | None = None
    catalogue: Catalogue | None = None
    outages: frozenset[str] = frozenset()
    one_by_one: bool = False

    @property
    def lock(self) -> str:
        """Its name."""
        return f"migrate-{self.deployment}"

    def on_nodes(self) -> Mapping[str, OnNode]:
        return {here.node: here for here in self.outside.nodes} if self.outside else {}


@immutable(frozen=True, slots=True)
class Migration:
    """``states``: units that change hands, by node, as they were found. ``unfinished``: units that Pacemaker has
    forgotten but whose drop-in is still there, by node. ``interrupted``: effects that stop something that works,
    by the id of the outermost resource; ``refused`` are those that were not agreed to. ``begun``: a run was cut off, or
    is under way: its lock is there."""

    task: Task
    stages: Stages
    foreseen: Foreseen
    changes: tuple[Change, ...]
    reports: tuple[Report, ...] = ()
    states: Runs = field(default_factory=dict)
    unfinished: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interrupted: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    begun: bool = False

    @property
    def refused(self) -> dict[str, tuple[Effect, ...]]:
        return {name: effects for name, effects in self.interrupted.items() if name not in self.task.outages}

    @property
    def nothing_to_do(self) -> bool:
        return not (self.changes or self.unfinished or self.begun)

    def running(self, unit: Unit) -> tuple[str, ...]:
        """Nodes where the unit runs."""
        return tuple(node for node, units in self.states.items() if unit.name in units and units[unit.name].active)


def prepare(cluster: Cluster, task: Task, observation: Observation) -> Migration:
    """Raises InputError with all that stands in the way, SpecError, AdoptionNeeded, NoCluster."""
    planned = plan(cluster, task.spec, task.deployment, Options(prune=True), observation)
    live = planned.snapshot.configuration
    require_quorum(planned.snapshot)
    reports = unfit(status_of(cluster, planned.observation), live, task.lock)
    record = records(live).get(task.deployment, Record(task.deployment))
    out = leaving(live, task.spec, record, task.outside, task.catalogue)
    maybe = candidates(live, task.spec, task.outside)
    states, unfinished = _look(cluster, task, live, (*out, *maybe))
    into = _running_already(maybe, states)
    desired = planned.composition.desired
    first = starting_first(live, desired, {unit.resource for unit in into})
    stages = Stages(out, into, first)
    reports += [*_misplaced(out, states), *_unknown_outages(task, live, desired)]
    if planned.plan.adopted:
        reports.append(_unowned(planned.plan.adopted))
    if reports:
        raise InputError(reports)
    ways = _ways(task, live, desired, stages, record)

    def simulate(cib: bytes) -> Answer:
        return tools.simulate(cluster.runner, cib, validated=cluster.validated)

    running = {unit.primitive: _nodes_running(unit, states) for unit in into}
    foreseen = foresee(planned.snapshot.root, ways, out, running, into, simulate)
    return Migration(
        task, stages, foreseen, planned.plan.changes, planned.plan.reports, states, unfinished,
        _interrupted(foreseen, live, desired, running_once(task.spec, task.outside, task.catalogue)),
        lock_in(live, task.lock) is not None,
    )  # fmt: skip


def _ways(task: Task, live: Configuration, desired: Configuration, stages: Stages, record: Record) -> Ways:
    started = with_first(live, desired, stages.first, record)
    left = without_resources(started, stages.resources_leaving, task.deployment)
    joined = with_joined(left, desired, stages.resources_joining, records(left).get(task.deployment, record))
    return Ways(started, left, joined, compose(joined, task.spec, task.deployment, prune=True).desired)


def _look(
    cluster: Cluster, task: Task, live: Configuration, units: tuple[Unit, ...]
) -> tuple[Runs, dict[str, tuple[str, ...]]]:
    """Units by node, and on which of them a migration that was cut off has left Pacemaker's drop-in."""
    ours = task.on_nodes()
    configured = {f"{r.type}.service" for r in live.all_resources() if isinstance(r, Primitive)}
    names = tuple(dict.fromkeys(unit.name for unit in units))
    nodes = dict.fromkeys([*ours, *(str(n.name) for n in live.nodes), *(n for u in units for n in u.nodes)])
    if not nodes or cluster.node_runner(next(iter(nodes))) is None:  # embedded, file: there is nobody to ask
        return {}, {}

    def one(node: str, runner: Runner) -> dict[str, UnitState]:
        enabled = tuple(unit.name for unit in ours[node].enabled) if node in ours else ()
        return unit_states(runner, tuple(dict.fromkeys((*names, *enabled))))

    found = ask(cluster, nodes, one).require_all("nodes could not be asked what runs there")
    unfinished = {
        node: left for node, states in found.items()
        if node in ours and (left := tuple(
            u.name for u in ours[node].enabled if states[u.name].cluster_controlled and u.name not in configured
        ))
    }  # fmt: skip
    return {node: {n: states[n] for n in names} for node, states in found.items()}, unfinished


def _running_already(maybe: tuple[Unit, ...], states: Runs) -> tuple[Unit, ...]:
    """Units of resources of which something runs already: these join, all others are started."""
    joining = {unit.resource for unit in maybe if _nodes_running(unit, states)}
    return tuple(unit for unit in maybe if unit.resource in joining)


def _nodes_running(unit: Unit, states: Runs) -> tuple[str, ...]:
    return tuple(node for node, units in states.items() if unit.name in units and units[unit.name].active)


def _misplaced(out: tuple[Unit, ...], states: Runs) -> Iterator[Report]:
    for unit in out:
        for node in _nodes_running(unit, states):
            if node not in unit.nodes:
                message = f"{unit.name} runs on {node}, where the spec does not have it"
                yield Report("unit-elsewhere", message, subject=f"resource {unit.resource}",
                             suggestion=f"put {node} into its role, or keep the resource off it first")  # fmt: skip
        for node in unit.nodes:
            if states and not (node in states and states[node][unit.name].present):
                message = f"{node}: there is no {unit.name}, which systemd shall run there"
                yield Report("unit-missing", message, subject=f"resource {unit.resource}")


def _unknown_outages(task: Task, *configurations: Configuration) -> Iterator[Report]:
    known = [str(r.id) for configuration in configurations for r in configuration.all_resources()]
    for name in sorted(task.outages - set(known)):
        message = f"--outage: there is no resource '{name}'"
        yield Report("unknown-resource", message, suggestion=did_you_mean(name, known))


def _unowned(adopted: tuple[str, ...]) -> Report:
    message = f"no deployment owns {', '.join(adopted)}"
    return Report("adoption-needed", message, suggestion="'pacewright apply --adopt' takes over what the spec names")


def _interrupted(
    foreseen: Foreseen, live: Configuration, desired: Configuration, once: frozenset[str]
) -> dict[str, tuple[Effect, ...]]:
    """What stops something that works. The start of what must run before all else on a node counts, too."""
    outermost = {**outermost_of(desired), **outermost_of(live)}
    found: dict[str, list[Effect]] = {}
    for effect in foreseen.all:
        resource = outermost.get(effect.base)
        name = str(resource.id) if resource else effect.base or effect.node
        harmless = resource is not None and runs_nothing(resource)
        if (effect.action in INTERRUPTING and not harmless) or (effect.action is Action.START and name in once):
            found.setdefault(name, []).append(effect)
    return {name: tuple(effects) for name, effects in found.items()}
