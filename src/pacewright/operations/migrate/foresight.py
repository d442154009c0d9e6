"""What Pacemaker would do at each stage, by its own scheduler: each stage starts from what the one before has left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy

from pacewright.cib.desired.patch import desired_document
from pacewright.cib.scheduler.digests import digest
from pacewright.cib.scheduler.nodestate import StatusSection
from pacewright.cib.scheduler.operation_result import OperationResult
from pacewright.cib.scheduler.predict import predict
from pacewright.cib.scheduler.transition import Simulate
from pacewright.cib.xml import Node
from pacewright.model.configuration import Configuration
from pacewright.model.effects import Action, Effect
from pacewright.model.immutable import immutable
from pacewright.operations.migrate.stages import Unit

INTERRUPTING = frozenset(
    (Action.STOP, Action.RESTART, Action.RECOVER, Action.MOVE, Action.MIGRATE, Action.DEMOTE, Action.FENCE)
)


@immutable(frozen=True, slots=True)
class Foreseen:
    """Effects by stage. ``pending``: what the cluster would do anyway."""

    first: tuple[Effect, ...] = ()
    joining: tuple[Effect, ...] = ()
    last: tuple[Effect, ...] = ()
    pending: tuple[Effect, ...] = ()

    @property
    def all(self) -> tuple[Effect, ...]:
        return (*self.first, *self.joining, *self.last)


@immutable(frozen=True, slots=True)
class Ways:
    """The configurations on the way: each stage's end."""

    first: Configuration
    left: Configuration
    joined: Configuration
    last: Configuration


def foresee(
    live: Node,
    ways: Ways,
    leaving: Iterable[Unit],
    running: Mapping[str, tuple[str, ...]],
    joining: Iterable[Unit],
    simulate: Simulate,
) -> Foreseen:
    """``running``: nodes by primitive that joins, where its unit runs."""
    started = predict(live, desired_document(live, ways.first), simulate)
    left = _forgotten(desired_document(started.final_root, ways.left), [unit.primitive for unit in leaving])
    joined_root = desired_document(left, ways.joined)
    _found_running(joined_root, joining, running)
    joined = predict(left, joined_root, simulate)
    last = predict(joined.final_root, desired_document(joined.final_root, ways.last), simulate)
    return Foreseen(started.effects, joined.effects, last.effects, started.pending_effects)


def _forgotten(root: Node, primitives: Iterable[str]) -> Node:
    new = deepcopy(root)
    for state in StatusSection(new).all():
        for name in list(state.resources()):
            if any(is_history_of(name, primitive) for primitive in primitives):
                state.forget_resource(name)
    return new


def is_history_of(name: str, primitive: str) -> bool:
    """Under which name a node keeps a resource's history: an instance may be numbered."""
    return name == primitive or name.startswith(f"{primitive}:")


def _found_running(root: Node, joining: Iterable[Unit], running: Mapping[str, tuple[str, ...]]) -> None:
    """The history that probes write, on every node that is up."""
    status = StatusSection(root)
    call, transition = status.last_call(), status.last_transition()
    feature_set = root.get("crm_feature_set") or ""
    for unit in joining:
        for state in status.all():
            if state.online or (state.remote and state.resources()):
                call += 1
                active = state.name in running.get(unit.primitive, ())
                result = OperationResult(
                    resource=unit.primitive, operation="monitor", code=0 if active else 7, expected=0 if active else 7,
                    call=call, transition=transition, feature_set=feature_set, node=state.name, now=0,
                )  # fmt: skip
                entry = state.put_operation(result, ("systemd", "", unit.type))
                entry.set("op-digest", digest({}, feature_set))  # without it the scheduler would restart it
