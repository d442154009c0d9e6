"""What a machine must have to hold a lab, told all at once with the way to get it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from importlib.util import find_spec

from pacewright.cluster import process
from pacewright.model.errors import PacewrightError, ToolError

_WATCHERS = "/proc/sys/fs/inotify/max_user_instances"
_WATCHERS_A_NODE = 8  # seven are seen: systemd five, D-Bus and logind one each
NAMESPACES = ("--mount", "--net", "--pid", "--ipc")
_IN_A_TREE = "or 'make setup-lab' in a source tree"
# program: the Debian package that has it
PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "apt-get": "apt",
    "ip": "iproute2",
    "nft": "nftables",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mount": "mount",
}


def require_all() -> None:
    """Raises PacewrightError that names everything that is missing, and how to get it."""
    if missing := missing_needs():
        raise PacewrightError("this machine cannot hold a lab: " + "; ".join(missing))


def missing_needs() -> list[str]:
    """Sentences; empty where a lab can be booted."""
    if os.geteuid() != 0:
        return ["it needs root (namespaces, mounts): run the same command as root"]
    found = []
    absent = [name for name in PROGRAMS if shutil.which(name, path=process.SEARCH_PATH) is None]
    if absent:
        packages = " ".join(sorted({PROGRAMS[name] for name in absent}))
        found.append(f"no {', '.join(absent)}: apt-get install --no-install-recommends {packages}")
    if find_spec("pyghmi") is None:
        found.append(f"no pyghmi for {sys.executable} (the nodes' BMCs): apt-get install python3-pyghmi, {_IN_A_TREE}")
    if "unshare" not in absent and (words := _no_namespaces()):
        found.append(f"it does not allow namespaces: {words}")
    with open("/proc/filesystems", encoding="ascii") as file:
        if "overlay" not in file.read().split():
            found.append("its kernel has no overlay file system: modprobe overlay")
    return found


def require_room(nodes: int) -> None:
    """Raises PacewrightError where systemd in so many more nodes would not get what it watches files by.

    Without, a node stands still in the middle of its boot and says nothing.
    """
    with open(_WATCHERS, encoding="ascii") as file:
        most = int(file.read())
    used = _watchers_in_use()
    if used + nodes * _WATCHERS_A_NODE > most:
        wanted = max(1024, 4 * most)
        raise PacewrightError(
            f"{nodes} more nodes need about {nodes * _WATCHERS_A_NODE} inotify instances; {used} of the {most} allowed "
            f"on this machine are in use: end another lab, or sysctl -w fs.inotify.max_user_instances={wanted}"
        )


def _watchers_in_use() -> int:
    found = 0
    for process_folder in os.listdir("/proc"):
        if process_folder.isdigit():
            with contextlib.suppress(OSError):
                folder = f"/proc/{process_folder}/fd"
                found += sum(_is_watcher(f"{folder}/{name}") for name in os.listdir(folder))
    return found


def _is_watcher(path: str) -> bool:
    try:
        return os.readlink(path) == "anon_inode:inotify"
    except OSError:
        return False


def _no_namespaces() -> str:
    try:
        done = process.run(["unshare", *NAMESPACES, "--fork", "--kill-child", "--mount-proc", "true"], timeout=20)
    except ToolError as error:
        return str(error)
    return "" if done.code == 0 else done.stderr.strip() or "unshare failed"
