"""Why a resource runs where it runs, or does not run, as values."""

from __future__ import annotations

from pacewright.model.immutable import immutable
from pacewright.model.status import Failure, Hold, Planned


@immutable(frozen=True, slots=True)
class Contribution:
    """One thing that weighs. ``kind``: location, colocation, order, ticket or stickiness. ``id``: the constraint's.

    ``score``: within INFINITY, None where a kind has none. ``text``: what it says. ``needs``: the resource that this
    one depends on by it.
    """

    kind: str
    id: str | None
    text: str
    score: int | None = None
    node: str | None = None
    needs: str | None = None


@immutable(frozen=True, slots=True)
class NodeView:
    """What a node is to the resource. ``score``: the scheduler's last, None without. ``chosen``: active there.

    ``why_not``: why it is not a candidate; empty for one.
    """

    node: str
    state: str
    score: int | None
    chosen: bool
    why_not: tuple[str, ...] = ()


@immutable(frozen=True, slots=True)
class Explanation:
    """``sentence``: the answer. ``because``: the reasons in it. Everything else is what they were found in."""

    id: str
    kind: str
    state: str
    as_desired: bool
    sentence: str
    because: tuple[str, ...]
    nodes: tuple[NodeView, ...]
    contributions: tuple[Contribution, ...]
    failures: tuple[Failure, ...] = ()
    held: tuple[Hold, ...] = ()
    planned: tuple[Planned, ...] = ()
    why_not: tuple[str, ...] = ()
