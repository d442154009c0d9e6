"""Writes what a function makes of the live configuration, as a compare-and-swap: locks, hand-overs, anything that is no
deployment's spec."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from pacewright.cib.desired.patch import bound_to_version, desired_document, without_status
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.tools import Written
from pacewright.model.configuration import Configuration
from pacewright.model.errors import NoCluster, ToolError
from pacewright.workflow.settling import Patience, require_quorum

Rewriting = Callable[[Configuration], Configuration]


def rewrite(cluster: Cluster, change: Rewriting, deadline: float) -> tuple[int, int] | None:
    """Writes ``change(live)``; reads and asks it again while others move the configuration.

    ``change`` returns what it was given where nothing is left to be done, so that an answer which got lost is found out
    at the next reading; what it raises ends all. Returns the (admin_epoch, epoch) that a settled state must have
    reached, None where nothing had to be written. Raises NoCluster, ToolError.
    """
    patience, sent = Patience(cluster, deadline), None
    while True:
        try:
            snapshot = cluster.read()
            require_quorum(snapshot)
            desired = change(snapshot.configuration)
            if desired == snapshot.configuration:
                return sent
            answer = cluster.write(patch_to(cluster, snapshot, desired))
        except (NoCluster, ToolError) as absence:
            patience.bear(absence)
            cluster.step(deadline)
            continue
        admin_epoch, epoch, _ = snapshot.version
        if answer is Written.DONE:
            return admin_epoch, epoch + 1
        if answer is Written.UNKNOWN:
            sent = (admin_epoch, epoch + 1)
            patience.bear(NoCluster("whether it is written is not known: the cluster does not answer"))
            cluster.step(deadline)


def patch_to(cluster: Cluster, snapshot: Snapshot, desired: Configuration) -> bytes:
    """What writes ``desired`` in place of the configuration that was read, if that is still the live one."""
    old, new = snapshot.root, desired_document(snapshot.root, desired)
    sides = [etree.tostring(without_status(side)) for side in (old, new)]
    return bound_to_version(tools.difference(cluster.runner, *sides))
