"""Between the CIB's XML and the model, driven by the declarations in ``model.element``. Nothing is lost:
unknown attributes and children travel in ``Element.carried``, and children keep their order."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any, TypeVar

from lxml import etree

from pacewright.cib.xml import Node, configuration_element, parse, to_text
from pacewright.model.configuration import Configuration
from pacewright.model.element import Carried, Element, attributes_of, children_of
from pacewright.model.immutable import per_class
from pacewright.model.rules import Rule

E = TypeVar("E", bound=Element)
CARRIED = ""


def decode(cls: type[E], node: Node) -> E:
    """The element as a value of ``cls``."""
    names = _attribute_names(cls)
    values: dict[str, Any] = {"tag": node.tag}
    unknown = []
    for name, value in node.attrib.items():
        if (field := names.get(str(name))) is not None:
            values[field] = str(value)
        else:
            unknown.append((str(name), str(value)))
    carried_children, layout = _decode_children(cls, node, values)
    if unknown or carried_children or len(layout) > 1:
        values["carried"] = Carried(tuple(unknown), tuple(carried_children), tuple(layout))
    return cls(**values)


def _decode_children(cls: type[Element], node: Node, values: dict[str, Any]) -> tuple[list[str], list[str]]:
    slots = _child_slots(cls)
    carried: list[str] = []
    layout: list[str] = []
    collected: dict[str, list[Any]] = {}
    for each in node:
        tag = each.tag if isinstance(each.tag, str) else None
        slot = slots.get(tag) if tag is not None else None
        if slot is None or not _takes(slot, collected, each):
            carried.append(to_text(each, pretty=False))
            layout.append(CARRIED)
            continue
        field, kind, _many = slot
        collected.setdefault(field, []).append(str(each.get("id")) if kind is str else decode(kind, each))
        layout.append(str(tag))
    for field, items in collected.items():
        many = next(m for f, _, m in slots.values() if f == field)
        values[field] = tuple(items) if many else items[0]
    return carried, layout


def _takes(slot: tuple[str, type, bool], collected: dict[str, list[Any]], node: Node) -> bool:
    """Whether the model can hold this child. A second of an only child, a reference with more than an id: carried."""
    field, kind, many = slot
    if kind is str:
        return set(node.attrib) == {"id"} and len(node) == 0
    return many or field not in collected


def encode(element: Element) -> Node:
    """The value as XML. Ids that are None are left out (see ``cib.ids``)."""
    node = etree.Element(element.tag)
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if value is not None:
            node.set(declared.name, value)
    for name, value in element.carried.attributes:
        node.set(name, value)
    queues: dict[str, deque[Any]] = {}
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        for each in value if slot.many else (value,) if value is not None else ():
            tag = slot.tags[0][0] if isinstance(each, str) else each.tag
            queues.setdefault(tag, deque()).append(each)
    carried = deque(element.carried.children)
    for tag in element.carried.layout:
        if tag == CARRIED:
            if carried:
                node.append(_carried_node(carried.popleft()))
        elif queues.get(tag):
            node.append(_encode_child(tag, queues[tag].popleft()))
    for tag, queue in queues.items():
        node.extend(_encode_child(tag, each) for each in queue)
    node.extend(_carried_node(text) for text in carried)
    return node


def _carried_node(text: str) -> Node:
    return etree.Comment(text[4:-3]) if text.startswith("<!--") else parse(text.encode())


def _encode_child(tag: str, value: Any) -> Node:
    if isinstance(value, str):
        return etree.Element(tag, {"id": value})
    return encode(value)


@per_class
def _attribute_names(cls: type) -> dict[str, str]:
    return {declared.name: field for field, declared in attributes_of(cls)}


@per_class
def _child_slots(cls: type) -> dict[str, tuple[str, type, bool]]:
    """XML tag to (field, class, many)."""
    return {tag: (f, kind or Rule, slot.many) for f, slot in children_of(cls) for tag, kind in slot.tags}


def read_cib(data: bytes, name: str = "<cib>") -> tuple[Configuration, Node]:
    """The configuration and the whole document. Accepts a ``cib`` or a bare ``configuration`` element."""
    root = parse(data, name)
    return configuration_of(root, name), root


def configuration_of(root: Node, name: str = "<cib>") -> Configuration:
    """The configuration of a parsed ``cib`` (or ``configuration``) element."""
    section = configuration_element(root, name)
    return replace(decode(Configuration, section), schema=root.get("validate-with"))
