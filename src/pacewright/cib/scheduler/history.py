"""Carries out a transition in the CIB: writes the history that nodes would write if every operation succeeded.

Operations are simulated here, decisions never: what follows is again the scheduler's to say. ``crm_simulate
--simulate`` does the same one operation at a time and takes minutes where this takes milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from pacewright.cib.scheduler import promotion
from pacewright.cib.scheduler.digests import Agents, add_digests, no_metadata
from pacewright.cib.scheduler.nodestate import PROMOTED, NodeState, StatusSection
from pacewright.cib.scheduler.operation_result import OperationResult
from pacewright.cib.scheduler.transition import Answer, GraphAction, Simulate, Transition, read_transition
from pacewright.cib.xml import Node
from pacewright.model.immutable import immutable

MOST_TRANSITIONS = 50
_EXECUTED = ("monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "reload", "reload-agent")
_CHANGES_ROLE = ("start", "promote", "demote", "stop")
_ENDS_MONITORS = ("stop", "migrate_to")
_MIGRATION_SIDES = ("migrate_source", "migrate_target")
_REMOTE_AGENT = ("ocf", "pacemaker", "remote")


def advance(root: Node, transition: Transition, *, agents: Agents = no_metadata, now: int | None = None) -> Node:
    """A copy of the CIB after the transition. ``now``: seconds since 1970, written as the time of each operation."""
    new = deepcopy(root)
    writer = _Writer(StatusSection(new), agents, int(time.time()) if now is None else now)
    for action in transition.actions:
        writer.carry_out(action)
    return new


@dataclass(slots=True)
class _Writer:
    """Writes one transition's history into a status section."""

    status: StatusSection
    agents: Agents
    now: int
    call: int = field(init=False)
    transition: tuple[int, str] = field(init=False)
    roles: dict[tuple[str, str], str] = field(default_factory=dict)  # resource and node: what last changed its role

    def __post_init__(self) -> None:
        self.call = self.status.last_call()
        number, controller = self.status.last_transition()
        self.transition = (number + 1, controller)

    def carry_out(self, action: GraphAction) -> None:
        if action.operation == "stonith":
            self._fence(action)
        elif action.kind == "rsc_op" and action.operation in _EXECUTED:
            self._execute(action)
        elif (do := _HOUSEKEEPING.get(action.operation)) is not None and action.kind != "pseudo_event":
            do(self.status.of(action), action)

    def _fence(self, action: GraphAction) -> None:
        state = self.status.of(action)
        if action.fences:
            state.take_down(fenced=True)
        else:
            state.unfence(self.now, action.meta)

    def _execute(self, action: GraphAction) -> None:
        state = self.status.of(action)
        name = _name(state, action)
        if action.operation in _CHANGES_ROLE:
            self.roles[name, action.node] = action.operation
        if action.meta.get("op_target_rc") == PROMOTED and self.roles.get((name, action.node)) == "start":
            # When the agent of a promoted instance changes, Pacemaker 2.1.5 restarts it without promoting it, but sets
            # its monitor as if it had. It never gets there: the stop took the promotion score away, the transition is
            # given up, and the next one promotes.
            return
        self.call += 1
        entry = self._record(state, action, name)
        state.forget_operations(name, lambda e: e is not entry and _is_superseded(e, action))
        if action.operation == "start":
            for other in self.status.all():
                other.forget_operations(name, _is_migration)
        if action.agent == _REMOTE_AGENT:
            self._remote_node(action)
        promotion.report_score(self.status, action)

    def _record(self, state: NodeState, action: GraphAction, name: str) -> Node:
        code = int(action.meta.get("op_target_rc") or 0)
        result = OperationResult(
            resource=name,
            # Pacemaker records a reload as a start, so that the state is easy to tell.
            operation="start" if action.operation.startswith("reload") else action.operation,
            interval=action.interval, code=code, expected=code, call=self.call, action=action.id,
            transition=self.transition, feature_set=action.feature_set, node=action.router or action.node, now=self.now,
        )  # fmt: skip
        entry = state.put_operation(result, action.agent, action.meta.get("container"))
        if _is_migration(entry):
            entry.attrib.update({side: action.meta[side] for side in _MIGRATION_SIDES if side in action.meta})
        add_digests(entry, action, self.agents)
        return entry

    def _remote_node(self, action: GraphAction) -> None:
        """A connection that starts brings its node up, with nothing running on it; one that stops takes it down."""
        if action.operation == "start":
            self.status.remote(action.resource).bring_up()
        elif action.operation == "stop" and not self._connected_elsewhere(action):
            self.status.remote(action.resource).take_down()

    def _connected_elsewhere(self, action: GraphAction) -> bool:
        """A connection that has moved live stops at its source while the node stays up."""
        return any(
            entry.get("operation") == "migrate_from" and entry.get("migrate_source") == action.node
            for state in self.status.all()
            for entry in state.operations(action.resource)
        )


