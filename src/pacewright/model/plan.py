"""A plan: changes, effects, and the CIB version that they were computed against."""

from __future__ import annotations

from pacewright.model.change import Change
from pacewright.model.effects import Action, Effect, Operation
from pacewright.model.immutable import immutable
from pacewright.model.report import Report


@immutable(frozen=True, slots=True)
class Options:
    """What the user allowed and forbade. ``forbid``: effects that refuse the plan."""

    forbid: frozenset[Action] = frozenset()
    adopt: bool = False
    prune: bool = False
    allow_missing_agents: bool = False


@immutable(frozen=True, slots=True)
class Plan:
    """``version``: (admin_epoch, epoch) it was computed against. ``cluster``: identity of the cluster it is bound to.

    ``effects``: what the changes cause. ``pending``: what Pacemaker will do anyway. ``operations``: all that nodes will
    execute for both, but probes and monitors; not in a plan read from a file. ``settles``: False where the
    scheduler still had something to do after the last transition looked at. ``adopted``: addresses that exist and
    have no owner. ``left_over``: owned, no longer in the spec, kept.
    """

    deployment: str
    cluster: str
    version: tuple[int, int]
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...] = ()
    pending: tuple[Effect, ...] = ()
    operations: tuple[Operation, ...] = ()
    settles: bool = True
    adopted: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    options: Options = Options()

    @property
    def forbidden(self) -> tuple[Effect, ...]:
        """Effects that the options forbid."""
        return tuple(e for e in self.effects if any(e.action in COVERS[f] for f in self.options.forbid))


COVERS: dict[Action, frozenset[Action]] = {
    Action.RESTART: frozenset((Action.RESTART, Action.RECOVER)),
    Action.STOP: frozenset((Action.STOP,)),
    Action.MOVE: frozenset((Action.MOVE, Action.MIGRATE)),
    Action.DEMOTE: frozenset((Action.DEMOTE,)),
    Action.FENCE: frozenset((Action.FENCE,)),
}
