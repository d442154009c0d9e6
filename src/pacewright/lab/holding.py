"""The keeper's process from outside: started, found, ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time

from pacewright.cluster import process
from pacewright.cluster.files import write_atomically
from pacewright.cluster.lab import Keeper, first_child, start_time
from pacewright.lab.control import ask
from pacewright.lab.keeper import kept_environment
from pacewright.lab.layout import Lab
from pacewright.lab.needs import NAMESPACES
from pacewright.model.errors import NoCluster, PacewrightError, TimedOut


def start(lab: Lab, deadline: float) -> None:
    """In namespaces of its own; until it answers. Raises PacewrightError with its last words, TimedOut."""
    unshare = process.start(
        ["unshare", *NAMESPACES, "--fork", "--kill-child", "--mount-proc",
         sys.executable, "-m", "pacewright.lab.keeper", lab.name],
        log=lab.path("keeper.log"), environment=kept_environment(),
    )  # fmt: skip
    while True:
        if not unshare.runs:
            raise PacewrightError(f"the lab's keeper ended: {_last_line(lab.path('keeper.log'))}")
        pid = first_child(unshare.pid)
        if pid is not None and (started := start_time(pid)) is not None:
            write_atomically(lab.path("keeper.json"), json.dumps({"pid": pid, "started": started}), private=True)
            break
        time.sleep(0.02)
    while True:
        with contextlib.suppress(NoCluster):
            if ask(lab.folder, "status", timeout=5)["ready"]:
                return
        if not unshare.runs:
            raise PacewrightError(f"the lab's keeper ended: {_last_line(lab.path('keeper.log'))}")
        if time.monotonic() > deadline:
            raise TimedOut("the lab's keeper did not get ready in time")
        time.sleep(0.1)


def _last_line(path: str) -> str:
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        return next((line.strip() for line in reversed(file.readlines()) if line.strip()), "it said nothing")
    return "it left no log"


def keepers(name: str) -> list[Keeper]:
    """Every process that is this lab's keeper: also one whose starter died before it could write its number down."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if not entry.isdigit():
                continue
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().split(b"\0")[:-1]
            with open(f"/proc/{entry}/environ", "rb") as file:
                variables = file.read().split(b"\0")
            if words[-3:] != [b"-m", b"pacewright.lab.keeper", name.encode()] or words[0].endswith(b"unshare"):
                continue
            named = next((v.partition(b"=")[2] for v in variables if v.startswith(b"PACEWRIGHT_LABS=")), b"")
            here = os.environ.get("PACEWRIGHT_LABS", "").encode()
            if named == here and (started := start_time(int(entry))) is not None:
                found.append(Keeper(int(entry), started))
    return found


def end(keeper: Keeper) -> None:
    """Kills the first process of the lab's PID namespace: the kernel kills the others before it lets that one go."""
    try:
        handle = os.pidfd_open(keeper.pid)
    except ProcessLookupError:
        return
    try:
        if keeper.alive():
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            select.select([handle], [], [], 30)
    finally:
        os.close(handle)
