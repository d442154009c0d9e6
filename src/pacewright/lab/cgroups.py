"""A control group for each node: systemd in the node makes its own below it, and a node is frozen by it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

from pacewright.model.errors import PacewrightError


def hierarchies() -> list[str]:
    """Mount points of what systemd-nspawn uses: the unified one, and systemd's own beside it on older hosts."""
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            kind, _, options = right.split(" ", 2)
            if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options):
                found.append(left.split()[4])
    return found


def unified() -> str | None:
    """The unified hierarchy's mount point: the one whose groups can be frozen this way."""
    return next((h for h in hierarchies() if os.path.exists(os.path.join(h, "cgroup.procs"))
                 and os.path.exists(os.path.join(h, "cgroup.controllers"))), None)  # fmt: skip


def group_of(lab: str, machine: str = "") -> str:
    """The group's name in each hierarchy."""
    return os.path.join(f"pacewright-lab-{lab}", machine).rstrip("/")


@contextlib.contextmanager
def starting_in(group: str) -> Iterator[None]:
    """Processes started within the ``with`` are born in the group: we move there and back ourselves."""
    places = [os.path.join(h, group) for h in hierarchies()]
    for place in places:
        os.makedirs(place, exist_ok=True)
        _enter(place)
    try:
        yield
    finally:
        for place in places:
            _enter(os.path.dirname(place))


def freeze(group: str, *, frozen: bool) -> None:
    """Stops or continues all processes of the group. Raises PacewrightError where it cannot be had."""
    root = unified()
    folder = os.path.join(root, group) if root else ""
    if not root or not os.path.isdir(folder):
        raise PacewrightError("this host has no unified control groups to freeze a node by")
    with open(os.path.join(folder, "cgroup.freeze"), "w", encoding="ascii") as file:
        file.write("1" if frozen else "0")
    deadline = time.monotonic() + 10
    while frozen and time.monotonic() < deadline:
        with open(os.path.join(folder, "cgroup.events"), encoding="ascii") as file:
            if "frozen 1" in file.read():
                return
        time.sleep(0.02)


def remove(group: str) -> None:
    """Takes away the group and all below it, once their processes are gone."""
    for hierarchy in hierarchies():
        top = os.path.join(hierarchy, group)
        for folder, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def _enter(folder: str) -> None:
    with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write("0")
