"""Waits until a cluster has settled, and says truthfully how."""

from __future__ import annotations

import time
from collections.abc import Callable

from pacewright.cib.desired.ownership import records
from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.xml import Node
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.observation import Observation
from pacewright.model.errors import NoCluster, PacewrightError, StalePlan, TimedOut, ToolError
from pacewright.model.status import ClusterStatus

Progress = Callable[[ClusterStatus], None]

# Elections, changes of membership and daemons that start again take seconds, in which readings fail, quorum is lost,
# or a CIB manager shows what it once wrote to its disk. Only what lasts longer ends a wait.
BORNE_SECONDS = 30.0


class Patience:
    """Bears with a cluster that is away for ``BORNE_SECONDS`` at a stretch, and never beyond the deadline."""

    def __init__(self, cluster: Cluster, deadline: float) -> None:
        self._borne = 0.0 if cluster.simulated else BORNE_SECONDS
        self._deadline = deadline
        self._since: float | None = None

    def bear(self, absence: PacewrightError) -> None:
        """Raises it when it has lasted too long."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if now >= min(self._since + self._borne, self._deadline):
            raise absence

    def renew(self) -> None:
        """The cluster is back."""
        self._since = None


def settle(
    cluster: Cluster,
    deadline: float,
    *,
    written: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> tuple[Snapshot, ClusterStatus]:
    """The first settled state, at or after the version that has been ``written``.

    Raises TimedOut after ``deadline`` (monotonic seconds), NoCluster without quorum (at once where there is none in the
    beginning and nothing has been written), StalePlan where the cluster goes on with something older than ``written``.

    Settled, in one CIB: (a) no operation is in flight, (b) the scheduler plans nothing, and then (c) the DC is idle and
    the configuration has not moved. (b) closes the race before the DC has acted: the scheduler still wants to act.
    """
    patience = Patience(cluster, deadline)
    seen = written is not None
    while True:
        try:
            observation = Observation(cluster)
            snapshot = observation.snapshot
            require_quorum(snapshot)
            status = status_of(cluster, observation)
            if progress is not None:
                progress(status)
            rests = status.settled and has_leader(snapshot.root) and cluster.idle() and _unmoved(cluster, snapshot)
        except (NoCluster, ToolError) as absence:
            if not seen:
                raise
            patience.bear(absence)
        else:
            if rests and snapshot.version[:2] >= (written or (0, 0)):
                return snapshot, status
            if rests:
                patience.bear(StalePlan("what was written is lost: the cluster goes on with an older configuration"))
            else:
                patience.renew()
            seen = True
            if time.monotonic() >= deadline:
                raise TimedOut(f"not settled in time: {_what_is_open(status)}")
        cluster.step(deadline)


def status_of(cluster: Cluster, observation: Observation) -> ClusterStatus:
    root, done = observation.snapshot.root, observation.simulation
    return cluster_status(root, done.answer, done.graph, cluster.hidden_ids)


def is_settled_now(cluster: Cluster, observation: Observation) -> ClusterStatus | None:
    """The status of a reading that is settled, without another reading; None where it is not."""
    status = status_of(cluster, observation)
    return status if status.settled and has_leader(observation.snapshot.root) and cluster.idle() else None


def has_leader(root: Node) -> bool:
    """Whether the DC that a CIB names is alive in it; True where none is named (idle() knows).

    A CIB manager that has just started names the DC of old and knows no node's state: nothing seems to be wanted.
    """
    leader = root.get("dc-uuid")
    if not leader:
        return True
    states = (s for s in root.iterfind("status/node_state") if s.get("id") == leader)
    return any(s.get("crmd") not in (None, "", "offline", "false", "0") for s in states)


def require_quorum(snapshot: Snapshot) -> None:
    if snapshot.root.get("have-quorum") == "0":
        raise NoCluster("this partition has no quorum")


def require_plan(snapshot: Snapshot, deployment: str, plan_id: str) -> None:
    """Raises StalePlan when our write is no longer the last one of this deployment.

    Tools that replace the whole configuration by what they had read bring an older record back.
    """
    record = records(snapshot.configuration).get(deployment)
    if record is None or record.plan != plan_id:
        raise StalePlan(
            f"written, but '{deployment}' has been written over since: by another plan, or with an older state"
        )


def _unmoved(cluster: Cluster, snapshot: Snapshot) -> bool:
    last = cluster.read()
    require_quorum(last)
    return last.version[:2] == snapshot.version[:2]


def _what_is_open(status: ClusterStatus) -> str:
    if waiting := [r.id for r in status.resources.values() if not r.as_desired]:
        return ", ".join(waiting[:8])
    if status.in_flight:
        return "operations are still in flight"
    wanted = [f"{p.action} of {p.resource or p.node}" for p in status.planned if not p.blocked]
    if wanted:  # placement by utilization without stickiness: what has moved is wanted back
        return f"the scheduler still wants a {', '.join(wanted[:4])}, which the DC does at its next recheck"
    return "the cluster does not come to rest"
