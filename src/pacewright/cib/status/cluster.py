"""The state of a cluster: from one CIB and the scheduler's answer on it, to values.

A resource is *as desired* when the scheduler plans nothing for it, no instance is failed or blocked, and it is active
(promoted) in as many places as configuration and nodes allow. What only the operator's hand holds back is *held*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pacewright.cib.status.configured import Configured
from pacewright.cib.status.dependencies import Dependency, dependencies
from pacewright.cib.status.expected import Expected, expected
from pacewright.cib.status.instances import Found, nodes_of
from pacewright.cib.status.operations import failures, in_flight
from pacewright.cib.status.reasons import reasons
from pacewright.cib.status.scene import Scene, copies_of
from pacewright.cib.xml import Node, parse
from pacewright.model.status import ClusterStatus, Failure, Hold, Planned, ResourceStatus
from pacewright.model.values import boolean, is_true

if TYPE_CHECKING:
    from pacewright.cib.scheduler.transition import GraphAction

_NUMBER = re.compile(r":\d+$")
_QUIET = ("notify", "notified")  # they come with other actions and change no resource


def cluster_status(
    root: Node, answer: bytes, graph: bytes = b"", hidden: frozenset[str] = frozenset()
) -> ClusterStatus:
    """The whole state.

    ``answer``: XML of ``crm_simulate --run --show-scores``; without scores every usable node counts as a place.
    ``graph``: the transition graph; without it probes and monitors still to be run are not noticed.
    ``hidden``: ids not to be shown. Raises SpecError if a text is no XML.
    """
    told = parse(answer, "<crm_simulate>")
    configured = Configured.of(root)
    nodes = nodes_of(told)
    scene = Scene.of(configured, told, nodes)
    online = frozenset(n.name for n in nodes if n.online)
    failed = tuple(f for f in failures(root, online) if f.resource not in hidden)
    pending = tuple(in_flight(root, online))
    planned = _planned(told, graph)
    quorum = boolean(root.get("have-quorum") or "true") is not False
    judged = _judge(scene, planned, failed)
    top = tuple(i for i in scene.tree.top if i not in hidden)
    return ClusterStatus(
        nodes=nodes, resources={i: r for i, r in judged.items() if i not in hidden}, top=top,
        quorum=quorum, dc=next((n.name for n in nodes if n.is_dc), None),
        in_flight=tuple(i for i in pending if i.resource not in hidden),
        planned=tuple(p for p in planned if _base(scene, p.resource) not in hidden), failures=failed,
        settled=not pending and all(p.blocked for p in planned),
        maintenance=is_true(configured.property("maintenance-mode")),
    )  # fmt: skip


# ---- what is planned


_STUCK = "it waits for an action that never comes"


def _planned(told: Node, graph: bytes) -> tuple[Planned, ...]:
    if not graph.strip():
        return tuple(_summary(told, lambda _resource: False))
    from pacewright.cib.scheduler.transition import executable, is_stuck, names_reached

    actions = tuple(executable(parse(graph, "<graph>")))
    reached = names_reached(actions)
    return (*_summary(told, lambda resource: is_stuck(resource, reached)), *_rest_of_graph(told, actions))


def _summary(told: Node, stuck: Callable[[str], bool]) -> Iterator[Planned]:
    for each in told.iterfind("actions/*"):
        blocked, reason = each.get("blocked") == "true", each.get("reason")
        if each.tag == "node_action":
            name = str(each.get("node")).partition(" ")[0]
            yield Planned((each.get("task") or "").lower() or "fence", name, name, reason=reason, blocked=blocked)
        elif each.tag == "rsc_action":
            node, resource = each.get("node") or each.get("source"), str(each.get("resource"))
            if not blocked and stuck(resource):
                blocked, reason = True, _STUCK
            yield Planned(str(each.get("action")), resource, node, each.get("dest"), reason, blocked)


def _rest_of_graph(told: Node, actions: Iterable[GraphAction]) -> Iterator[Planned]:
    """Actions that the summary does not tell: probes, monitors, clean-ups."""
    mentioned = {_NUMBER.sub("", str(e.get("resource"))) for e in told.iterfind("actions/rsc_action")}
    fenced = any(True for _ in told.iterfind("actions/node_action"))
    for action in actions:
        if not action.real or action.operation in _QUIET or (action.operation == "stonith" and fenced):
            continue
        if action.kind == "crm_event" or _NUMBER.sub("", action.instance) not in mentioned:
            yield Planned(_word(action.operation, action.interval), action.instance or action.node, action.node or None)


def _word(operation: str, interval: int) -> str:
    return "probe" if operation == "monitor" and interval == 0 else operation


# ---- judging resources


def _judge(scene: Scene, planned: Sequence[Planned], failed: Sequence[Failure]) -> dict[str, ResourceStatus]:
    by_base: dict[str, list[Planned]] = {}
    for action in planned:
        by_base.setdefault(_base(scene, action.resource), []).append(action)
    by_resource: dict[str, list[Failure]] = {}
    for failure in failed:
        by_resource.setdefault(_base(scene, failure.resource), []).append(failure)
    judge = _Judge(scene, by_base, by_resource)
    for identity in _dependencies_first(scene, judge.needs):
        judge.status(identity)
    return {identity: judge.status(identity) for identity in scene.tree.found}


def _dependencies_first(scene: Scene, needs: Mapping[str, Sequence[Dependency]]) -> Iterator[str]:
    """What others wait for comes first, so that long chains are judged without deep recursion."""
    seen: set[str] = set()
    pending = [(identity, False) for identity in reversed(scene.tree.found)]
    while pending:
        identity, done = pending.pop()
        if done:
            yield identity
        elif identity not in seen and identity in scene.tree.found:
            seen.add(identity)
            pending.append((identity, True))
            lineage = (identity, *scene.configured.lineage(identity))
            pending += [(d.on, False) for i in lineage for d in needs.get(i, ())]
            pending += [(member, False) for member in scene.tree.found[identity].members]


def _base(scene: Scene, instance: str) -> str:
    return instance if instance in scene.tree.found else _NUMBER.sub("", instance)


class _Judge:
    """Judges each resource once. What waits for a held resource is held; for a failing one, it is not as desired."""

    def __init__(self, scene: Scene, planned: Mapping[str, list[Planned]], failed: Mapping[str, list[Failure]]) -> None:
        self.scene, self.planned, self.failed = scene, planned, failed
        self.needs = dependencies(scene.configured)
        self._known: dict[str, ResourceStatus] = {}
        self._under_way: set[str] = set()

    def status(self, identity: str) -> ResourceStatus:
        if identity not in self._known:
            self._under_way.add(identity)
            self._known[identity] = self._status(self.scene.tree.found[identity])
            self._under_way.discard(identity)
        return self._known[identity]

    def _status(self, found: Found) -> ResourceStatus:
        wanted = expected(self.scene, found)
        status = self._facts(found, wanted)
        waiting: list[str] = []
        if status.active < status.expected or status.promoted < status.promoted_expected:
            status, waiting = self._excused(status, wanted)
        status = replace(status, held=tuple(dict.fromkeys(status.held)))
        return replace(status, why_not=tuple(reasons(self.scene, status, wanted, waiting)))

    def _facts(self, found: Found, wanted: Expected) -> ResourceStatus:
        copies = copies_of(found)
        inside = tuple(self._inside(found))
        return ResourceStatus(
            id=found.id, kind=found.kind, instances=tuple(found.instances), agent=found.agent, parent=found.parent,
            members=tuple(found.members), target_role=found.target_role, managed=found.managed,
            active=sum(all(i.active for i in copy) for copy in copies), expected=wanted.active,
            promoted=sum(any(i.promoted for i in copy) for copy in copies), promoted_expected=wanted.promoted,
            failures=tuple(f for i in inside for f in self.failed.get(i, ())), held=tuple(wanted.held),
            planned=tuple(p for i in inside for p in self.planned.get(i, ())),
        )  # fmt: skip

    def _inside(self, found: Found) -> Iterator[str]:
        yield found.id
        for member in found.members:
            yield from self._inside(self.scene.tree.found[member])

    def _excused(self, status: ResourceStatus, wanted: Expected) -> tuple[ResourceStatus, list[str]]:
        """With what is missing taken off where only held resources are in the way; else what it waits for."""
        waiting: dict[str, list[str]] = {}
        held: list[Hold] = []
        for each in self._mandatory(status):
            if each.on not in self.scene.tree.found or each.on in self._under_way:
                continue
            other = self.status(each.on)
            lacking = not other.promoted if each.role == "Promoted" else not other.active
            if lacking and not other.as_desired:
                waiting.setdefault(each.on, []).append(str(each.constraint))
            elif lacking and other.held:
                held.append(Hold("dependency", f"{each.on} ({each.constraint})"))
        held += [h for m in self._members(status) for h in m.held if m.expected < 1]
        if waiting or not held or self._in_trouble(wanted):
            room = status.expected if waiting else max(status.active, min(status.expected, wanted.beside))
            return replace(status, expected=room), [f"{on} ({', '.join(names)})" for on, names in waiting.items()]
        status = replace(status, held=(*status.held, *held), expected=min(status.expected, status.active),
                         promoted_expected=min(status.promoted_expected, status.promoted))  # fmt: skip
        return status, []

    def _in_trouble(self, wanted: Expected) -> bool:
        """It would not run even if nothing held back what it waits for."""
        configured = self.scene.configured
        given_up = bool(wanted.given_up) and set(wanted.places) <= set(wanted.given_up)
        return given_up or configured.quorum_missing() or not configured.fencing_possible()

    def _members(self, status: ResourceStatus) -> Iterable[ResourceStatus]:
        """Members, whose hold holds back the copy that they belong to."""
        return (self.status(m) for m in status.members if m not in self._under_way)

    def _mandatory(self, status: ResourceStatus) -> Iterator[Dependency]:
        short_of_active = status.active < status.expected
        lineage = list(self.scene.configured.lineage(status.id)) if status.id in self.scene.configured.elements else []
        inside = [i for i in self._inside(self.scene.tree.found[status.id]) if i not in lineage]
        for each in (d for i in (*lineage, *inside) for d in self.needs.get(i, ()) if d.mandatory):
            if each.on not in inside and (short_of_active or each.own_role == "Promoted"):
                yield each
