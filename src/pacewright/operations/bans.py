"""Bans with a lifetime: they end by themselves where whoever wrote them cannot take them away.

They are written as ``crm_resource --ban --lifetime`` does it, under ids of our own: ``crm_resource --clear --expired``
removes them as well, and status tells of them as of any ban.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from lxml import etree

from pacewright.cib.xml import Node
from pacewright.cluster.base import Cluster
from pacewright.model.errors import ToolError

_TIME = "%Y-%m-%d %H:%M:%SZ"


def ban_id(resource: str, node: str) -> str:
    return f"cli-ban-{resource}-on-{node}-restart"


def end_of_ban(cluster: Cluster, seconds: float) -> str:
    """By the clock of a node of the cluster: ours may be another's."""
    done = cluster.runner.run(["date", "--utc", "+%s"], timeout=20)
    try:
        now = int(done.stdout)
    except ValueError:
        raise ToolError(["date"], done.code, done.stderr) from None
    return datetime.datetime.fromtimestamp(now + seconds, datetime.UTC).strftime(_TIME)


def place(root: Node, resource: str, nodes: Iterable[str], end: str) -> bool:
    """Keeps a resource from nodes until ``end``. Whether the document changed."""
    section = _constraints(root)
    changed = False
    for node in nodes:
        wanted = _ban(resource, node, end)
        there = next((e for e in section if e.get("id") == wanted.get("id")), None)
        if there is not None and etree.tostring(there).strip() == etree.tostring(wanted):
            continue
        if there is not None:
            section.remove(there)
        section.append(wanted)
        changed = True
    return changed


def remove(root: Node, resource: str, nodes: Iterable[str] | None = None) -> bool:
    """Takes our bans of a resource away, expired or not: of these nodes, or all. Whether the document changed."""
    wanted = None if nodes is None else {ban_id(resource, node) for node in nodes}
    found = [each for each in ours(root, resource) if wanted is None or each.get("id") in wanted]
    for each in found:
        _constraints(root).remove(each)
    return bool(found)


def ours(root: Node, resource: str) -> Iterator[Node]:
    """Bans of a resource that a restart has written."""
    for each in _constraints(root).iterfind("rsc_location"):
        node = next((e.get("value") for e in each.iter("expression") if e.get("attribute") == "#uname"), None)
        if node and each.get("rsc") == resource and each.get("id") == ban_id(resource, node):
            yield each


def _constraints(root: Node) -> Node:
    found = root.find("configuration/constraints")
    if found is None:
        raise ValueError("a CIB without constraints")
    return found


def _ban(resource: str, node: str, end: str) -> Node:
    identity = ban_id(resource, node)
    ban = etree.Element("rsc_location", {"id": identity, "rsc": resource, "role": "Started"})
    rule = etree.SubElement(
        ban, "rule", {"id": f"{identity}-rule", "score": "-INFINITY", "boolean-op": "and"}
    )  # fmt: skip
    name = {"id": f"{identity}-expr", "attribute": "#uname", "operation": "eq", "value": node, "type": "string"}
    etree.SubElement(rule, "expression", name)
    etree.SubElement(rule, "date_expression", {"id": f"{identity}-lifetime", "operation": "lt", "end": end})
    return ban
