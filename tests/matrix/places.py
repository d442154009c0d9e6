"""Real clusters that rows are run on: a lab of three nodes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from pacewright.cluster.choose import choose
from pacewright.model.errors import PacewrightError

PACEWRIGHT = [sys.executable, "-m", "pacewright"]
LIMIT = 300.0  # seconds for one command


class CommandFailed(RuntimeError):
    """A command that had to succeed did not; with all that it said."""


class Lab:
    """A lab that is up."""

    def __init__(self, name: str, nodes: Sequence[str] = ("controller-0", "controller-1", "controller-2")) -> None:
        self.name, self.nodes = name, tuple(nodes)
        self.cluster = choose(f"lab:{name}")

    def run(self, node: str, *command: str, stdin: str = "") -> str:
        """Standard output of a command on a node."""
        try:
            done = self.cluster.node_runner(node).run(command, stdin=stdin.encode(), timeout=LIMIT)
        except PacewrightError as error:
            raise CommandFailed(str(error)) from None
        if done.code != 0:
            raise CommandFailed(f"{node}: {' '.join(command)}: {done.code}: {done.stderr.strip()}")
        return done.stdout.decode()

    def pacewright(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON document of a command on this cluster. No document: the code is an error's."""
        command = [*PACEWRIGHT, *arguments, "--json", "--cluster", f"lab:{self.name}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT * 2)
        if not done.stdout.startswith("{"):
            raise CommandFailed(f"{' '.join(arguments)}: {done.returncode}: {done.stderr.strip() or done.stdout}")
        return done.returncode, json.loads(done.stdout)
