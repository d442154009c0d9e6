"""What the summary leaves out of the graph: where a resource was active twice, it tells of one place only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from pacewright.model.effects import Action, Effect, Operation

Key = tuple[str, str, str]  # operation, resource as histories name it, node
# effect: what it stands for where it happens and where it leaves; and what may go with it at either place
_STANDS_FOR: dict[Action, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    Action.START: (("start",), (), (), ()),
    Action.STOP: (("stop",), (), ("demote",), ()),
    Action.RESTART: (("stop", "start"), (), ("demote", "promote"), ()),
    Action.RECOVER: (("stop", "start"), (), ("demote", "promote"), ()),
    Action.RELOAD: (("reload",), (), (), ()),
    Action.MOVE: (("start",), ("stop",), ("promote",), ("demote",)),
    Action.MIGRATE: (("migrate_from", "start"), ("migrate_to", "stop"), ("promote", "stop"), ("demote",)),
    Action.PROMOTE: (("promote",), (), ("start",), ()),
    Action.DEMOTE: (("demote",), (), (), ()),
    Action.FENCE: ((), (), (), ()),
}
# What operations on one resource and node are called together, the most telling first.
_CALLED = (
    (frozenset(("stop", "start")), Action.RESTART), (frozenset(("demote", "promote")), Action.RESTART),
    (frozenset(("promote",)), Action.PROMOTE), (frozenset(("start",)), Action.START),
    (frozenset(("stop",)), Action.STOP), (frozenset(("demote",)), Action.DEMOTE),
    (frozenset(("reload",)), Action.RELOAD),
)  # fmt: skip


def unsaid(told: Collection[Effect], operations: Iterable[Operation]) -> Iterator[tuple[str, Action, str]]:
    """Resource as histories name it, action and node of each effect that ``operations`` hold and ``told`` does not."""
    executed = [(o.name, o.resource, o.node) for o in operations if o.resource]
    names = {resource for _, resource, _ in executed}
    left = Counter(executed)
    for effect in told:
        left.subtract(_stands_for(effect, names))
    by_place: dict[tuple[str, str], set[str]] = {}
    for (operation, resource, node), count in left.items():
        if count > 0:
            by_place.setdefault((resource, node), set()).add(operation)
    for (resource, node), together in by_place.items():
        action = next((action for needed, action in _CALLED if needed <= together), None)
        if action is not None:
            yield resource, action, node


def _stands_for(effect: Effect, names: Collection[str]) -> Iterator[Key]:
    name = effect.resource if effect.resource in names else effect.resource.partition(":")[0]
    here, there, perhaps_here, perhaps_there = _STANDS_FOR[effect.action]
    yield from ((operation, name, effect.node) for operation in (*here, *perhaps_here))
    yield from ((operation, name, effect.source) for operation in (*there, *perhaps_there))
