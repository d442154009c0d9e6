"""Why a resource is not as desired, in short sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pacewright.cib.status.expected import Expected
from pacewright.cib.status.scene import Scene
from pacewright.model.status import Failure, Planned, ResourceStatus
from pacewright.model.values import INFINITY, score_text

_UPWARD = ("start", "promote")


def reasons(scene: Scene, status: ResourceStatus, wanted: Expected, waiting: Sequence[str]) -> Iterator[str]:
    """Nothing for a resource that is as desired."""
    for each in status.instances:
        if each.blocked:
            yield f"{each.id} is blocked{_on(each.nodes)}"
        elif each.failed:
            yield f"{each.id} has failed{_on(each.nodes)}"
        elif len(each.nodes) > 1 and each.active and each.managed and each.role != "Migrating":
            yield f"{each.id} is active on more than one node: {', '.join(each.nodes)}"
        elif each.orphaned and each.active:
            yield f"{each.id} runs{_on(each.nodes)} but is no longer configured"
    yield from _unknown(scene, status)
    short = status.active < status.expected or status.promoted < status.promoted_expected
    for planned in status.planned:
        if short or not planned.blocked or planned.action not in _UPWARD:  # held back, it is not missed
            yield planned_text(planned)
    if status.active < status.expected:
        yield f"{status.active} of {status.expected} active"
        yield from _missing(scene, status, wanted, waiting)
    elif status.promoted < status.promoted_expected:
        yield f"{status.promoted} of {status.promoted_expected} promoted"
        yield from _unpromoted(scene, status, waiting)


def _unknown(scene: Scene, status: ResourceStatus) -> Iterator[str]:
    """What ran on a node that is lost: Pacemaker counts it as running there until fencing has ended that for sure."""
    for node in scene.nodes:
        if node.lost and node.unclean and not node.online and node.name in status.nodes:
            yield f"{node.name} is unclean: whether {status.id} still runs there is not known until it is fenced"


def planned_text(planned: Planned) -> str:
    """``planned: start p_IP on bob``; ``cannot start p_IP on bob: no quorum``."""
    where = (
        f" from {planned.node} to {planned.destination}"
        if planned.destination and planned.node
        else _on((planned.node,))
    )
    head = "cannot" if planned.blocked else "planned:"
    why = (
        f": {planned.reason}"
        if planned.blocked and planned.reason
        else f" ({planned.reason})"
        if planned.reason
        else ""
    )
    return f"{head} {planned.action} {planned.resource}{where}{why}"


def failure_text(failure: Failure) -> str:
    """``monitor failed on alice: not running (exit code 7, fail count 3)``."""
    count = f", fail count {failure.fail_count}" if failure.fail_count else ""
    return f"{failure.operation} failed on {failure.node}: {failure.reason} (exit code {failure.code}{count})"


def _missing(scene: Scene, status: ResourceStatus, wanted: Expected, waiting: Sequence[str]) -> Iterator[str]:
    if scene.configured.quorum_missing():
        yield "the cluster has no quorum"
    if not scene.configured.fencing_possible() and not status.active:
        yield "no fencing device is configured, and stonith-enabled is not false: nothing is started"
    if all(p.blocked for p in status.planned):
        yield from (f"waits for {each}" for each in waiting)
    for name in wanted.given_up:
        yield f"given up on {name} after failures{_counts(scene, status, name)}"
    if not wanted.places and not status.active:
        yield "no node may run it"
    for node in scene.nodes:
        if node.lost:
            yield f"{node.name} is {node.state}"


def _unpromoted(scene: Scene, status: ResourceStatus, waiting: Sequence[str]) -> Iterator[str]:
    if scene.configured.quorum_missing():
        yield "the cluster has no quorum"
    yield from (f"waits for {each}" for each in waiting)
    scores = [v for (i, _), v in scene.scores.promotion.items() if i in {x.id for x in status.instances}]
    if not waiting and not any(v > 0 for v in scores):
        yield "no instance has a promotion score above 0"


def _counts(scene: Scene, status: ResourceStatus, node: str) -> str:
    ids = {status.id} | {i.resource for i in status.instances}
    counts = [(i, scene.fail_counts[i, node]) for i in sorted(ids) if (i, node) in scene.fail_counts]
    return "".join(
        f" (fail count {c}, migration-threshold {score_text(min(INFINITY, scene.configured.migration_threshold(i)))})"
        for i, c in counts
    )


def _on(nodes: Sequence[str | None]) -> str:
    named = [n for n in nodes if n]
    return f" on {', '.join(named)}" if named else ""
