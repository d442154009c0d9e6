"""The lab's cluster, reached from its host: programs run in a node by entering the node's namespaces."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Sequence

from pacewright.cluster import process, tools
from pacewright.cluster.base import Snapshot
from pacewright.cluster.live import LiveCluster
from pacewright.cluster.remote import CommandRunner
from pacewright.cluster.runner import Runner
from pacewright.model.errors import NoCluster, PacewrightError, ToolError, Unreachable, UsageError
from pacewright.model.immutable import immutable

DEFAULT_NAME = "default"
_NO_WAY_IN = "nsenter: cannot open /proc/"  # a node that is going down has no namespaces before its processes are gone
_KILLED = -signal.SIGKILL
_DYING_SECONDS = 3.0
_HAS_QUORUM = b' have-quorum="1"'
# Outputs of programs are the C locale's, and HOME is root's, whoever called.
ENVIRONMENT = {"HOME": "/root", "USER": "root"}


def labs_folder() -> str:
    """Where labs live: a real file system, as nodes' disks are overlay mounts. $PACEWRIGHT_LABS names another."""
    return os.environ.get("PACEWRIGHT_LABS") or "/var/lib/pacewright/labs"


def lab_names() -> list[str]:
    """Of the labs of this machine, running or not."""
    folder = labs_folder()
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(n for n in names if not n.startswith(".") and os.path.isdir(os.path.join(folder, n)))


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
    """The command that runs ``command`` inside a node.

    With its root: where we are in a chroot ourselves, the mount namespace alone leads out to the host's.
    """
    into = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd")
    return ["nsenter", f"--target={leader}", *into, "--", *command]


class LabRunner(CommandRunner):
    """One node of a lab. Its leader is looked up at each call: a node that has booted again has a new one."""

    def __init__(self, lab: str, node: str, machine: str) -> None:
        super().__init__()
        self.lab, self.node, self.machine = lab, node, machine

    @property
    def location(self) -> str:
        return f"lab:{self.lab}/{self.node}"

    def leader(self) -> int:
        """Raises Unreachable where the node is off."""
        keeper = keeper_of(self.lab)
        if keeper is None:
            raise Unreachable(f"lab '{self.lab}' is not running")
        leader = keeper.leaders().get(self.machine)
        if leader is None:
            raise Unreachable(f"{self.node} of lab '{self.lab}' is off")
        return leader

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> process.Completed:
        leader = self.leader()
        born = start_time(leader)
        done = process.run(
            entering(leader, command), stdin=stdin, timeout=timeout, environment=ENVIRONMENT, elsewhere=True
        )
        if done.code != 0 and (
            done.stderr.startswith(_NO_WAY_IN) or _is_gone(leader, born, killed=done.code == _KILLED)
        ):
            raise Unreachable(f"{self.node} of lab '{self.lab}' went off while {command[0]} ran")
        return done


def _is_gone(leader: int, born: int | None, *, killed: bool) -> bool:
    """Whether a node's first process is not that of before. A power cut ends processes one after the other, its
    leader perhaps after the one that was ``killed``: then it is given time to go."""
    deadline = time.monotonic() + (_DYING_SECONDS if killed else 0)
    while born is not None and start_time(leader) == born:
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


class LabCluster(LiveCluster):
    """Through whichever node answers, in a partition that has quorum where there is one."""

    def __init__(self, lab: str, members: Sequence[LabRunner], peers: Callable[[str], Runner]) -> None:
        self._members = members
        super().__init__(members[0], f"lab:{lab}", peers=peers)

    def node_runner(self, node: str) -> Runner:
        return self._peers(node)

    def read(self) -> Snapshot:
        """Raises NoCluster with the last node's words where none answers."""
        told: PacewrightError = NoCluster(f"no node of {self.name} is on")
        without_quorum = None
        for runner in sorted(self._members, key=lambda r: r is not self.runner):
            try:
                data = tools.query(runner, timeout=10)
            except (NoCluster, ToolError) as error:
                told = error
                continue
            snapshot = Snapshot(data, f"<cib of {self.name}>")
            if _HAS_QUORUM in data[: data.find(b">", data.find(b"<cib"))]:
                self.runner = runner
                return snapshot
            without_quorum = without_quorum or (runner, snapshot)
        if without_quorum is None:
            raise told if isinstance(told, NoCluster) else NoCluster(str(told))
        self.runner = without_quorum[0]
        return without_quorum[1]


def lab_cluster(words: str) -> LiveCluster:
    """From ``NAME``, ``NAME/NODE`` or nothing. Raises PacewrightError for a lab or node that is not there."""
    name, _, node = words.partition("/")
    name = name or DEFAULT_NAME
    kinds = {n: (LabRunner(name, n, f"n{number}"), kind) for n, number, kind in _nodes(name)}
    members = {n: runner for n, (runner, kind) in kinds.items() if kind == "member"}

    def peer(wanted: str) -> Runner:
        if wanted not in kinds:
            raise Unreachable(f"{wanted} is not of this lab")
        return kinds[wanted][0]

    if keeper_of(name) is None:
        raise NoCluster(f"lab '{name}' was here but has ended: 'pacewright lab down' takes its files away")
    if not node:
        return LabCluster(name, list(members.values()), peer)
    if node not in members:
        raise UsageError(f"lab '{name}' has no member '{node}'; it has {', '.join(members)}")
    return LiveCluster(members[node], f"lab:{words}", peers=peer)


def _nodes(name: str) -> list[tuple[str, int, str]]:
    """Names, numbers and kinds, by the lab's own description (lab/layout.py)."""
    try:
        with open(os.path.join(lab_folder(name), "lab.json"), "rb") as file:
            return [(n["name"], n["number"], n["kind"]) for n in json.load(file)["nodes"]]
    except FileNotFoundError:
        raise NoCluster(f"there is no lab '{name}' here: 'pacewright lab up' boots one") from None
    except (OSError, ValueError, KeyError) as error:
        raise NoCluster(f"lab '{name}' cannot be read: {error}") from None


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
