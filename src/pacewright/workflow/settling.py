"""Waits until a cluster has settled, and says truthfully how."""

from __future__ import annotations

import time
from collections.abc import Callable

from pacewright.cib.desired.ownership import records
from pacewright.cib.status.cluster import cluster_status
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.observation import Observation
from pacewright.model.errors import NoCluster, StalePlan, TimedOut
from pacewright.model.status import ClusterStatus

Progress = Callable[[ClusterStatus], None]


def settle(
    cluster: Cluster, deadline: float, *, epoch: tuple[int, int] = (0, 0), progress: Progress | None = None
) -> tuple[Snapshot, ClusterStatus]:
    """The first settled state at or after ``epoch``.

    Raises TimedOut after ``deadline`` (monotonic seconds), NoCluster without quorum.

    Settled, in one CIB: (a) no operation is in flight, (b) the scheduler plans nothing, and then (c) the DC is idle and
    the configuration has not moved. (b) closes the race before the DC has acted: the scheduler still wants to act.
    """
    while True:
        observation = Observation(cluster)
        snapshot = observation.snapshot
        require_quorum(snapshot)
        status = status_of(cluster, observation)
        if progress is not None:
            progress(status)
        reached = snapshot.version[:2] >= epoch and status.settled
        if reached and cluster.idle() and cluster.read().version[:2] == snapshot.version[:2]:
            return snapshot, status
        if time.monotonic() >= deadline:
            raise TimedOut(f"not settled in time: {_what_is_open(status)}")
        cluster.step(deadline)


def status_of(cluster: Cluster, observation: Observation) -> ClusterStatus:
    root, done = observation.snapshot.root, observation.simulation
    return cluster_status(root, done.answer, done.graph, cluster.hidden_ids)


def is_settled_now(cluster: Cluster, observation: Observation) -> ClusterStatus | None:
    """The status of a reading that is settled, without another reading; None where it is not."""
    status = status_of(cluster, observation)
    return status if status.settled and cluster.idle() else None


def require_quorum(snapshot: Snapshot) -> None:
    if snapshot.root.get("have-quorum") == "0":
        raise NoCluster("this partition has no quorum")


def require_plan(snapshot: Snapshot, deployment: str, plan_id: str) -> None:
    """Raises StalePlan when our write is no longer the last one of this deployment."""
    record = records(snapshot.configuration).get(deployment)
    if record is None or record.plan != plan_id:
        raise StalePlan(f"written, but another plan of '{deployment}' has been applied since")


def _what_is_open(status: ClusterStatus) -> str:
    waiting = [r.id for r in status.resources.values() if not r.as_desired]
    return ", ".join(waiting[:8]) or "operations are still in flight"
