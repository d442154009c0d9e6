"""Restarts the copies of a clone, a promotable or a bundle one at a time, promoted ones last.

A copy is stopped by a ban with a lifetime and started by taking it away; target-role is never touched. So that the copy
has no place to move to, every node that has none is banned as well, until it is back where it was. Whoever is killed in
between leaves bans that end by themselves; the next call takes them away and goes on.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator
from typing import Protocol

from lxml import etree

from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.xml import Node
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster
from pacewright.model.errors import PacewrightError, TimedOut
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus, Planned
from pacewright.operations import bans
from pacewright.operations.copies import Copy, carriers, copies, require_copied
from pacewright.operations.editing import edit
from pacewright.workflow.settling import settle

LIFETIME = 300.0  # seconds after which a ban ends by itself
_MARGIN = 10.0
_TIDY_SECONDS = 30.0
_STOPPING = ("stop", "restart", "move", "migrate")


class Talk(Protocol):
    """What a restart tells while it works."""

    def doing(self, what: str) -> None:
        """A step begins, or is done."""
        ...

    def waiting(self, status: ClusterStatus) -> None:
        """Each status met on the way."""
        ...


Outdated = Callable[[ClusterStatus], Collection[str]]


def restart_copies(cluster: Cluster, identity: str, outdated: Outdated, talk: Talk, *, seconds: float) -> list[str]:
    """Restarts every copy on a node that ``outdated`` names; it is asked again after each. The nodes, in their order.

    ``seconds``: bound of each single restart. Raises PacewrightError naming the copy that stands in the way: what has
    been restarted stays so, the others have not been touched.
    """
    status = tidy(cluster, identity, talk, seconds)
    restarted: list[str] = []
    while True:
        require_whole(status, identity)
        old = outdated(status)
        pending = [copy for copy in copies(status, identity) if copy.node in old]
        if not pending:
            return restarted
        if pending[0].node in restarted:
            raise _stuck("not-renewed", identity, pending[0].node, "was restarted, and is as it was before")
        status = restart_copy(cluster, identity, pending[0], talk, seconds=seconds)
        restarted.append(pending[0].node)


def restart_copy(cluster: Cluster, identity: str, copy: Copy, talk: Talk, *, seconds: float) -> ClusterStatus:
    """Stops one copy and starts it again on the same node; the status once all copies are as before."""
    started = time.monotonic()
    deadline = started + seconds
    word = "promoted" if copy.promoted else "copy"
    with _bans_taken_away(cluster, identity):
        talk.doing(f"{identity} on {copy.node}: stopping the {word}")
        before = _stop(cluster, identity, copy, talk, min(deadline, started + LIFETIME - _MARGIN))
        talk.doing(f"{identity} on {copy.node}: starting it again")
        written = edit(cluster, lambda root: bans.remove(root, identity, [copy.node]), deadline)
        status = _whole_again(cluster, identity, copy, before, written, talk, deadline)
    talk.doing(f"{identity} on {copy.node}: restarted in {time.monotonic() - started:.0f} s")
    return status


def tidy(cluster: Cluster, identity: str, talk: Talk, seconds: float) -> ClusterStatus:
    """Takes away what a call before this one left, and waits until the cluster has settled."""
    deadline = time.monotonic() + seconds
    written = edit(cluster, lambda root: bans.remove(root, identity), deadline)
    return settle(cluster, deadline, written=written, progress=talk.waiting)[1]


def require_whole(status: ClusterStatus, identity: str) -> None:
    """Raises PacewrightError where a copy is missing already."""
    resource = require_copied(status, identity)
    if resource.why_not:
        message = f"{identity} is not whole: {'; '.join(resource.why_not)}"
        raise PacewrightError(message, [Report("not-whole", message, subject=f"resource {identity}")])


def foreseen(cluster: Cluster, root: Node) -> ClusterStatus:
    """What the scheduler would do with a document."""
    done = tools.simulate(cluster.runner, etree.tostring(root), scores=True, validated=cluster.validated)
    return cluster_status(root, done.answer, done.graph, cluster.hidden_ids)


def beside(cluster: Cluster, root: Node, identity: str, copy: Copy) -> list[Planned]:
    """What happens to other resources while a copy is stopped, as things are now. Raises as a restart itself would."""
    _, after = _banned(cluster, root, identity, copy, bans.end_of_ban(cluster, LIFETIME))
    own = {i.id for i in require_copied(after, identity).instances}
    return [each for each in after.planned if each.resource not in own and each.action in (*_STOPPING, "demote")]


def _banned(cluster: Cluster, root: Node, identity: str, copy: Copy, end: str) -> tuple[ClusterStatus, ClusterStatus]:
    """Bans the copy's node and all without one, in a document; the status without and with that.

    Refuses where any other copy would be stopped.
    """
    before = foreseen(cluster, root)
    busy = {each.node for each in copies(before, identity)} - {copy.node}
    bans.place(root, identity, [n.name for n in before.nodes if n.kind != "guest" and n.name not in busy], end)
    after = foreseen(cluster, root)
    _require_alone(after, identity, copy)
    return before, after


def _stop(cluster: Cluster, identity: str, copy: Copy, talk: Talk, deadline: float) -> ClusterStatus:
    """The status before. The scheduler's opinion is asked on the very document that is written."""
    met: list[ClusterStatus] = []
    end = bans.end_of_ban(cluster, LIFETIME)

    def ban(root: Node) -> bool:
        if [*bans.ours(root, identity)]:
            return False
        met[:] = [_banned(cluster, root, identity, copy, end)[0]]
        return True

    written = edit(cluster, ban, deadline)
    status = settle(cluster, deadline, written=written, progress=talk.waiting)[1]
    if any(i.active and i.node == copy.node for i in carriers(require_copied(status, identity))):
        raise _stuck("not-stopped", identity, copy.node, "did not stop")
    return met[0]


