"""What Pacemaker will do: effects, as people speak of them, and the single operations that they are made of."""

from __future__ import annotations

from enum import StrEnum

from pacewright.model.immutable import immutable


class Action(StrEnum):
    """What happens to a resource, or to a node (FENCE)."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"  # also demote and promote again, on the same node
    RECOVER = "recover"  # stop and start after a failure
    RELOAD = "reload"
    MOVE = "move"
    MIGRATE = "migrate"  # a live migration: no stop in between
    PROMOTE = "promote"
    DEMOTE = "demote"
    FENCE = "fence"


@immutable(frozen=True, slots=True)
class Effect:
    """One thing that Pacemaker will do.

    ``resource``: the resource's id, with its instance where Pacemaker numbers them (``redis:1``); empty when a node
    is fenced. ``base``: the configured id, which is the bundle's for what a bundle implies. ``node``: where it happens,
    or the destination; ``source``: the node that it leaves. ``reason``: the scheduler's words, empty when it gave none.
    ``transition``: 1 for what happens first. ``certain`` is False where it hangs on what agents will report
    (promotion scores, from the second transition on).
    """

    action: Action
    resource: str
    base: str
    node: str
    source: str = ""
    reason: str = ""
    transition: int = 1
    certain: bool = True

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two effects the same, whenever and why ever they happen."""
        return (self.action, self.base, self.node, self.source)


@immutable(frozen=True, slots=True)
class Operation:
    """One operation on one node, as a live cluster's history records it. Probes and monitors are left out.

    ``name``: start, stop, promote, demote, migrate_to, migrate_from, reload or fence. ``resource``: the name under
    which nodes keep its history (an anonymous clone's instances share it); empty for fence. ``certain``: as of effects.
    """

    resource: str
    name: str
    node: str
    transition: int = 1
    certain: bool = True
