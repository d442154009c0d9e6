"""When a cluster is not fit for a migration. Nothing has been written by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pacewright.cib.desired.locks import lock_in, locks
from pacewright.model.attributes import first_value
from pacewright.model.configuration import Configuration
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus, ResourceStatus

KEEP_ORPHANS = "stop-orphan-resources"


def unfit(status: ClusterStatus, live: Configuration, lock: str) -> list[Report]:
    """All that stands in the way; orphans of a migration that was cut off do not, as long as its lock is there."""
    begun = lock_in(live, lock) is not None
    forgotten = {r.id for r in status.resources.values() if r.orphaned} if begun else set[str]()
    resources = [r for r in status.resources.values() if r.id not in forgotten]
    return [*_nodes(status), *_cluster(status, live), *_resources(resources)]


def _nodes(status: ClusterStatus) -> Iterator[Report]:
    for node in status.nodes:
        if node.kind != "guest" and not node.usable:
            message = f"{node.name} is {node.state}: what runs there cannot be handed over"
            yield Report("node-not-online", message, suggestion="bring it back, or take it out of the cluster")


def _cluster(status: ClusterStatus, live: Configuration) -> Iterator[Report]:
    if status.maintenance:
        yield Report("cluster-unmanaged", "the cluster is in maintenance mode", suggestion="end it first")
    stated = first_value(live.properties, KEEP_ORPHANS)
    ours = any(KEEP_ORPHANS in lock.properties for lock in locks(live))
    if stated is not None and not ours:
        message = f"the property {KEEP_ORPHANS} is set to {stated}: a hand-over has to set it for a moment"
        yield Report("orphans-stated", message, subject=f"property {KEEP_ORPHANS}", suggestion="remove it for now")
    if not status.settled:
        yield Report("not-settled", "the cluster is at work", suggestion="'pacewright wait' waits for its end")


def _resources(resources: Iterable[ResourceStatus]) -> Iterator[Report]:
    for each in resources:
        subject = f"resource {each.id}"
        if each.failures or each.state in ("failed", "blocked"):
            reason = f": {each.failures[0].reason}" if each.failures and each.failures[0].reason else ""
            yield Report("resource-failed", f"{each.id} has failed{reason}", subject=subject,
                         suggestion=f"'pacewright explain {each.id}' tells why; clean it up first")  # fmt: skip
        elif not each.managed:
            yield Report("resource-unmanaged", f"{each.id} is unmanaged", subject=subject,
                         suggestion="give it back to Pacemaker first")  # fmt: skip
        elif each.parent is None and not each.as_desired:
            yield Report("not-as-desired", f"{each.id}: {'; '.join(each.why_not)}", subject=subject)
