"""What a real cluster has executed: seen twice, by an alert agent on each node and in each node's own log.

Both must agree on every operation, so that nothing is lost. A node that is fenced loses nothing: its files are on disk.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

PROGRAM = Path(__file__).with_name("trace.py")
INSTALLED = "/usr/local/sbin/matrix-trace"
TRACE = "/var/log/pacemaker/matrix-trace.jsonl"
LOG = "/var/log/pacemaker/pacemaker.log"
ALERT = f'<alert id="matrix-trace" path="{INSTALLED}"/>'
EXECUTED = frozenset(("start", "stop", "promote", "demote", "migrate_to", "migrate_from", "reload", "reload-agent"))
# Pacemaker 2.1 and 3; the time-out and error forms too. "a" or "a:0", on the node that the words name.
_RESULT = re.compile(
    r"Result of (?P<name>\S+) operation for (?P<resource>\S+) on (?P<node>\S+?): .*\bcall=(?P<call>\d+)"
)

Key = tuple[str, str, str]  # operation, resource as the history names it (empty: a node is fenced), node
Operations = Counter[Key]
_ACTIVE = frozenset(("start", "promote", "demote", "migrate_from", "reload", "reload-agent"))


class Event(NamedTuple):
    """One elementary operation when it has ended. ``moment``: microseconds; a lab's nodes have one clock."""

    moment: int
    operation: str
    resource: str
    node: str
    failed: bool = False

    @property
    def key(self) -> Key:
        return self.operation, self.resource, self.node


class Place(Protocol):
    """A real cluster with programs to be run on its nodes."""

    nodes: Sequence[str]

    def run(self, node: str, *command: str, stdin: str = "") -> str:
        """Standard output. Raises when it fails."""
        ...


def install(place: Place) -> None:
    """The agent on every node, with an empty trace. The alert itself is the caller's to configure."""
    for node in place.nodes:
        place.run(node, "tee", INSTALLED, stdin=PROGRAM.read_text())
        place.run(node, "chmod", "755", INSTALLED)
        place.run(node, "tee", "-a", TRACE)
        place.run(node, "chown", "hacluster:haclient", TRACE)


def alerted(place: Place) -> list[dict[str, str]]:
    """All alerts of all nodes, in each node's order."""
    return [json.loads(line) for node in place.nodes for line in _lines(place, node, TRACE)]


def executed(alerts: Sequence[dict[str, str]]) -> Operations:
    """What alerts tell of operations and fencing; probes, monitors and notifications left out."""
    found: Operations = Counter()
    fenced = set()
    for alert in alerts:
        if alert.get("kind") == "resource" and alert.get("task") in EXECUTED:
            found[_name(alert["task"]), alert["rsc"], alert["node"]] += 1
        elif alert.get("kind") == "fencing" and alert.get("rc") == "0":
            fenced.add((alert["node"], alert.get("desc", "")))  # every node tells of it
    for node, _ in fenced:
        found["fence", "", node] += 1
    return found


def events(alerts: Sequence[dict[str, str]], already: Sequence[dict[str, str]]) -> list[Event]:
    """What ``executed`` counts, less that of alerts seen already, in the order of time and with what failed."""
    seen = Counter(_told(alert) for alert in already)
    found = []
    fenced: dict[tuple[str, str], Event] = {}
    for alert in sorted(alerts, key=_moment):
        if seen[_told(alert)]:
            seen[_told(alert)] -= 1
        elif alert.get("kind") == "resource" and alert.get("task") in EXECUTED:
            where = (_name(alert["task"]), alert["rsc"], alert["node"])
            found.append(Event(_moment(alert), *where, failed=_has_failed(alert)))
        elif alert.get("kind") == "fencing" and alert.get("rc") == "0":
            event = Event(_moment(alert), "fence", "", alert["node"])
            fenced.setdefault((alert["node"], alert.get("desc", "")), event)  # every node tells of it
    return sorted([*found, *fenced.values()])


def _told(alert: dict[str, str]) -> str:
    return json.dumps(alert, sort_keys=True)


def _moment(alert: dict[str, str]) -> int:
    return int(alert.get("timestamp_epoch", 0)) * 1_000_000 + int(alert.get("timestamp_usec", 0))


def active(cib: str) -> dict[str, frozenset[str]]:
    """Where each resource is active by the history in a CIB: nodes by the resource's name there."""
    homes: dict[str, set[str]] = {}
    for state in ElementTree.fromstring(cib).iterfind("status/node_state"):
        for resource in state.iterfind("lrm/lrm_resources/lrm_resource"):
            name = str(resource.get("id"))
            last = resource.find(f"lrm_rsc_op[@id='{name}_last_0']")
            if last is not None and _is_active(last):
                homes.setdefault(name, set()).add(str(state.get("uname")))
    return {name: frozenset(nodes) for name, nodes in homes.items()}


def _is_active(last: ElementTree.Element) -> bool:
    if last.get("operation") == "monitor":  # a probe
        return last.get("rc-code") in ("0", "8", "190")
    return last.get("operation") in _ACTIVE


def failed(alerts: Sequence[dict[str, str]], already: Sequence[dict[str, str]]) -> list[str]:
    """Operations that did not end as they should, less those seen already."""
    left = Counter(_failures(alerts)) - Counter(_failures(already))
    return sorted(left.elements())


def _failures(alerts: Sequence[dict[str, str]]) -> list[str]:
    return [
        f"{a['task']} of {a['rsc']} on {a['node']}: {a.get('desc')}"
        for a in alerts
        if a.get("kind") == "resource" and _has_failed(a)
    ]


def _has_failed(alert: dict[str, str]) -> bool:
    return alert.get("status") != "0" or alert.get("rc") != alert.get("target_rc")


def logged(place: Place) -> Operations:
    """What the nodes' logs tell of operations of resources."""
    return Counter(key for node in place.nodes for key in _results(_lines(place, node, LOG)))


def _results(lines: Sequence[str]) -> Iterator[Key]:
    for line in lines:
        if (match := _RESULT.search(line)) and match["name"] in EXECUTED:
            yield _name(match["name"]), match["resource"], match["node"]


def _name(task: str) -> str:
    return "reload" if task == "reload-agent" else task


def _lines(place: Place, node: str, path: str) -> list[str]:
    return place.run(node, "sed", "-n", "-e", "/Result of/p" if path == LOG else "p", path).splitlines()


def without_fencing(operations: Operations) -> Operations:
    return Counter({key: count for key, count in operations.items() if key[0] != "fence"})
