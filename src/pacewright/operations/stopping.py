"""One copy of a resource stopped for a while, and no other: by bans that are renewed while we live."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from types import TracebackType

from lxml import etree

from pacewright.cib.desired.patch import desired_document
from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.xml import Node
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.model.configuration import Configuration
from pacewright.model.errors import PacewrightError
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus, Planned
from pacewright.operations import bans
from pacewright.operations.copies import Copy, carriers, copies, require_copied
from pacewright.operations.locking import Holding
from pacewright.workflow.settling import settle

_TIDY_SECONDS = 30.0
_STOPPING = ("stop", "restart", "move", "migrate")


class Stopped:
    """A ``with`` block in which the copy is stopped; ``start`` lets it start again on its node.

    ``before``: the status just before. However the block ends, Ctrl-C included, no ban stays; where even that fails
    they end by themselves after the lock's lease.
    """

    before: ClusterStatus

    def __init__(
        self, holding: Holding, identity: str, copy: Copy, told: Callable[[ClusterStatus], None], deadline: float
    ) -> None:
        self.holding, self.identity, self.copy = holding, identity, copy
        self._told, self._deadline = told, deadline
        self._renew_at = 0.0

    def __enter__(self) -> Stopped:
        try:
            self._stop()
        except BaseException:
            with contextlib.suppress(PacewrightError):
                self._lift_all()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is None:
            return self._lift_all()
        with contextlib.suppress(PacewrightError):
            self._lift_all()

    def start(self) -> tuple[int, int] | None:
        """Takes away the ban of its own node; the others stay, so that it comes back there. What is then written."""
        return lift(self.holding, self.identity, self._deadline, self.copy.node)

    def waiting(self, status: ClusterStatus) -> None:
        """To be called while waiting: bans live for a lease, which is shorter than some stops."""
        self._told(status)
        if time.monotonic() >= self._renew_at:
            self._set_clock()
            end = bans.end_of_ban(self.holding.cluster, self.holding.lease)
            self.holding.rewrite(lambda live: self._renewed(live, end), self._deadline)

    def _renewed(self, live: Configuration, end: str) -> Configuration:
        nodes = bans.banned(live, self.identity)
        return bans.with_bans(live, self.identity, nodes, end) if nodes else live

    def _set_clock(self) -> None:
        self._renew_at = time.monotonic() + self.holding.lease / 3

    def _stop(self) -> None:
        cluster, node = self.holding.cluster, self.copy.node
        self._set_clock()
        end = bans.end_of_ban(cluster, self.holding.lease)

        def ban(live: Configuration) -> Configuration:
            if bans.banned(live, self.identity):
                return live  # an answer got lost
            # The scheduler's opinion on the state of this moment; the write is bound to the same configuration.
            self.before, nodes, _ = foreseen_stop(cluster, cluster.read(), self.identity, self.copy, end)
            return bans.with_bans(live, self.identity, nodes, end)

        written = self.holding.rewrite(ban, self._deadline)
        status = settle(cluster, self._deadline, written=written, progress=self.waiting)[1]
        if any(i.active and i.node == node for i in carriers(require_copied(status, self.identity))):
            raise stuck("not-stopped", self.identity, node, "did not stop")

    def _lift_all(self) -> None:
        lift(self.holding, self.identity, time.monotonic() + _TIDY_SECONDS)


def lift(holding: Holding, identity: str, deadline: float, node: str | None = None) -> tuple[int, int] | None:
    """Takes away our bans of a resource, or the one of a node. What is then written, None where there was none."""
    nodes = None if node is None else [node]
    return holding.rewrite(lambda live: bans.without_bans(live, identity, nodes), deadline)


def foreseen_stop(
    cluster: Cluster, snapshot: Snapshot, identity: str, copy: Copy, end: str
) -> tuple[ClusterStatus, list[str], ClusterStatus]:
    """The status now, the nodes to be banned, and the status with these bans, all that would be done in it.

    Raises PacewrightError where any other copy would stop, or this one would not.
    """
    live = bans.without_bans(snapshot.configuration, identity)
    before = _foreseen(cluster, snapshot.root)
    busy = {each.node for each in copies(before, identity)} - {copy.node}
    nodes = [n.name for n in before.nodes if n.kind != "guest" and n.name not in busy]
    after = _foreseen(cluster, desired_document(snapshot.root, bans.with_bans(live, identity, nodes, end)))
    _require_alone(after, identity, copy)
    return before, nodes, after


def beside(cluster: Cluster, snapshot: Snapshot, identity: str, copy: Copy) -> list[Planned]:
    """What happens to other resources while a copy is stopped, as things are now. Raises as a restart itself would."""
    _, _, after = foreseen_stop(cluster, snapshot, identity, copy, bans.end_of_ban(cluster, 60))
    own = {i.id for i in require_copied(after, identity).instances}
    return [each for each in after.planned if each.resource not in own and each.action in (*_STOPPING, "demote")]


def stuck(code: str, identity: str, node: str, what: str) -> PacewrightError:
    message = f"{identity} on {node} {what}"
    return PacewrightError(message, [Report(code, message, subject=f"resource {identity}")])


def _foreseen(cluster: Cluster, root: Node) -> ClusterStatus:
    done = tools.simulate(cluster.runner, etree.tostring(root), scores=True, validated=cluster.validated)
    return cluster_status(root, done.answer, done.graph, cluster.hidden_ids)


def _require_alone(after: ClusterStatus, identity: str, copy: Copy) -> None:
    resource = require_copied(after, identity)
    hosts = {each.number: each.node for each in copies(after, identity)}
    numbers = {i.id: i.copy for i in resource.instances}
    stopping = set[str]()
    for each in after.planned:
        if each.action in _STOPPING and each.resource in numbers:
            host = hosts.get(numbers[each.resource] or "") if resource.kind == "bundle" else each.node
            stopping.add(host or "")
    if others := stopping - {copy.node}:
        named = ", ".join(sorted(others))
        raise stuck("others-would-stop", identity, copy.node, f"cannot stop alone: {named} would stop, too")
    if not stopping:
        raise stuck("would-not-stop", identity, copy.node, "would not be stopped by a ban: is it managed?")
