"""The status section: what nodes have reported, by node and resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from lxml import etree

from pacewright.cib.scheduler.operation_result import OperationResult
from pacewright.cib.scheduler.transition import GraphAction
from pacewright.cib.xml import Node

PROMOTED = "8"  # the exit code of a monitor that finds a promoted instance
_NO_DC = "00000000-0000-0000-0000-000000000000"


class StatusSection:
    """A CIB's status section, to be changed in place. Knows its nodes by name."""

    def __init__(self, root: Node) -> None:
        status = root.find("status")
        self.element = etree.SubElement(root, "status") if status is None else status
        nodes = [n for n in root.iterfind("configuration/nodes/node") if n.get("type") != "remote"]
        self.ids = {str(n.get("uname")): str(n.get("id")) for n in nodes}
        self._states: dict[str, NodeState] = {}
        for element in self.element.iterfind("node_state"):
            name = str(element.get("uname") or element.get("id"))
            self._states.setdefault(name, NodeState(element))

    def of(self, action: GraphAction) -> NodeState:
        """The state of the node that an action happens on."""
        return self.named(action.node, action.node_id, remote=action.node not in self.ids)

    def remote(self, name: str) -> NodeState:
        """The state of a remote or guest node; its id is its name."""
        return self.named(name, name, remote=True)

    def named(self, name: str, identity: str = "", *, remote: bool = False) -> NodeState:
        """The state of a node, made where there is none."""
        if name not in self._states:
            element = etree.SubElement(self.element, "node_state", id=identity or self.ids.get(name, name), uname=name)
            if remote:
                element.set("remote_node", "true")
            self._states[name] = NodeState(element)
        return self._states[name]

    def all(self) -> Iterable[NodeState]:
        return self._states.values()

    def last_call(self) -> int:
        """The highest call id in use."""
        calls = (e.get("call-id") or "" for e in self.element.iter("lrm_rsc_op"))
        return max((int(c) for c in calls if c.isdigit()), default=0)

    def last_transition(self) -> tuple[int, str]:
        """The highest transition in use, and the DC that counts them: the scheduler sorts entries by both."""
        keys = (str(e.get("transition-key")).split(":", 3) for e in self.element.iter("lrm_rsc_op"))
        return max(((int(k[1]), k[3]) for k in keys if len(k) == 4 and k[1].isdigit()), default=(0, _NO_DC))


