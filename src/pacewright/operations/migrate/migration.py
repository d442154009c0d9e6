"""Migrate: prepare, agree, hand over, take over, apply what is left.

A resource leaves Pacemaker by being deleted while orphans are not stopped (the property ``stop-orphan-resources``, held
by our lock and gone with it); then every node forgets it, and its unit is systemd's. Fail-over of everything else goes
on all the time, which maintenance mode would suspend. Every step looks at what there is, so that whoever comes after a
run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from pacewright.cib.desired.compose import compose
from pacewright.cib.desired.ownership import Record, records
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster
from pacewright.cluster.nodes import ask
from pacewright.cluster.observation import Observation
from pacewright.cluster.outside.install import install, write_files
from pacewright.cluster.outside.look import unit_states
from pacewright.cluster.outside.takeover import give_to_pacemaker, give_to_systemd
from pacewright.cluster.runner import Runner
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Declined, ForbiddenEffect, StalePlan, TimedOut, UsageError
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options, Plan
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus
from pacewright.operations.locking import Holding, take
from pacewright.operations.migrate.foresight import INTERRUPTING, is_history_of
from pacewright.operations.migrate.guard import KEEP_ORPHANS
from pacewright.operations.migrate.preparing import Migration, Task, prepare
from pacewright.operations.migrate.stages import (
    Unit,
    outermost_of,
    runs_nothing,
)
from pacewright.operations.migrate.verdict import judge_runs, judge_unit
from pacewright.operations.migrate.ways import with_first, with_joined, without_resources
from pacewright.workflow.applying import Applied, apply
from pacewright.workflow.settling import is_settled_now, require_quorum, settle

_AT_ONCE = 4
_CLOSING_SECONDS = 60.0
_FORGET, _RUNS = "forget", "runs-"  # notes in the lock


class Talk(Protocol):
    """What a migration asks and tells."""

    def report(self, migration: Migration) -> None:
        """What is to be said before anything is done."""
        ...

    def confirm(self, migration: Migration) -> bool: ...

    def step(self, text: str) -> None:
        """A step that begins, or a lock that is waited for."""
        ...

    def waiting(self, status: ClusterStatus) -> None: ...


@immutable(frozen=True, slots=True)
class Migrated:
    """``findings``: units that are not as they must be after all. ``applied``: the last stage; None where there was
    nothing to do."""

    migration: Migration
    findings: tuple[Report, ...] = ()
    applied: Applied | None = None


def migrate(
    cluster: Cluster, task: Task, talk: Talk, *, seconds: float = 600.0, observation: Observation | None = None
) -> Migrated:
    """Raises InputError where the cluster is not fit, ForbiddenEffect where something would be interrupted that the
    task does not name, Declined, Held, StalePlan, TimedOut, NoCluster."""
    cluster.require_writable()
    deadline = time.monotonic() + seconds
    migration = prepare(cluster, task, _at_rest(cluster, talk, deadline, observation))
    talk.report(migration)
    if migration.nothing_to_do:
        return Migrated(migration)
    _refuse(cluster, migration)
    if not talk.confirm(migration):
        raise Declined("declined: nothing was changed")
    holding = take(cluster, task.lock, "migrate", deadline=deadline, say=talk.step)
    work = _Work(cluster, task, talk, holding, deadline)
    try:
        now = prepare(cluster, task, _at_rest(cluster, talk, deadline))
        _require_same(migration, now)
        return work.carry_out(now)
    finally:
        work.close()


def _at_rest(cluster: Cluster, talk: Talk, deadline: float, observation: Observation | None = None) -> Observation:
    """A reading of the cluster once it has settled: what a run that was cut off has set going comes to its end."""
    observation = observation or Observation(cluster)
    require_quorum(observation.snapshot)
    if is_settled_now(cluster, observation) is not None:
        return observation
    talk.step("waiting until the cluster has settled")
    settle(cluster, deadline, progress=talk.waiting)
    return Observation(cluster)


def _refuse(cluster: Cluster, migration: Migration) -> None:
    if migration.refused:
        raise ForbiddenEffect(interruptions(migration))
    if cluster.simulated and (migration.stages.leaving or migration.stages.joining):
        raise UsageError("an embedded cluster has no units to hand over; --dry-run shows what would be done")


def interruptions(migration: Migration) -> str:
    """What would be interrupted that the task does not name."""
    named = "; ".join(
        f"{name} ({', '.join(dict.fromkeys(str(e.action) for e in effects))})"
        for name, effects in migration.refused.items()
    )
    return f"refused: this would interrupt {named}; --outage NAME agrees to it"


def _require_same(agreed: Migration, now: Migration) -> None:
    known = {change.address for change in agreed.changes}
    if strange := [c.address for c in now.changes if c.address not in known]:
        raise StalePlan(f"the configuration has moved since you agreed: {', '.join(strange)}")
    if worse := set(now.refused) | (set(now.interrupted) - set(agreed.interrupted)):
        raise StalePlan(f"meanwhile this would interrupt {', '.join(sorted(worse))}, too")


class _Work:
    """A migration that is being carried out, under its lock."""

    def __init__(self, cluster: Cluster, task: Task, talk: Talk, holding: Holding, deadline: float) -> None:
        self.cluster, self.task, self.talk = cluster, task, talk
        self.holding, self.deadline = holding, deadline
        # Primitives that are or will be no longer configured, those of a run that was cut off among them.
        self.forgotten = holding.inherited.get(_FORGET, "").split()

    def carry_out(self, migration: Migration) -> Migrated:
        self._forget(self.forgotten, self.deadline)
        self._ready_nodes()
        self._start_first(migration)
        findings: list[Report] = []
        for units in self._batches(migration.stages.leaving):
            findings += self._hand_over(migration, units)
        self._stop_keeping_orphans()
        for units in self._batches(migration.stages.joining):
            findings += self._take_over(migration, units)
        self.talk.step("applying what is left")
        last = _Last(migration, self.cluster.read().configuration, self.talk)
        applied = apply(
            self.cluster, self.task.spec, self.task.deployment, Options(prune=True), last,
            seconds=max(self.deadline - time.monotonic(), 1.0),
        )  # fmt: skip
        findings += self._finish(migration)
        return Migrated(migration, tuple(findings), applied)

    def close(self) -> None:
        """Gives the lock back, and with it the property, once nothing that was forgotten could be taken for an orphan.
        Otherwise the lock stays, until the next run goes on."""
        self.holding.stop()
        self._forget(self.forgotten, max(self.deadline, time.monotonic() + _CLOSING_SECONDS))
        self.holding.release()

    # ---- stages

    def _ready_nodes(self) -> None:
        """Drop-ins and settings first: while Pacemaker runs a unit, its own drop-in wins."""
        ours, outside = self.task.on_nodes(), self.task.outside
        if ours and outside and not self.cluster.simulated:
            self.talk.step(f"writing drop-ins and settings on {', '.join(ours)}")
            done = ask(self.cluster, ours, lambda n, r: write_files(r, ours[n], outside.release, outside.distribution))
            done.require_all("drop-ins not written")

    def _start_first(self, migration: Migration) -> None:
        if first := migration.stages.first:
            self.talk.step(f"starting {', '.join(first)}")
            self._write_and_settle(lambda live, desired, record: with_first(live, desired, first, record))

    def _hand_over(self, migration: Migration, units: Sequence[Unit]) -> list[Report]:
        """To systemd: deleted while orphans stay, forgotten by every node, and the unit's own from then on."""
        resources = tuple(dict.fromkeys(unit.resource for unit in units))
        primitives = [unit.primitive for unit in units]
        self.talk.step(f"handing over to systemd: {', '.join(resources)}")
        self.forgotten += primitives

        notes = {**_told(migration, units), _FORGET: " ".join(self.forgotten)}

        def change(live: Configuration) -> Configuration:
            kept = self.holding.altered(live, properties={KEEP_ORPHANS: "false"}, notes=notes)
            return without_resources(kept, resources, self.task.deployment)

        self.holding.rewrite(change, self.deadline)
        self._forget(primitives, self.deadline)
        by_node = _by_node(units)
        done = ask(self.cluster, by_node, lambda node, runner: give_to_systemd(runner, by_node[node]))
        done.require_all("units not given to systemd; the next run goes on with them")
        return self._verify(migration, units, of_systemd=True)

    def _take_over(self, migration: Migration, units: Sequence[Unit]) -> list[Report]:
        """Back to Pacemaker, whose probe finds the unit running."""
        resources = tuple(dict.fromkeys(unit.resource for unit in units))
        self.talk.step(f"taking over from systemd: {', '.join(resources)}")
        by_node = _by_node(units)
        done = ask(self.cluster, by_node, lambda node, runner: give_to_pacemaker(runner, by_node[node]))
        done.require_all("units not given to Pacemaker; the next run goes on with them")
        self._write_and_settle(lambda live, desired, record: with_joined(live, desired, resources, record))
        return self._verify(migration, units, of_systemd=False)

    def _finish(self, migration: Migration) -> list[Report]:
        """What an earlier run left, and what installing all anew would still change; whether what runs is what ran when
        that began."""
        ours, outside = self.task.on_nodes(), self.task.outside
        if not ours or outside is None or self.cluster.simulated:
            return []

        def one(node: str, runner: Runner) -> list[Report]:
            if left := migration.unfinished.get(node):
                give_to_systemd(runner, left)
            install(runner, ours[node], outside.release, outside.distribution)
            runs = _runs(self.holding.inherited.get(f"{_RUNS}{node}", ""))
            return list(judge_runs(node, runs, unit_states(runner, tuple(runs))))

        done = ask(self.cluster, ours, one).require_all("not installed; the next run goes on")
        return [report for reports in done.values() for report in reports]

    # ---- steps

    def _write_and_settle(self, grow: _Grow) -> None:
        def change(live: Configuration) -> Configuration:
            desired = compose(live, self.task.spec, self.task.deployment).desired
            record = records(live).get(self.task.deployment, Record(self.task.deployment))
            return grow(live, desired, record)

        written = self.holding.rewrite(change, self.deadline)
        if written is not None:
            settle(self.cluster, self.deadline, written=written, progress=self.talk.waiting)

    def _stop_keeping_orphans(self) -> None:
        self.holding.rewrite(lambda live: self.holding.altered(live, properties={}), self.deadline)

    def _forget(self, primitives: Sequence[str], deadline: float) -> None:
        """Until no node has a history of any of these that is no longer configured."""
        while left := self._remembered(primitives):
            if time.monotonic() > deadline:
                raise TimedOut(f"nodes still remember {', '.join(left)}: run it again, and it goes on here")
            with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
                list(threads.map(lambda name: tools.forget(self.cluster.runner, name), left))
            self.cluster.step(deadline)

    def _remembered(self, primitives: Sequence[str]) -> list[str]:
        if not primitives:
            return []
        root = self.cluster.read().root
        configured = {str(e.get("id")) for e in root.iterfind("configuration/resources//primitive")}
        histories = {str(e.get("id")) for e in root.iterfind("status//lrm_resource")}
        return [p for p in primitives if p not in configured and any(is_history_of(h, p) for h in histories)]

    def _verify(self, migration: Migration, units: Sequence[Unit], *, of_systemd: bool) -> list[Report]:
        """The same run of the same process on every node, and in the right hands."""
        names = [unit.name for unit in units]
        nodes = dict.fromkeys(node for unit in units for node in unit.nodes)
        found = ask(self.cluster, nodes, lambda _node, runner: unit_states(runner, names)).require_all("not verified")
        return [
            report for unit in units for node in unit.nodes
            for report in judge_unit(unit, node, migration.states[node][unit.name], found[node][unit.name], of_systemd)
        ]  # fmt: skip

    def _batches(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
        if units and not self.task.one_by_one:
            yield tuple(units)
            return
        for resource in dict.fromkeys(unit.resource for unit in units):
            yield tuple(unit for unit in units if unit.resource == resource)


class _Grow(Protocol):
    def __call__(self, live: Configuration, desired: Configuration, record: Record) -> Configuration: ...


class _Last:
    """Applies what is left only if it interrupts nothing but what was agreed to."""

    def __init__(self, migration: Migration, live: Configuration, talk: Talk) -> None:
        self.agreed, self.talk = set(migration.interrupted), talk
        self.outermost = {**outermost_of(migration.task.spec), **outermost_of(live)}

    def report(self, plan: Plan) -> None:
        for effect in plan.effects:
            resource = self.outermost.get(effect.base)
            name = str(resource.id) if resource else effect.base or effect.node
            harmless = name in self.agreed or (resource is not None and runs_nothing(resource))
            if effect.action in INTERRUPTING and not harmless:
                raise ForbiddenEffect(f"ended before the last step: it would {effect.action} {name} now")

    def confirm(self, _plan: Plan) -> bool:
        return True

    def refused(self, _plan: Plan) -> None:
        return

    def written(self, _plan: Plan) -> None:
        return

    def waiting(self, status: ClusterStatus) -> None:
        self.talk.waiting(status)


def _by_node(units: Sequence[Unit]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for unit in units:
        for node in unit.nodes:
            found.setdefault(node, []).append(unit.name)
    return found


def _told(migration: Migration, units: Sequence[Unit]) -> dict[str, str]:
    """The runs that are to go on, for whoever looks after us."""
    return {
        f"{_RUNS}{node}": " ".join(f"{u.name}={states[u.name].run}" for u in units if states[u.name].active)
        for node, states in migration.states.items()
    }


def _runs(text: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in text.split() if "=" in word)
