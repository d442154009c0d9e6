"""A running cluster, through the tools on one of its nodes: this one, or one that a runner leads to."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pacewright.cluster import tools
from pacewright.cluster.base import Snapshot
from pacewright.cluster.runner import LocalRunner, Runner
from pacewright.cluster.tools import Written

if TYPE_CHECKING:
    from pacewright.cib.xml import Node
    from pacewright.model.configuration import Configuration

STEP_SECONDS = 0.5
_IN_OFFICE = ("S_IDLE", "S_POLICY_ENGINE", "S_TRANSITION_ENGINE")


def ssh_as_root(node: str) -> Runner:
    """How other nodes are reached unless a cluster says otherwise."""
    from pacewright.cluster.ssh import SshRunner

    return SshRunner(f"root@{node}")


class LiveCluster:
    """Talks to Pacemaker's daemons through its own tools, where ``runner`` runs them.

    ``peers``: leads to another node of the cluster by its name.
    """

    simulated = False
    validated = True
    hidden_ids: frozenset[str] = frozenset()

    def __init__(
        self, runner: Runner | None = None, name: str = "live", *, peers: Callable[[str], Runner] = ssh_as_root
    ) -> None:
        self.runner: Runner = LocalRunner() if runner is None else runner
        self.name = name
        self._peers = peers

    def node_runner(self, node: str) -> Runner:
        """Without a hop where that node is the one whose tools are used."""
        return self.runner if node == self._own_node else self._peers(node)

    @cached_property
    def _own_node(self) -> str:
        if not self.runner.location:
            return os.uname().nodename
        return self.runner.run(["uname", "-n"], timeout=15).stdout.decode(errors="replace").strip()

    def identity(self, snapshot: Snapshot) -> str:
        """The cluster's name and its member nodes."""
        names = sorted(n.name or "" for n in snapshot.configuration.nodes if n.type in (None, "member", "normal"))
        cluster = next(
            (p.value for s in snapshot.configuration.properties for p in s.pairs if p.name == "cluster-name"), ""
        )
        return f"cluster {cluster or '(unnamed)'} of {', '.join(names)}"

    def read(self) -> Snapshot:
        return Snapshot(tools.query(self.runner), "<live cib>" if self.name == "live" else f"<cib of {self.name}>")

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

    def led(self) -> bool:
        return tools.controller_state(self.runner) in _IN_OFFICE

    def step(self, deadline: float) -> None:
        time.sleep(max(0.0, min(STEP_SECONDS, deadline - time.monotonic())))