class NodeState:
    """One node's ``node_state``: membership, transient attributes, history."""

    def __init__(self, element: Node) -> None:
        self.element = element
        self._resources: dict[str, Node] | None = None

    @property
    def name(self) -> str:
        return str(self.element.get("uname"))

    @property
    def remote(self) -> bool:
        return self.element.get("remote_node") == "true"

    # ---- membership

    @property
    def online(self) -> bool:
        """A member whose controller runs. Words up to feature set 3.17, times since then (0: not)."""
        return all(self.element.get(name) not in (None, "false", "offline", "0") for name in ("in_ccm", "crmd"))

    def bring_up(self) -> None:
        """Online, a member, with an empty history."""
        self._clear()
        if self.remote:
            self.element.set("node_fenced", "0")
        values = {"in_ccm": "true"} if self.remote else {
            "in_ccm": "true", "crmd": "online", "join": "member", "expected": "member"}  # fmt: skip
        self._set(values, crmd=values.get("crmd"))

    def take_down(self, *, fenced: bool = False) -> None:
        """Cleanly down: offline, its history and transient attributes gone."""
        self._clear()
        if self.remote:
            self.element.set("node_fenced", "1" if fenced else "0")
        values = {"in_ccm": "false"} if self.remote else {
            "in_ccm": "false", "crmd": "offline", "join": "down", "expected": "down"}  # fmt: skip
        self._set(values, crmd=values.get("crmd"))

    def lose(self) -> None:
        """Gone without a word: what it ran is still in its history, so the cluster must fence it."""
        self._set({"in_ccm": "false", "crmd": "offline", "join": "down", "expected": "member"}, crmd="offline")

    def _set(self, values: Mapping[str, str], crmd: str | None) -> None:
        """Pacemaker writes times instead of words from feature set 3.18 on; a state keeps its kind."""
        in_words = self.element.get("in_ccm") in (None, "true", "false")
        for name, value in values.items():
            if in_words or name not in ("in_ccm", "crmd"):
                self.element.set(name, value)
            else:
                self.element.set(name, "1" if value in ("true", "online") else "0")
        if crmd is None and "crmd" in self.element.attrib:
            del self.element.attrib["crmd"]

    def _clear(self) -> None:
        for tag in ("lrm", "transient_attributes"):
            for each in self.element.findall(tag):
                self.element.remove(each)
        self._resources = None

    # ---- transient attributes

    def set_attribute(self, name: str, value: str) -> None:
        """A transient node attribute, as a node's attribute daemon writes it."""
        holder = self._attribute_holder()
        for pair in holder.iterfind("nvpair"):
            if pair.get("name") == name:
                pair.set("value", value)
                return
        etree.SubElement(
            holder, "nvpair", id=f"status-{self.element.get('id')}-{_id_text(name)}", name=name, value=value
        )

    def attribute(self, name: str) -> str | None:
        for pair in self.element.iterfind("transient_attributes/instance_attributes/nvpair"):
            if pair.get("name") == name:
                return str(pair.get("value"))
        return None

    def remove_attributes(self, wanted: Callable[[str], bool]) -> None:
        for holder in self.element.iterfind("transient_attributes/instance_attributes"):
            for pair in holder.findall("nvpair"):
                if wanted(str(pair.get("name"))):
                    holder.remove(pair)

    def _attribute_holder(self) -> Node:
        identity = str(self.element.get("id"))
        section = self.element.find("transient_attributes")
        if section is None:
            section = etree.SubElement(self.element, "transient_attributes", id=identity)
        holder = section.find("instance_attributes")
        return etree.SubElement(section, "instance_attributes", id=f"status-{identity}") if holder is None else holder

    def unfence(self, now: int, meta: Mapping[str, str]) -> None:
        """What the fencer notes once a node has been unfenced."""
        self.set_attribute("#node-unfenced", str(now))
        for attribute, option in (("#digests-all", "digests_all"), ("#digests-secure", "digests_secure")):
            if option in meta:
                self.set_attribute(attribute, meta[option])

    # ---- history

    def resources(self) -> Collection[str]:
        """The resources that have a history here."""
        return self._index()

    def operations(self, resource: str) -> Iterator[Node]:
        """The entries of one resource."""
        element = self._index().get(resource)
        return iter(()) if element is None else element.iterfind("lrm_rsc_op")

    def is_active(self, resource: str) -> bool:
        """By what was done once last; a migration that leaves counts as such."""
        done = [e for e in self.operations(resource) if (e.get("interval") or "0") == "0"]
        last = max(done, key=lambda e: int(e.get("call-id") or 0), default=None)
        if last is None or last.get("operation") in ("stop", "migrate_to"):
            return False
        return last.get("rc-code") in ("0", PROMOTED)

    def put_operation(
        self, result: OperationResult, agent: tuple[str, str, str] = ("", "", ""), container: str | None = None
    ) -> Node:
        """Writes an entry; one of the same id is replaced. ``agent``: for the first entry of a resource."""
        holder = self._resource(result.resource, agent, container)
        for entry in holder.iterfind("lrm_rsc_op"):
            if entry.get("id") == result.id:
                holder.remove(entry)
                break
        return etree.SubElement(holder, "lrm_rsc_op", {"id": result.id, **result.attributes})

    def forget_operations(self, resource: str, wanted: Callable[[Node], bool]) -> None:
        element = self._index().get(resource)
        if element is not None:
            for entry in element.findall("lrm_rsc_op"):
                if wanted(entry):
                    element.remove(entry)

    def forget_resource(self, resource: str) -> None:
        element = self._index().pop(resource, None)
        if element is not None and (holder := element.getparent()) is not None:
            holder.remove(element)

    def forget_failures(self, resource: str) -> None:
        """Fail count, time of the last failure and the failed operation itself."""
        starts = tuple(f"{word}-{resource}" for word in ("fail-count", "last-failure"))
        self.remove_attributes(lambda name: name.partition("#")[0] in starts)
        self.forget_operations(resource, lambda e: str(e.get("id")).endswith("_last_failure_0"))

    def _resource(self, resource: str, agent: tuple[str, str, str], container: str | None) -> Node:
        index = self._index()
        if resource not in index:
            words = dict(zip(("class", "provider", "type", "container"), (*agent, container), strict=True))
            element = etree.SubElement(self._history_holder(), "lrm_resource", id=resource)
            for name, value in words.items():
                if value:
                    element.set(name, value)
            index[resource] = element
        return index[resource]

    def _history_holder(self) -> Node:
        lrm = self.element.find("lrm")
        if lrm is None:
            lrm = etree.SubElement(self.element, "lrm", id=str(self.element.get("id")))
        holder = lrm.find("lrm_resources")
        return etree.SubElement(lrm, "lrm_resources") if holder is None else holder

    def _index(self) -> dict[str, Node]:
        if self._resources is None:
            found = self.element.iterfind("lrm/lrm_resources/lrm_resource")
            self._resources = {str(e.get("id")): e for e in found}
        return self._resources


def _id_text(name: str) -> str:
    """A name as part of an XML id."""
    return "".join(c if c.isalnum() or c in "_.-" else "." for c in name)
