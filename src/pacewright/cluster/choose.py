"""From ``--cluster`` to a cluster."""

from __future__ import annotations

import os
import shutil

from pacewright.cluster.base import Cluster
from pacewright.cluster.process import SEARCH_PATH
from pacewright.model.errors import NoCluster, UsageError

KINDS = "live, ssh:[USER@]HOST, lab[:NAME[/NODE]], embedded[:DIR], file:CIB.xml"


def choose(name: str | None) -> Cluster:
    """The cluster of that name; this node's when None."""
    if name is not None and not name.strip():
        raise UsageError(f"--cluster names no cluster; one of {KINDS}")
    kind, _, rest = (name or "live").partition(":")
    if kind == "live" and not rest:
        if name is None and not pacemaker_runs_here():
            raise NoCluster(
                "no Pacemaker runs on this node; choose a cluster with --cluster: 'embedded' needs nothing running"
            )
        from pacewright.cluster.live import LiveCluster

        return LiveCluster()
    if kind == "ssh" and rest:
        from pacewright.cluster.live import LiveCluster
        from pacewright.cluster.ssh import SshRunner

        return LiveCluster(SshRunner(rest), f"ssh:{rest}")
    if kind == "lab":
        from pacewright.cluster.lab import lab_cluster

        return lab_cluster(rest)
    if kind == "embedded":
        from pacewright.cluster.embedded import EmbeddedCluster

        return EmbeddedCluster.at(rest or None)
    if kind == "file" and rest:
        from pacewright.cluster.file import FileCluster

        return FileCluster(rest)
    raise UsageError(f"--cluster {name}: not a cluster; one of {KINDS}")


def pacemaker_runs_here() -> bool:
    """Whether this node has Pacemaker's tools and a CIB manager to talk to."""
    if shutil.which("cibadmin", path=SEARCH_PATH) is None:
        return False
    return os.path.exists("/var/lib/pacemaker/cib/cib.xml") or os.path.exists("/run/pacemaker.pid") or _daemon_runs()


def _daemon_runs() -> bool:
    try:
        entries = os.listdir("/proc")
    except OSError:
        return False
    for entry in entries:
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/comm", encoding="ascii", errors="replace") as file:
                    if file.read().strip() == "pacemaker-based":
                        return True
            except OSError:
                continue
    return False