def _require_alone(after: ClusterStatus, identity: str, copy: Copy) -> None:
    resource = require_copied(after, identity)
    hosts = {each.number: each.node for each in copies(after, identity)}
    numbers = {i.id: i.copy for i in resource.instances}
    stopping = set[str]()
    for each in after.planned:
        if each.action in _STOPPING and each.resource in numbers:
            bundled = resource.kind == "bundle"
            stopping.add((hosts.get(numbers[each.resource] or "") if bundled else each.node) or "")
    if others := stopping - {copy.node}:
        named = ", ".join(sorted(others))
        raise _stuck("others-would-stop", identity, copy.node, f"cannot stop alone: {named} would stop, too")
    if not stopping:
        raise _stuck("would-not-stop", identity, copy.node, "would not be stopped by a ban: is it managed?")


def _whole_again(
    cluster: Cluster, identity: str, copy: Copy, before: ClusterStatus, written: tuple[int, int], talk: Talk,
    deadline: float,
) -> ClusterStatus:  # fmt: skip
    """Waits until the copy is back on its node and as many are promoted as before: agents take their time for that."""
    wanted = before.resources[identity]
    while True:
        try:
            status = settle(cluster, deadline, written=written, progress=talk.waiting)[1]
        except TimedOut as late:
            raise _late(identity, copy.node, str(late)) from None
        now = status.resources[identity]
        back = any(i.active and i.node == copy.node for i in carriers(now))
        if back and now.active >= wanted.active and now.promoted >= wanted.promoted:
            return status
        if any((i.failed or i.blocked) and i.copy == copy.number for i in now.instances) or now.failures:
            raise _stuck("not-back", identity, copy.node, f"did not come back: {'; '.join(now.why_not) or now.state}")
        if time.monotonic() >= deadline:
            raise _late(identity, copy.node, "; ".join(now.why_not) or now.state)
        cluster.step(deadline)


@contextlib.contextmanager
def _bans_taken_away(cluster: Cluster, identity: str) -> Iterator[None]:
    """Whatever happens, Ctrl-C included; where even that fails they end by themselves."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(PacewrightError):
            _take_away(cluster, identity)
        raise
    _take_away(cluster, identity)


def _take_away(cluster: Cluster, identity: str) -> None:
    edit(cluster, lambda root: bans.remove(root, identity), time.monotonic() + _TIDY_SECONDS)


def _stuck(code: str, identity: str, node: str, what: str) -> PacewrightError:
    message = f"{identity} on {node} {what}"
    return PacewrightError(message, [Report(code, message, subject=f"resource {identity}")])


def _late(identity: str, node: str, why: str) -> TimedOut:
    return TimedOut(f"{identity} on {node} did not come back in time: {why}")
