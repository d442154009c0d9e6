"""A CIB in a file, to look at and to plan against. It is never written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from pacewright.cluster.base import Snapshot
from pacewright.cluster.files import read_bytes
from pacewright.cluster.runner import LocalRunner
from pacewright.cluster.tools import Written
from pacewright.model.errors import NoCluster, UsageError

if TYPE_CHECKING:
    from pacewright.cib.xml import Node
    from pacewright.model.configuration import Configuration


class FileCluster:
    """Stands for the cluster that the CIB was taken from."""

    simulated = True
    validated = False
    hidden_ids: frozenset[str] = frozenset()

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = f"file:{path}"
        self.runner = LocalRunner()

    def node_runner(self, node: str) -> None:
        """Its nodes are names only."""

    def identity(self, _snapshot: Snapshot) -> str:
        return f"file:{os.path.realpath(self.path)}"

    def read(self) -> Snapshot:
        try:
            data = read_bytes(self.path)
        except OSError as error:
            raise NoCluster(f"{self.path}: {error.strerror}") from None
        return Snapshot(data, self.path)

    def prepare(self, configuration: Configuration) -> bool:  # noqa: ARG002
        """The file is what it is."""
        return False

    def foresee(self, document: Node) -> None:
        """The configuration is taken as it is."""

    def write(self, patch: bytes) -> Written:  # noqa: ARG002
        self.require_writable()

    def require_writable(self) -> NoReturn:
        raise UsageError(f"{self.name} is read-only: plan against it, write to another --cluster")

    def idle(self) -> bool:
        return True

    def led(self) -> bool:
        return True

    def step(self, deadline: float) -> None:  # noqa: ARG002
        raise UsageError(f"{self.name} does not run: nothing in it will ever settle")
