"""The CIB of an embedded cluster: made afresh, with its stand-in fencing device, and with what goes wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from pacewright.cib.defaults import DEFAULT_SCHEMA, FEATURE_SET, STAND_IN
from pacewright.cib.scheduler.nodestate import NodeState, StatusSection
from pacewright.cib.scheduler.operation_result import OperationResult
from pacewright.cib.scheduler.stand_in import adjust_stand_in
from pacewright.cib.xml import Node, parse
from pacewright.model.immutable import immutable
from pacewright.model.values import is_true

GENERIC_ERROR = 1  # the agent's exit code
_RESOURCE_TAGS = ("primitive", "group", "clone", "master", "bundle")


def fresh(nodes: Iterable[tuple[str, str]], remote: Iterable[str] = (), *, epoch: int) -> Node:
    """A CIB with these nodes (name, id), online and with quorum, that runs nothing yet.

    ``remote``: names of guest and remote nodes whose entries are there before their resources are.
    """
    root = etree.Element(
        "cib",
        {"crm_feature_set": FEATURE_SET, "validate-with": DEFAULT_SCHEMA, "admin_epoch": "0", "epoch": str(epoch),
         "num_updates": "0", "have-quorum": "1"},
    )  # fmt: skip
    configuration = etree.SubElement(root, "configuration")
    sections = {
        tag: etree.SubElement(configuration, tag) for tag in ("crm_config", "nodes", "resources", "constraints")
    }
    etree.SubElement(root, "status")
    status = StatusSection(root)
    for name, identity in nodes:
        etree.SubElement(sections["nodes"], "node", id=identity, uname=name)
        status.named(name, identity).bring_up()
    for name in remote:
        etree.SubElement(sections["nodes"], "node", type="remote", id=name, uname=name)
    update_quorum(root)
    adjust_stand_in(root)
    return root


def update_quorum(root: Node) -> None:
    """Quorum and the DC after nodes came or went: more than half of the members; of two nodes, one is enough."""
    status = StatusSection(root)
    members = [s for s in status.all() if not s.remote and s.name in status.ids]
    online = [s for s in members if s.online]
    needed = 1 if len(members) == 2 else len(members) // 2 + 1
    root.set("have-quorum", "1" if len(online) >= needed else "0")
    if online and root.get("dc-uuid") not in [s.element.get("id") for s in online]:
        root.set("dc-uuid", str(online[0].element.get("id")))


# ---- who is there


@immutable(frozen=True, slots=True)
class Member:
    """A cluster node."""

    name: str
    online: bool
    standby: bool


def members(root: Node) -> list[Member]:
    """The cluster nodes; remote and guest nodes are resources."""
    status = StatusSection(root)
    pairs = root.iterfind("configuration/nodes/node/instance_attributes/nvpair[@name='standby']")
    standby = {p.getparent().getparent() for p in pairs if is_true(p.get("value"))}  # type: ignore[union-attr]
    nodes = [n for n in root.iterfind("configuration/nodes/node") if n.get("type") != "remote"]
    return [Member(str(n.get("uname")), status.named(str(n.get("uname"))).online, n in standby) for n in nodes]


def resource_names(root: Node) -> list[str]:
    """Every configured resource but the stand-in."""
    found = (str(e.get("id")) for e in root.iterfind("configuration/resources//*") if e.tag in _RESOURCE_TAGS)
    return [name for name in found if name != STAND_IN]


@immutable(frozen=True, slots=True)
class Place:
    """An active instance: the name of its history and its node."""

    resource: str
    node: str
    promoted: bool


def places(root: Node, answer: bytes, resource: str) -> list[Place]:
    """Where a resource is active by the scheduler's answer; the first active member of a group, clone or bundle."""
    told = parse(answer, "<crm_simulate>")
    wanted = [resource, *_members(root, resource)]
    active = list(_active(told))
    for name in wanted:
        found = [p for p in active if name in (p.resource, p.resource.partition(":")[0])]
        if found:
            return sorted(found, key=lambda p: not p.promoted)
    return [Place(*p) for p in _containers(told, resource)]


def _members(root: Node, resource: str) -> Iterator[str]:
    for holder in root.iterfind("configuration/resources//*"):
        if holder.get("id") == resource and holder.tag in _RESOURCE_TAGS:
            yield from (str(e.get("id")) for e in holder.iter("primitive"))


