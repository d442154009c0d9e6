"""Restarts the copies of a clone, a promotable or a bundle one at a time, promoted ones last.

A copy is stopped by a ban with a lifetime and started by taking it away; target-role is never touched. So that the copy
has no place to move to, every node that has none is banned as well, until it is back where it was. Whoever is killed in
between leaves bans that end by themselves; the next call takes them away and goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Protocol

from pacewright.model.errors import PacewrightError, TimedOut
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus
from pacewright.operations.copies import Copy, carriers, copies, require_copied
from pacewright.operations.locking import Holding
from pacewright.operations.stopping import Stopped, lift, stuck
from pacewright.workflow.settling import settle


class Talk(Protocol):
    """What a restart tells while it works."""

    def doing(self, what: str) -> None:
        """A step begins, or is done."""
        ...

    def waiting(self, status: ClusterStatus) -> None:
        """Each status met on the way."""
        ...


Outdated = Callable[[ClusterStatus], Collection[str]]


def restart_copies(holding: Holding, identity: str, outdated: Outdated, talk: Talk, *, seconds: float) -> list[str]:
    """Restarts every copy on a node that ``outdated`` names; it is asked again after each. The nodes, in their order.

    ``seconds``: bound of each single restart. Raises PacewrightError naming the copy that stands in the way: what has
    been restarted stays so, the others have not been touched.
    """
    status = tidy(holding, identity, talk, seconds)
    restarted: list[str] = []
    while True:
        require_whole(status, identity)
        old = outdated(status)
        pending = [copy for copy in copies(status, identity) if copy.node in old]
        if not pending:
            return restarted
        if pending[0].node in restarted:
            raise stuck("not-renewed", identity, pending[0].node, "was restarted, and is as it was before")
        status = restart_copy(holding, identity, pending[0], talk, seconds=seconds)
        restarted.append(pending[0].node)


def restart_copy(holding: Holding, identity: str, copy: Copy, talk: Talk, *, seconds: float) -> ClusterStatus:
    """Stops one copy and starts it again on the same node; the status once all copies are as before."""
    started = time.monotonic()
    deadline = started + seconds
    talk.doing(f"{identity} on {copy.node}: stopping the {'promoted copy' if copy.promoted else 'copy'}")
    with Stopped(holding, identity, copy, talk.waiting, deadline) as stopped:
        talk.doing(f"{identity} on {copy.node}: starting it again")
        written = stopped.start()
        status = _whole_again(stopped, written, deadline)
    talk.doing(f"{identity} on {copy.node}: restarted in {time.monotonic() - started:.0f} s")
    return status


def tidy(holding: Holding, identity: str, talk: Talk, seconds: float) -> ClusterStatus:
    """Takes away what a call before this one left, and waits until the cluster has settled."""
    deadline = time.monotonic() + seconds
    written = lift(holding, identity, deadline)
    return settle(holding.cluster, deadline, written=written, progress=talk.waiting)[1]


def require_whole(status: ClusterStatus, identity: str) -> None:
    """Raises PacewrightError where a copy is missing already."""
    resource = require_copied(status, identity)
    if resource.why_not:
        message = f"{identity} is not whole: {'; '.join(resource.why_not)}"
        raise PacewrightError(message, [Report("not-whole", message, subject=f"resource {identity}")])


def _whole_again(stopped: Stopped, written: tuple[int, int] | None, deadline: float) -> ClusterStatus:
    """Waits until the copy is back on its node and as many are promoted as before: agents take their time for that."""
    identity, copy, cluster = stopped.identity, stopped.copy, stopped.holding.cluster
    wanted = stopped.before.resources[identity]
    while True:
        try:
            status = settle(cluster, deadline, written=written, progress=stopped.waiting)[1]
        except TimedOut as late:
            raise _late(identity, copy.node, str(late)) from None
        now = status.resources[identity]
        back = any(i.active and i.node == copy.node for i in carriers(now))
        if back and now.active >= wanted.active and now.promoted >= wanted.promoted:
            return status
        if any((i.failed or i.blocked) and i.copy == copy.number for i in now.instances) or now.failures:
            raise stuck("not-back", identity, copy.node, f"did not come back: {'; '.join(now.why_not) or now.state}")
        if time.monotonic() >= deadline:
            raise _late(identity, copy.node, "; ".join(now.why_not) or now.state)
        cluster.step(deadline)


def _late(identity: str, node: str, why: str) -> TimedOut:
    return TimedOut(f"{identity} on {node} did not come back in time: {why}")
