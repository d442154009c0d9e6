"""The resource tree of a crm_simulate answer (``cluster_status``): which instances there are, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pacewright.cib.status.configured import Configured
from pacewright.cib.xml import Node
from pacewright.model.status import Instance, NodeStatus

_NODE_FLAGS = ("online", "unclean", "standby", "standby_onfail", "maintenance", "pending", "shutdown", "is_dc")
_NUMBER = re.compile(r":(\d+)$")


@dataclass(slots=True)
class Found:
    """One resource of the tree, gathered over all copies."""

    id: str
    kind: str
    parent: str | None = None
    agent: str | None = None
    members: list[str] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    target_role: str | None = None
    disabled: bool = False
    managed: bool = True


def nodes_of(answer: Node) -> tuple[NodeStatus, ...]:
    """The cluster's nodes by name; guests of bundles and containers too."""
    found = [_node(n) for n in answer.iterfind("cluster_status/nodes/node")]
    return tuple(sorted(found, key=lambda n: (n.kind != "member", n.name)))


def _node(node: Node) -> NodeStatus:
    flag = {name: node.get(name) == "true" for name in _NODE_FLAGS}
    standby = flag["standby"] or flag["standby_onfail"]
    words = (("unclean", flag["unclean"]), ("pending", flag["pending"]), ("offline", not flag["online"]),
             ("maintenance", flag["maintenance"]), ("standby", standby))  # fmt: skip
    resource = node.get("id_as_resource")
    return NodeStatus(
        name=str(node.get("name")), id=str(node.get("id")), state=next((w for w, is_so in words if is_so), "online"),
        kind="guest" if resource else "remote" if node.get("type") == "remote" else "member",
        online=flag["online"], unclean=flag["unclean"], standby=standby, maintenance=flag["maintenance"],
        shutdown=flag["shutdown"], is_dc=flag["is_dc"], health=node.get("health") or "green", resource=resource,
    )  # fmt: skip


class Tree:
    """All resources by id, holders before members. ``top``: the outermost."""

    def __init__(self, answer: Node, configured: Configured) -> None:
        self.found: dict[str, Found] = {}
        self.top: list[str] = []
        self._configured = configured
        for element in answer.iterfind("cluster_status/resources/*"):
            identity = str(element.get("id"))
            if identity not in self.found:
                self.top.append(identity)
            self._add(element, None, None)
        for each in self.found.values():
            each.members = list(dict.fromkeys(each.members))

    def _add(self, element: Node, parent: str | None, copy: str | None) -> list[Instance]:
        if element.tag == "resource":
            return self._add_primitive(element, parent, copy)
        if element.tag == "bundle":
            return self._add_bundle(element)
        identity = _base(str(element.get("id")), copy)
        kind = "group" if element.tag == "group" else "promotable" if element.get("multi_state") == "true" else "clone"
        here = self._entry(identity, kind, parent, element)
        instances: list[Instance] = []
        for position, child in enumerate(element):
            number = copy if kind == "group" else _copy_number(child, position)
            instances += self._add(child, identity, number)
        here.instances += instances
        return instances

    def _add_bundle(self, element: Node) -> list[Instance]:
        identity = str(element.get("id"))
        here = self._entry(identity, "bundle", None, element)
        for replica in element.iterfind("replica"):
            for child in replica:
                here.instances += self._add_primitive(child, identity, replica.get("id"))
        return here.instances

    def _add_primitive(self, element: Node, parent: str | None, copy: str | None) -> list[Instance]:
        name = str(element.get("id"))
        implicit = parent is not None and copy is not None and _base(name, copy) not in self._configured.elements
        own_copy = None if implicit and _NUMBER.search(name) is None else copy
        identity = _base(name, own_copy)
        here = self._entry(identity, "primitive", parent, element)
        here.agent = element.get("resource_agent")
        instance = _instance(element, identity, f"{identity}:{own_copy}" if own_copy is not None else name, copy)
        here.instances.append(instance)
        return [instance]

    def _entry(self, identity: str, kind: str, parent: str | None, element: Node) -> Found:
        here = self.found.get(identity)
        if here is None:
            here = self.found[identity] = Found(identity, kind, parent)
        if parent is not None and identity not in self.found[parent].members:
            self.found[parent].members.append(identity)
        here.target_role = element.get("target_role") or here.target_role
        here.disabled = here.disabled or element.get("disabled") == "true"
        here.managed = here.managed and _managed(element)
        return here


def _instance(element: Node, resource: str, identity: str, copy: str | None) -> Instance:
    def says(name: str) -> bool:
        return element.get(name) == "true"

    return Instance(
        id=identity, resource=resource, role=element.get("role") or "Stopped", active=says("active"),
        nodes=tuple(str(n.get("name")) for n in element.iterfind("node")), failed=says("failed"),
        blocked=says("blocked"), orphaned=says("orphaned"), managed=_managed(element),
        pending=element.get("pending"), copy=copy,
    )  # fmt: skip


def _managed(element: Node) -> bool:
    """The scheduler itself stops managing what a failure blocks (2.1.5): no hand of the operator."""
    return element.get("managed") != "false" or element.get("blocked") == "true"


def _base(identity: str, copy: str | None) -> str:
    return identity if copy is None else _NUMBER.sub("", identity)


def _copy_number(child: Node, position: int) -> str:
    """Anonymous copies have no number in the answer (2.1.5); the scheduler counts them in the order shown."""
    match = _NUMBER.search(str(child.get("id")))
    return match[1] if match else str(position)
