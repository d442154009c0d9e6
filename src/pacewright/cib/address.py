"""The addresses of objects (see docs/architecture.md), and what an administrator calls them."""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Constraint
from pacewright.model.element import Element
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.resources import Bundle, Clone, Resource

OBJECT_WORDS = {
    "primitive": "resource", "template": "resource", "group": "resource", "clone": "resource", "master": "resource",
    "bundle": "resource", "rsc_location": "location", "rsc_colocation": "colocation", "rsc_order": "order",
    "rsc_ticket": "ticket", "tag": "tag", "alert": "alert", "acl_role": "acl-role", "acl_target": "acl-target",
    "acl_group": "acl-group",
}  # fmt: skip
_SECTIONS = {
    "cluster_property_set": "properties", "rsc_defaults": "resource-defaults", "op_defaults": "operation-defaults",
}  # fmt: skip


def address_of(element: Element) -> str | None:
    """``resource p_IP``, ``order o_x``; the section's name for properties and defaults; None for parts of objects."""
    if isinstance(element, FencingLevel):
        return level_address(element)
    if isinstance(element, Node):
        return f"node {element.name or element.id}"
    if word := OBJECT_WORDS.get(element.tag):
        return f"{word} {element.id}"
    return _SECTIONS.get(element.tag)


def objects_of(configuration: Configuration) -> dict[str, Element]:
    """Every object that can be owned, by address (``resource p_IP``, ``colocation co_x``, ``level alice 1``)."""
    found: dict[str, Element] = {}
    for each in (
        *configuration.all_resources(), *configuration.constraints, *configuration.levels, *configuration.acls,
        *configuration.tags, *configuration.alerts,
    ):  # fmt: skip
        address = str(address_of(each))
        while address in found:
            address += "+"
        found[address] = each
    return found


def constraint_kind(constraint: Constraint) -> str:
    """``location``, ``colocation``, ``order``, ``ticket``."""
    return OBJECT_WORDS[constraint.tag]


def level_address(level: FencingLevel) -> str:
    """A level's id means nothing; its target and index do."""
    target = level.target or (f"pattern {level.target_pattern}" if level.target_pattern else None)
    if target is None:
        target = f"attribute {level.target_attribute}={level.target_value}"
    return f"level {target} {level.index}"


def kind_word(resource: Resource) -> str:
    """What an administrator calls it."""
    if isinstance(resource, Clone):
        return "promotable clone" if resource.promotable else "clone"
    return "bundle" if isinstance(resource, Bundle) else resource.tag