def _name(state: NodeState, action: GraphAction) -> str:
    """The name of the history. Of an anonymous clone an older one may still be kept by instance, whatever its number
    is now."""
    known = state.resources()
    if action.resource in known or action.meta.get("globally_unique") != "false":
        return action.resource
    if action.instance in known:
        return action.instance
    return next((name for name in known if name.partition(":")[0] == action.resource), action.resource)


def _is_migration(entry: Node) -> bool:
    return str(entry.get("operation")).startswith("migrate")


def _is_superseded(entry: Node, action: GraphAction) -> bool:
    """Made obsolete by a later operation: monitors by a stop, a migration by a stop of its source, what was done once
    by the next such thing (Pacemaker before 1.1.6 kept an entry for each), a monitor by itself."""
    if str(entry.get("id")).endswith("_last_failure_0"):
        return False
    interval = entry.get("interval") or "0"
    if interval != "0":
        same = (entry.get("operation"), interval) == (action.operation, str(action.interval))
        return same or action.operation in _ENDS_MONITORS
    if _is_migration(entry):
        return action.operation == "stop"
    done_once = action.interval == 0 and not action.operation.startswith("migrate")
    return done_once and entry.get("operation") in _EXECUTED


def _cancel(state: NodeState, action: GraphAction) -> None:
    cancelled = (action.meta.get("operation"), action.meta.get("interval"))
    state.forget_operations(_name(state, action), lambda e: (e.get("operation"), e.get("interval")) == cancelled)


def _delete(state: NodeState, action: GraphAction) -> None:
    """The history goes, but of what runs: a probe would find it again. (When a bundle loses replicas, Pacemaker deletes
    the history of the primitive in those that stay, too.)"""
    name = _name(state, action)
    if not state.is_active(name):
        state.forget_resource(name)


def _clear_failures(state: NodeState, action: GraphAction) -> None:
    # The configured name is missing here: Pacemaker's key is RESOURCE_clear_failcount_0.
    state.forget_failures(_name(state, action) or action.key.removesuffix("_clear_failcount_0"))


def _shut_down(state: NodeState, _action: GraphAction) -> None:
    state.take_down()


_HOUSEKEEPING: dict[str, Callable[[NodeState, GraphAction], None]] = {
    "cancel": _cancel, "delete": _delete, "lrm_delete": _delete, "clear_failcount": _clear_failures,
    "do_shutdown": _shut_down,
}  # fmt: skip


# ---- until there is nothing left to do


@immutable(frozen=True, slots=True)
class Outcome:
    """``root``: the CIB at the end. ``transitions``: what was carried out, in order. ``last``: the scheduler's last
    answer. ``settled``: it had nothing left to do; False when the same came back again and again, or after too many."""

    root: Node
    transitions: tuple[Transition, ...]
    last: Transition
    settled: bool


def settle(
    root: Node,
    simulate: Simulate,
    *,
    agents: Agents = no_metadata,
    most: int = MOST_TRANSITIONS,
    answered: Callable[[], Answer] | None = None,
) -> Outcome:
    """Lets every transition succeed until the scheduler has nothing left to do; what is in flight first.

    ``answered``: what the scheduler said to this very CIB, where it has been asked already.
    """
    landed = with_flights_landed(root)
    known = answered if landed is root else None
    root = landed
    done: list[Transition] = []
    seen: list[tuple[str, ...]] = []
    transition = ask(root, (lambda _: known()) if known else simulate, 1)
    while transition.runnable:
        seen.append(transition.signature)
        if len(done) >= most or seen.count(transition.signature) > 2:
            return Outcome(root, tuple(done), transition, False)
        root = advance(root, transition, agents=agents)
        done.append(transition)
        transition = ask(root, simulate, len(done) + 1)
    return Outcome(root, tuple(done), transition, True)


def with_flights_landed(root: Node) -> Node:
    """The CIB with operations in flight (op-status -1) succeeded: the scheduler counts on that, too."""
    if root.find("status//lrm_rsc_op[@op-status='-1']") is None:
        return root
    landed = deepcopy(root)
    last = StatusSection(landed).last_call()
    for call, entry in enumerate(landed.iterfind("status//lrm_rsc_op[@op-status='-1']"), last + 1):
        key = str(entry.get("transition-key") or "0:0:0:")
        code = key.split(":", 3)[2] if key.count(":") > 2 else "0"
        entry.attrib.update({"call-id": str(call), "rc-code": code, "op-status": "0"})
        entry.set("transition-magic", f"0:{code};{key}")
    return landed


def ask(root: Node, simulate: Simulate, number: int) -> Transition:
    """The scheduler's next transition for a CIB."""
    simulation = simulate(etree.tostring(root))
    return read_transition(simulation.answer, simulation.graph, number)
