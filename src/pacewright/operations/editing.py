"""Small changes of the configuration, each one compare-and-swap, tried again while others write, too."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from pacewright.cib.desired.patch import bound_to_version, without_status
from pacewright.cib.xml import Node
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.tools import Written
from pacewright.model.errors import NoCluster, TimedOut, ToolError
from pacewright.workflow.settling import Patience, require_quorum

Change = Callable[[Node], bool]


def edit(cluster: Cluster, change: Change, deadline: float) -> tuple[int, int]:
    """Writes what ``change`` makes of a CIB; the version (admin_epoch, epoch) that has it.

    ``change`` alters the document that it is given and says whether it did. It may be called several times, and finds
    nothing to do where its change is in already: so an answer that got lost does no harm.
    Raises TimedOut, NoCluster without quorum, ToolError where the write is refused.
    """
    patience = Patience(cluster, deadline)
    while True:
        try:
            snapshot = cluster.read()
            require_quorum(snapshot)
            changed = changed_document(snapshot, change)
            admin_epoch, epoch, _ = snapshot.version
            if changed is None:
                return admin_epoch, epoch
            sides = [etree.tostring(without_status(side)) for side in (snapshot.root, changed)]
            if cluster.write(bound_to_version(tools.difference(cluster.runner, *sides))) is Written.DONE:
                return admin_epoch, epoch + 1
            patience.renew()
        except NoCluster as absence:
            patience.bear(absence)
        except ToolError as error:
            if not cluster.validated:
                raise
            patience.bear(error)
        if time.monotonic() >= deadline:
            raise TimedOut("the configuration kept moving: nothing was written")
        cluster.step(min(deadline, time.monotonic() + 1.0))


def changed_document(snapshot: Snapshot, change: Change) -> Node | None:
    """The whole CIB with the change, its epoch raised by one; None where there is nothing to do."""
    root = deepcopy(snapshot.root)
    if not change(root):
        return None
    root.set("epoch", str(snapshot.version[1] + 1))
    root.set("num_updates", "0")
    return root
