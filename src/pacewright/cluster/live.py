"""This node's running cluster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pacewright.cluster import tools
from pacewright.cluster.base import Snapshot
from pacewright.cluster.runner import LocalRunner
from pacewright.cluster.tools import Written

if TYPE_CHECKING:
    from pacewright.cib.xml import Node
    from pacewright.model.configuration import Configuration

STEP_SECONDS = 0.5


class LiveCluster:
    """Talks to Pacemaker's daemons through its own tools."""

    name = "live"
    simulated = False
    validated = True
    hidden_ids: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.runner = LocalRunner()

    def identity(self, snapshot: Snapshot) -> str:
        """The cluster's name and its member nodes."""
        names = sorted(n.name or "" for n in snapshot.configuration.nodes if n.type in (None, "member", "normal"))
        cluster = next(
            (p.value for s in snapshot.configuration.properties for p in s.pairs if p.name == "cluster-name"), ""
        )
        return f"cluster {cluster or '(unnamed)'} of {', '.join(names)}"

    def read(self) -> Snapshot:
        return Snapshot(tools.query(self.runner), "<live cib>")

    def foresee(self, document: Node) -> None:
        """The configuration is taken as it is."""

    def require_writable(self) -> None:
        """It always is."""

    def write(self, patch: bytes) -> Written:
        return tools.patch(self.runner, patch)

    def prepare(self, configuration: Configuration) -> bool:  # noqa: ARG002
        """On a live cluster nodes are never made."""
        return False

    def idle(self) -> bool:
        return tools.controller_state(self.runner) == "S_IDLE"

    def step(self, deadline: float) -> None:
        time.sleep(max(0.0, min(STEP_SECONDS, deadline - time.monotonic())))
