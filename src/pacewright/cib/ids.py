"""Chooses the ids that a source left out: sets, pairs, operations, rules, mappings. The names follow Pacemaker's custom
(``p_IP-instance_attributes-ip``, ``p_IP-monitor-30s``) and are stable: the same configuration gets the same ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pacewright.model.alerts import Alert, Flag, Select, SelectedAttributes
from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Lifetime
from pacewright.model.element import Element, children_of
from pacewright.model.fencing import FencingLevel
from pacewright.model.resources import Container, Network, Operation, Operations, Storage

E = TypeVar("E", bound=Element)
_WITHOUT_ID = (Container, Network, Storage, Lifetime, Select, Flag, SelectedAttributes, Operations)
_SECTION_NAMES = {"crm_config": "cib-bootstrap-options", "rsc_defaults": "rsc-options", "op_defaults": "op-options"}
_UNSUITABLE = re.compile(r"[^\w.\-]", re.ASCII)


def with_ids(configuration: Configuration, reserved: frozenset[str] = frozenset()) -> Configuration:
    """The configuration with every id set. ``reserved``: ids in use elsewhere, never to be chosen."""
    taken = set(reserved) | set(ids_in(configuration))
    return _filled(configuration, "", taken)


def complete(element: E, owner: str, taken: set[str]) -> E:
    """One object with its ids set; ``owner`` prefixes the names, ``taken`` grows."""
    return _filled(element, owner, taken)


def ids_in(element: Element) -> Iterator[str]:
    """All ids in use, at every depth."""
    if element.id is not None and not getattr(element, "id_ref", None):
        yield element.id
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        for each in value if slot.many else (value,):
            if isinstance(each, Element):
                yield from ids_in(each)


def referenced_ids(element: Element) -> Iterator[str]:
    """Ids that an ``id-ref`` somewhere names."""
    if (reference := getattr(element, "id_ref", None)) is not None:
        yield reference
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        for each in value if slot.many else (value,):
            if isinstance(each, Element):
                yield from referenced_ids(each)


def _filled(element: E, owner: str, taken: set[str]) -> E:
    changes: dict[str, Any] = {}
    name = element.id
    if name is None and _needs_id(element):
        name = _free(_wanted(element, owner), taken)
        changes["id"] = name
    if isinstance(element, Operation) and element.interval is None:
        changes["interval"] = "0"  # the schema wants it
    inside = _SECTION_NAMES.get(element.tag) or name or owner
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        if slot.many and value and isinstance(value[0], Element):
            new = tuple(_filled(each, inside, taken) for each in value)
            if any(a is not b for a, b in zip(new, value, strict=True)):
                changes[field] = new
        elif isinstance(value, Element) and (one := _filled(value, inside, taken)) is not value:
            changes[field] = one
    return replace(element, **changes) if changes else element


def _needs_id(element: Element) -> bool:
    if isinstance(element, _WITHOUT_ID) or getattr(element, "id_ref", None) is not None:
        return False
    return element.tag not in _SECTION_TAGS


_SECTION_TAGS = frozenset(
    ("configuration", "crm_config", "rsc_defaults", "op_defaults", "nodes", "resources", "constraints",
     "fencing-topology", "acls", "tags", "alerts")
)  # fmt: skip


def _wanted(element: Element, owner: str) -> str:
    match element:
        case AttributeSet() if owner in _SECTION_NAMES.values():
            return owner
        case NvPair():
            return f"{owner}-{element.name or 'value'}"
        case Operation():
            return f"{owner}-{element.name or 'op'}-{element.interval or '0'}"
        case FencingLevel():
            target = element.target or element.target_pattern or element.target_attribute or "level"
            return f"fl-{target}-{element.index or '1'}"
        case Alert():
            return "alert"
        case _ if owner:
            return f"{owner}-{element.tag}"
        case _:
            return element.tag


def _free(wanted: str, taken: set[str]) -> str:
    base = _UNSUITABLE.sub("_", wanted)
    if not re.match(r"[A-Za-z_]", base):
        base = f"_{base}"
    name, number = base, 1
    while name in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(name)
    return name
