"""The embedded cluster: a folder with a real CIB, Pacemaker's real scheduler and tools; no daemons, no root.

Operations are simulated: whatever the scheduler decides succeeds at once. Pacemaker's tools read, change and write back
a CIB file without a lock, so two writers would lose one write: all access here is made under the folder's lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from pacewright.cib.defaults import STAND_IN
from pacewright.cluster import tools
from pacewright.cluster.base import Snapshot
from pacewright.cluster.files import read_bytes, write_atomically, write_bytes
from pacewright.cluster.runner import LocalRunner
from pacewright.cluster.tools import Written
from pacewright.model.errors import Held, NoCluster, TimedOut, UsageError

if TYPE_CHECKING:
    from pacewright.cib.scheduler.transition import Transition
    from pacewright.cib.xml import Node
    from pacewright.cluster.agents import InstalledAgents
    from pacewright.model.configuration import Configuration

DEFAULT_NODES = ("node1", "node2", "node3")
LOCK_SECONDS = 120.0
_POLL_SECONDS = 0.02
_REPEATS = 2
# A cluster nobody has chosen nodes for or written to is at this epoch: the first spec may still name its nodes.
_UNTOUCHED = 0


class EmbeddedCluster:
    """One folder. Any number of processes may use it at once."""

    simulated = True
    validated = True
    hidden_ids = frozenset((STAND_IN,))

    def __init__(self, folder: str, name: str) -> None:
        self.folder, self.name = folder, name
        self.path = os.path.join(folder, "cib.xml")
        # No tool that is run for this cluster may ever talk to a real one.
        self.runner = LocalRunner({"CIB_file": self.path})

    @cached_property
    def agents(self) -> InstalledAgents:
        from pacewright.cluster.agents import InstalledAgents

        return InstalledAgents()

    @classmethod
    def at(cls, folder: str | None) -> EmbeddedCluster:
        """The cluster in a folder; in the user's state folder when None."""
        if folder is not None:
            return cls(os.path.abspath(folder), f"embedded:{folder}")
        state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
        return cls(os.path.join(state, "pacewright", "embedded"), "embedded")

    def node_runner(self, node: str) -> None:
        """Its nodes are names only."""

    def identity(self, snapshot: Snapshot) -> str:
        """The folder and its nodes."""
        nodes = ", ".join(sorted(n.name or "" for n in snapshot.configuration.nodes))
        return f"embedded cluster {self.folder} of {nodes}"

    # ---- reading and writing

    def read(self) -> Snapshot:
        with self._locked():
            data = self._data()
        return Snapshot(data, self.path)

    def prepare(self, configuration: Configuration) -> bool:
        """Until something has been written, the cluster's nodes are those that the configuration names."""
        nodes = [(n.name, n.id or "") for n in configuration.nodes if n.name and n.type != "remote"]
        remote = [n.name for n in configuration.nodes if n.name and n.type == "remote"]
        if not nodes:
            return False
        with self._locked():
            root = self._root()
            there = [str(n.get("uname")) for n in root.iterfind("configuration/nodes/node")]
            changes = int(root.get("epoch") or 0) == _UNTOUCHED and there != [*(name for name, _ in nodes), *remote]
            if changes:
                self._store(_fresh(_numbered(nodes), remote, epoch=_UNTOUCHED))
        return changes

    def foresee(self, document: Node) -> None:
        from pacewright.cib.scheduler.stand_in import adjust_stand_in

        adjust_stand_in(document)

    def reset(self, nodes: list[str] | None = None) -> Snapshot:
        """Starts anew. ``nodes`` are then final; without them the first spec may still name others."""
        chosen = [(name, "") for name in nodes or DEFAULT_NODES]
        if len({name for name, _ in chosen}) < len(chosen):
            raise UsageError("a node is named twice")
        with self._locked():
            self._store(_fresh(_numbered(chosen), epoch=1 if nodes else _UNTOUCHED))
        return self.read()

    def require_writable(self) -> None:
        """It always is."""

    def write(self, patch: bytes) -> Written:
        """A compare-and-swap patch, applied by cibadmin to a draft that then replaces the CIB."""
        with self._locked():
            draft = os.path.join(self.folder, "draft.xml")
            write_bytes(draft, self._data())
            try:
                written = tools.patch(LocalRunner({"CIB_file": draft}), patch)
                if written is Written.DONE:
                    root = _parse(read_bytes(draft), draft)
                    self.foresee(root)
                    self._store(root)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(draft)
        return written

    def change(self, change: Callable[[Node], None], *, configuration: bool = False) -> None:
        """Changes the CIB under the lock. ``configuration``: its epoch rises; otherwise only status is touched."""
        with self._locked():
            root = self._root()
            change(root)
            self._store_next(root, configuration=configuration)

    # ---- settling

    def idle(self) -> bool:
        return True

    def led(self) -> bool:
        return True

    def step(self, deadline: float) -> None:
        """Lets transitions succeed until the scheduler has nothing left to do."""
        done, rests = self.settle(deadline)
        if not rests and time.monotonic() < deadline:
            wanted = ", ".join(f"{e.action} {e.resource}" for e in done[-1].summary[:4])
            raise TimedOut(f"never settles: the scheduler wants the same again and again ({wanted})")

    def settle(self, deadline: float) -> tuple[list[Transition], bool]:
        """What the cluster did, transition by transition, and whether nothing is left to do.

        It ends early where the same comes back again and again.

        The lock is held for one transition at a time, so that others can write in between, as on a real cluster.
        """
        done: list[Transition] = []
        seen: list[tuple[str, ...]] = []
        while (transition := self._advance(len(done) + 1)) is not None:
            done.append(transition)
            seen.append(transition.signature)
            if seen.count(transition.signature) > _REPEATS or time.monotonic() >= deadline:
                return done, False
        return done, True

    def _advance(self, number: int) -> Transition | None:
        from pacewright.cib.scheduler.history import advance, ask

        with self._locked():
            root = self._root()
            transition = ask(root, lambda cib: tools.simulate(self.runner, cib, validated=True), number)
            if not transition.runnable:
                return None
            self._store_next(advance(root, transition, agents=self.agents))
            return transition

    # ---- the folder; only under the lock

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            os.makedirs(self.folder, exist_ok=True, mode=0o700)
            handle = os.open(os.path.join(self.folder, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise NoCluster(f"{self.folder}: {error.strerror}") from None
        try:
            _wait_for_lock(handle, self.folder)
            yield
        finally:
            os.close(handle)

    def _data(self) -> bytes:
        try:
            return read_bytes(self.path)
        except FileNotFoundError:
            self._store(_fresh(_numbered([(name, "") for name in DEFAULT_NODES]), epoch=_UNTOUCHED))
            return read_bytes(self.path)
        except OSError as error:
            raise NoCluster(f"{self.path}: {error.strerror}") from None

    def _root(self) -> Node:
        return _parse(self._data(), self.path)

    def _store(self, root: Node) -> None:
        from pacewright.cib.xml import to_text

        write_atomically(self.path, to_text(root), private=True)

    def _store_next(self, root: Node, *, configuration: bool = False) -> None:
        if configuration:
            root.set("epoch", str(int(root.get("epoch") or 0) + 1))
            root.set("num_updates", "0")
        else:
            root.set("num_updates", str(int(root.get("num_updates") or 0) + 1))
        self._store(root)


def _parse(data: bytes, name: str) -> Node:
    from pacewright.cib.xml import parse  # reading for status needs no lxml before the scheduler is at work

    return parse(data, name)


def _wait_for_lock(handle: int, folder: str) -> None:
    """Raises Held when another process does not let go of it."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Held(f"{folder} has been locked by another process for {LOCK_SECONDS:g} s") from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _numbered(nodes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Nodes with an id each: the given one or the next free number."""
    taken = {identity for _, identity in nodes if identity}
    free = (str(n) for n in range(1, 10_000) if str(n) not in taken)
    return [(name, identity or next(free)) for name, identity in nodes]


def _fresh(nodes: list[tuple[str, str]], remote: Sequence[str] = (), *, epoch: int) -> Node:
    from pacewright.cib.scheduler.rehearsal import fresh  # rarely needed, and slow to import

    return fresh(nodes, remote, epoch=epoch)