def _active(told: Node) -> Iterator[Place]:
    for element in told.iterfind("cluster_status/resources//resource"):
        for node in element.iterfind("node") if element.get("active") == "true" else ():
            promoted = element.get("role") in ("Promoted", "Master")
            yield Place(str(element.get("id")), str(node.get("name")), promoted)


def _containers(told: Node, bundle: str) -> Iterator[tuple[str, str, bool]]:
    for element in told.iterfind("cluster_status/resources/bundle"):
        if element.get("id") == bundle:
            for resource in element.iterfind("replica/resource"):
                if not str(resource.get("resource_agent")).startswith("ocf:heartbeat:IP"):
                    yield from ((str(resource.get("id")), str(n.get("name")), False) for n in resource.iterfind("node"))


# ---- what goes wrong


def fail_resource(root: Node, place: Place, now: int) -> None:
    """A monitor finds the instance failed: history and fail count, as the node's controller writes them.

    Where no monitor is configured the failure is reported as ``crm_resource --fail`` does (operation asyncmon).
    """
    status = StatusSection(root)
    state = status.named(place.node)
    monitor = _monitor(state, place.resource)
    number, controller = status.last_transition()
    result = OperationResult(
        resource=place.resource, operation="asyncmon" if monitor is None else "monitor",
        interval=0 if monitor is None else int(monitor.get("interval") or 0), code=GENERIC_ERROR,
        call=status.last_call() + 1, transition=(number + 1, controller),
        feature_set=root.get("crm_feature_set") or FEATURE_SET, node=place.node, now=now, reason="failed on purpose",
    )  # fmt: skip
    entry = state.put_operation(result)
    if monitor is not None and "op-digest" in monitor.attrib:
        entry.set("op-digest", str(monitor.get("op-digest")))
    counter = f"{place.resource.partition(':')[0]}#{result.operation}_{result.interval}"
    count = int(state.attribute(f"fail-count-{counter}") or 0) + 1
    state.set_attribute(f"fail-count-{counter}", str(count))
    state.set_attribute(f"last-failure-{counter}", str(now))


def _monitor(state: NodeState, resource: str) -> Node | None:
    """The latest recurring monitor: the one for the present role."""
    found = [e for e in state.operations(resource) if e.get("operation") == "monitor" and e.get("interval") != "0"]
    return max(found, key=lambda e: int(e.get("call-id") or 0), default=None)


def fail_node(root: Node, name: str) -> None:
    """The node vanishes without a word; the cluster will fence it."""
    StatusSection(root).named(name).lose()
    update_quorum(root)


def join_node(root: Node, name: str) -> None:
    """A node that the cluster did not have: it is online, and nothing runs there."""
    nodes = root.find("configuration/nodes")
    assert nodes is not None
    taken = {node.get("id") for node in nodes}
    identity = next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)
    etree.SubElement(nodes, "node", id=identity, uname=name)
    StatusSection(root).named(name, identity).bring_up()
    update_quorum(root)


def recover_node(root: Node, name: str) -> None:
    """The node is online and not in standby; one that was down has booted, with nothing running."""
    state = StatusSection(root).named(name)
    if not state.online:
        state.bring_up()
    set_standby(root, name, on=False)
    update_quorum(root)


def set_standby(root: Node, name: str, *, on: bool) -> None:
    """The permanent node attribute that an operator sets: resources leave the node, the node stays."""
    node = next(n for n in root.iterfind("configuration/nodes/node") if n.get("uname") == name)
    for pair in node.findall("instance_attributes/nvpair"):
        if pair.get("name") == "standby" and (holder := pair.getparent()) is not None:
            holder.remove(pair)
    if on:
        identity = f"nodes-{node.get('id')}"
        holder = node.find("instance_attributes")
        if holder is None:
            holder = etree.SubElement(node, "instance_attributes", id=identity)
        etree.SubElement(holder, "nvpair", id=f"{identity}-standby", name="standby", value="on")


def recover_resource(root: Node, name: str) -> None:
    """Its failures are forgotten on every node, as ``crm_resource --cleanup`` does."""
    names = {name, *_members(root, name)}
    for state in StatusSection(root).all():
        for known in list(state.resources()):
            if known.partition(":")[0] in names:
                state.forget_failures(known)
