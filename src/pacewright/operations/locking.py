"""Named locks: one long operation of a kind at a time, whoever starts it and wherever.

A lock is an object of the CIB (``cib/desired/locks.py``). Its holder raises a counter three times a lease. Another may
take it over only after it has seen the same counter for a whole lease on its own monotonic clock: clocks of other nodes
decide nothing. Every write that the holder makes through ``Holding.rewrite`` is bound to its still being the holder.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from pacewright.cib.desired.locks import Lock, lock_in, with_lock, without_lock
from pacewright.cluster.base import Cluster
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Held, PacewrightError
from pacewright.workflow.rewriting import Rewriting, rewrite

LEASE = 60
Say = Callable[[str], None]
_RELEASE_SECONDS = 60.0


class Holding:
    """A lock that is held. ``inherited``: notes of a former holder that died."""

    def __init__(self, cluster: Cluster, lock: Lock) -> None:
        self.cluster, self.name, self.token, self.lease = cluster, lock.name, lock.token, lock.lease
        self.inherited = lock.notes
        self._end = threading.Event()
        self._renewing = threading.Thread(target=self._renew, daemon=True)
        self._renewing.start()

    def rewrite(self, change: Rewriting, deadline: float) -> tuple[int, int] | None:
        """Writes as ``workflow.rewriting.rewrite``, if the lock is still ours in the same configuration."""

        def ours(live: Configuration) -> Configuration:
            self._own(live)
            return change(live)

        return rewrite(self.cluster, ours, deadline)

    def note(self, deadline: float, notes: Mapping[str, str]) -> None:
        """Adds to what whoever takes over will find."""
        self.rewrite(lambda live: self.altered(live, notes=notes), deadline)

    def altered(
        self,
        live: Configuration,
        *,
        notes: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> Configuration:
        """The configuration with notes added to the lock, and with these cluster properties in place of its own."""
        lock = self._own(live)
        changed = replace(
            lock, notes={**lock.notes, **(notes or {})},
            properties=lock.properties if properties is None else properties,
        )  # fmt: skip
        return live if changed == lock else with_lock(live, changed)

    def release(self) -> None:
        """Gives it back; nothing where it is no longer ours."""
        self.stop()
        rewrite(self.cluster, self._without, time.monotonic() + _RELEASE_SECONDS)

    def stop(self) -> None:
        """Ends the renewal alone: the lock stays behind, for somebody to take over."""
        self._end.set()
        self._renewing.join()

    def _without(self, live: Configuration) -> Configuration:
        lock = lock_in(live, self.name)
        return without_lock(live, self.name) if lock is not None and lock.token == self.token else live

    def _own(self, live: Configuration) -> Lock:
        lock = lock_in(live, self.name)
        if lock is None or lock.token != self.token:
            taken = f": {_told(lock)}" if lock else ""
            raise Held(f"the lock '{self.name}' has been taken from us{taken}")
        return lock

    def _renew(self) -> None:
        while not self._end.wait(self.lease / 3):
            try:
                seen = self._own(self.cluster.read().configuration)
                rewrite(self.cluster, self._raised(seen.counter), time.monotonic() + self.lease / 3)
            except Held:
                return  # the next write of the operation itself finds out
            except PacewrightError:
                continue

    def _raised(self, known: int) -> Rewriting:
        def change(live: Configuration) -> Configuration:
            lock = self._own(live)
            return with_lock(live, replace(lock, counter=known + 1)) if lock.counter == known else live

        return change


@contextmanager
def held(
    cluster: Cluster, name: str, why: str, *, deadline: float, say: Say = lambda _text: None, lease: int = LEASE
) -> Iterator[Holding]:
    """Holds the lock while the block runs, and gives it back at its end, whatever the end is.

    Raises Held (exit code 8) where its holder lives, at the latest after one lease, or at ``deadline``.
    """
    holding = take(cluster, name, why, deadline=deadline, say=say, lease=lease)
    try:
        yield holding
    finally:
        holding.release()


def take(
    cluster: Cluster, name: str, why: str, *, deadline: float, say: Say = lambda _text: None, lease: int = LEASE
) -> Holding:
    """The same without an end: ``release`` it, or ``stop`` and leave it to whoever comes next."""
    lock = Lock(name, os.urandom(8).hex(), _ourselves(), why, _now(), lease=lease)
    dead: Lock | None = None
    while True:
        found = _try(cluster, lock, dead, deadline)
        if found.token == lock.token:
            return Holding(cluster, found)
        say(f"the lock '{name}' is held: {_told(found)}; waiting {found.lease} s for a sign of life")
        dead = _lifeless(cluster, found, deadline)


def _try(cluster: Cluster, lock: Lock, dead: Lock | None, deadline: float) -> Lock:
    """The lock that is there then: ours, or another's. ``dead``: one that is replaced, and its notes kept."""
    seen = lock

    def change(live: Configuration) -> Configuration:
        nonlocal seen
        there = lock_in(live, lock.name)
        if there is None or there == dead:
            seen = lock if there is None else replace(lock, notes=there.notes, properties=there.properties)
            return with_lock(live, seen)
        seen = there
        return live

    rewrite(cluster, change, deadline)
    return seen


def _lifeless(cluster: Cluster, lock: Lock, deadline: float) -> Lock | None:
    """The lock, once its counter has not moved for a lease; None where it has gone. Raises Held where it has moved."""
    until = time.monotonic() + lock.lease
    while time.monotonic() < until:
        if time.monotonic() >= deadline:
            raise Held(f"the lock '{lock.name}' is held: {_told(lock)}")
        cluster.step(min(until, deadline))
        now = lock_in(cluster.read().configuration, lock.name)
        if now is None or now.token != lock.token:
            return None
        if now.counter != lock.counter:
            raise Held(f"the lock '{lock.name}' is held: {_told(now)}")
        lock = now
    return lock


def _told(lock: Lock) -> str:
    return f"by {lock.holder} since {lock.since} ({lock.why})"


def _ourselves() -> str:
    user = os.environ.get("SUDO_USER") or os.environ.get("USER") or "root"
    return f"{user}@{socket.gethostname()} process {os.getpid()}"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
