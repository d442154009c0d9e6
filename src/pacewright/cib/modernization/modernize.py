"""A configuration in today's words, with the list of what was replaced."""

from __future__ import annotations

import re
from dataclasses import replace

from pacewright.catalogue.data import load
from pacewright.cib.modernization.constraints import modern_constraint
from pacewright.cib.modernization.options import modern_meta, modern_properties
from pacewright.cib.modernization.resources import modern_bundle, modern_clone, modern_primitive
from pacewright.cib.modernization.roles import modern_roles, modern_target_role
from pacewright.cib.modernization.substitution import Notes, Substitution
from pacewright.cib.rewrite import rewrite
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element
from pacewright.model.nodes import Node
from pacewright.model.resources import Bundle, Clone, Primitive
from pacewright.model.rules import DateFields

__all__ = ["Substitution", "modernize"]
_SCHEMA = re.compile(r"pacemaker-(\d+)\.(\d+)")


def modernize(configuration: Configuration) -> tuple[Configuration, list[Substitution]]:
    """What time has renamed, under its present name. What has none stays and is listed with ``done`` false."""
    notes = Notes()
    modern = rewrite(modern_properties(configuration, notes), lambda e, a: _modern(e, a, notes))
    modern = _constraints(modern, notes)
    return (_schema(modern, notes) if notes.items else modern), notes.items


def _modern(element: Element, subject: str, notes: Notes) -> Element:
    match element:
        case AttributeSet():
            return modern_target_role(modern_meta(element, subject, notes), subject, notes)
        case Primitive():
            return modern_primitive(element, notes)
        case Clone():
            return modern_clone(element, notes)
        case Bundle():
            return modern_bundle(element, notes)
        case Node(type="normal"):
            notes.replaced("attribute", subject, "type=normal", "type=member")
            return replace(element, type="member")
        case Node(type="ping"):
            notes.left("node", subject, "type=ping", "Pacemaker 3 has no ping nodes: use ocf:pacemaker:ping")
            return element
        case DateFields(moon=str(moon)):
            notes.left("rule", subject, f"moon={moon}", "Pacemaker 3 has no phases of the moon")
            return element
        case _:
            return modern_roles(element, subject, notes)


def _constraints(configuration: Configuration, notes: Notes) -> Configuration:
    section = configuration.constraint_section
    if section is None:
        return configuration
    items = tuple(new for old in section.items for new in modern_constraint(old, notes))
    if items == section.items:
        return configuration
    layout = section.carried.layout if len(items) == len(section.items) else ()
    return replace(
        configuration,
        constraint_section=replace(section, items=items, carried=replace(section.carried, layout=layout)),
    )


def _schema(configuration: Configuration, notes: Notes) -> Configuration:
    """Present names need a schema that knows them."""
    old, new = configuration.schema, str(load("modernize")["schema"])
    if old is None or _version(old) >= _version(new):
        return configuration
    notes.replaced("schema", "configuration", old, new)
    return replace(configuration, schema=new)


def _version(schema: str) -> tuple[int, int]:
    match = _SCHEMA.fullmatch(schema)
    return (int(match[1]), int(match[2])) if match else (0, 0)
