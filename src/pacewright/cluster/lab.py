"""The lab's cluster, reached from its host: programs run in a node by entering the node's namespaces."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pacewright.cluster import process
from pacewright.cluster.files import write_bytes
from pacewright.model.errors import NoCluster, PacewrightError, ToolError
from pacewright.model.immutable import immutable

if TYPE_CHECKING:
    from pacewright.cluster.base import Snapshot

DEFAULT_NAME = "default"
# Outputs of programs are the C locale's, and HOME is root's, whoever called.
ENVIRONMENT = {"HOME": "/root", "USER": "root"}


def labs_folder() -> str:
    """Where labs live: a real file system, as nodes' disks are overlay mounts. $PACEWRIGHT_LABS names another."""
    return os.environ.get("PACEWRIGHT_LABS") or "/var/lib/pacewright/labs"


def lab_folder(name: str) -> str:
    return os.path.join(labs_folder(), name)


@immutable(frozen=True, slots=True)
class Keeper:
    """The process that holds a lab. ``pid``: in the numbering of the host."""

    pid: int
    started: int

    def alive(self) -> bool:
        return start_time(self.pid) == self.started

    def leaders(self) -> dict[str, int]:
        """The first process (systemd) of each node that is on, by the machine's name."""
        found = {}
        for child in _children(self.pid):
            words = _command_line(child)
            machine = next((w.partition("=")[2] for w in words if w.startswith("--machine=")), None)
            if machine is not None and (inner := first_child(child)):
                found[machine] = inner
        return found


def keeper_of(name: str) -> Keeper | None:
    """The lab's keeper while it lives."""
    try:
        with open(os.path.join(lab_folder(name), "keeper.json"), "rb") as file:
            keeper = Keeper(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
    return keeper if keeper.alive() else None


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot: with the pid it names the process for good."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def entering(leader: int, command: Sequence[str]) -> list[str]:
    """The command that runs ``command`` inside a node."""
    return ["nsenter", f"--target={leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--", *command]


@immutable(frozen=True, slots=True)
class LabRunner:
    """One node of a lab. Its leader is looked up at each call: a node that has booted again has a new one."""

    lab: str
    node: str
    machine: str

    def leader(self) -> int:
        """Raises NoCluster where the node is off."""
        keeper = keeper_of(self.lab)
        if keeper is None:
            raise NoCluster(f"lab '{self.lab}' is not running")
        leader = keeper.leaders().get(self.machine)
        if leader is None:
            raise NoCluster(f"{self.node} of lab '{self.lab}' is off")
        return leader

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> process.Completed:
        return process.run(entering(self.leader(), command), stdin=stdin, timeout=timeout, environment=ENVIRONMENT)

    @contextlib.contextmanager
    def files(self, contents: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
        """In the node's /tmp, written through its root as /proc shows it."""
        import shutil
        import tempfile

        root = f"/proc/{self.leader()}/root"
        folder = tempfile.mkdtemp(prefix="pacewright-", dir=f"{root}/tmp")
        try:
            for name, data in contents.items():
                write_bytes(os.path.join(folder, name), data)
            yield {name: os.path.join(folder.removeprefix(root), name) for name in contents}
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def first_child(pid: int) -> int | None:
    """What systemd-nspawn has as its only child is the node's first process."""
    return next(iter(_children(pid)), None)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # a child belongs to the thread that started it
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                found += [int(n) for n in file.read().split()]
    return found


def _command_line(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return [w.decode(errors="replace") for w in file.read().split(b"\0")]
    except OSError:
        return []
