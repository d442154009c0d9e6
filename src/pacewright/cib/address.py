"""The address of an object (see docs/architecture.md)."""

from __future__ import annotations

from pacewright.cib.meaning import level_address
from pacewright.model.element import Element
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node

_WORDS = {
    "primitive": "resource", "template": "resource", "group": "resource", "clone": "resource", "master": "resource",
    "bundle": "resource", "rsc_location": "location", "rsc_colocation": "colocation", "rsc_order": "order",
    "rsc_ticket": "ticket", "tag": "tag", "alert": "alert", "acl_role": "acl-role", "acl_target": "acl-target",
    "acl_group": "acl-group", "cluster_property_set": "properties", "rsc_defaults": "resource-defaults",
    "op_defaults": "operation-defaults",
}  # fmt: skip


def address_of(element: Element) -> str | None:
    """``resource p_IP``, ``order o_x``; the section's name for properties and defaults; None for parts of objects."""
    if isinstance(element, FencingLevel):
        return level_address(element)
    if isinstance(element, Node):
        return f"node {element.name or element.id}"
    word = _WORDS.get(element.tag)
    if word in ("properties", "resource-defaults", "operation-defaults"):
        return word
    return f"{word} {element.id}" if word else None
