"""The end of a node's logs, read from its disk: also of a node that is off."""

from __future__ import annotations

import os
from collections import deque

from pacewright.lab.layout import Lab, LabNode

# Below a node's own layer; what its daemons write while the network or the node is gone is here too.
_NODE_LOGS = ("upper/var/log/pacemaker/pacemaker.log", "upper/var/log/corosync/corosync.log", "console.log")
_LAB_LOGS = ("events.log", "keeper.log")


def collect(lab: Lab, nodes: list[LabNode], lines: int, *, events: bool) -> list[dict[str, str]]:
    """``name`` and ``text`` of each log that there is."""
    paths = [lab.path(name) for name in _LAB_LOGS] if events else []
    if not events:
        paths = [lab.node_path(node, name) for node in nodes for name in _NODE_LOGS]
    found = [(os.path.relpath(p, lab.folder).replace("/upper/", ":/"), _end(p, lines)) for p in paths]
    return [{"name": name.removeprefix("nodes/"), "text": text} for name, text in found if text]


def _end(path: str, lines: int) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(deque(file, maxlen=max(lines, 1)))
    except OSError:
        return ""
