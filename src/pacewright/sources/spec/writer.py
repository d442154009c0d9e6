"""From a configuration to the tree of a spec."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pacewright.cib.address import objects_of
from pacewright.cib.ids import referenced_ids
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Colocation, Location, Order, Ticket
from pacewright.model.element import Element
from pacewright.model.errors import ConversionError
from pacewright.model.fencing import FencingLevel
from pacewright.model.report import Reports
from pacewright.model.resources import Template
from pacewright.sources.spec.description import SECTIONS
from pacewright.sources.spec.kept import section_fields
from pacewright.sources.spec.named import label
from pacewright.sources.spec.reader import is_id
from pacewright.sources.spec.sets import sets_written
from pacewright.sources.spec.tree import Tree, Writing

_ID_IN_XPATH = re.compile(r"@id\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
_CARRIED_CONSTRAINTS = "locations"


def spec_tree(configuration: Configuration) -> dict[str, Tree]:
    """The spec as plain values, keys in their order. Raises ConversionError naming what cannot be said."""
    _refuse_what_cannot_be_said(configuration)
    writing = _writing(configuration)
    values = _contents(configuration)
    tree: dict[str, Tree] = {}
    for section in SECTIONS:
        value = values[section.name]
        if value is not None and value != ():
            written = section.shape.dump(value, writing)
            if written not in ([], {}):
                tree[section.name] = written
    _add_carried(configuration, tree)
    return {section.name: tree[section.name] for section in SECTIONS if section.name in tree}


def _writing(configuration: Configuration) -> Writing:
    """With the ids of several property sets too, since Pacemaker prefers the one called cib-bootstrap-options."""
    referenced = frozenset(ids_wanted(configuration))
    sets = sets_written(configuration.properties, Writing(referenced))
    return Writing(referenced | {each.id for each in sets if each.id is not None} if len(sets) > 1 else referenced)


def ids_wanted(configuration: Configuration) -> Iterator[str]:
    """Ids that something refers to, by id-ref, by tag, or in an ACL."""
    yield from referenced_ids(configuration)
    for tag in configuration.tags:
        yield from tag.objects
    for role in configuration.acls:
        for permission in role.permissions if isinstance(role, AclRole) else ():
            if permission.reference is not None:
                yield permission.reference
            yield from (a or b for a, b in _ID_IN_XPATH.findall(permission.xpath or ""))


def _contents(c: Configuration) -> dict[str, Any]:
    return {
        "deployment": c.name, "schema": c.schema, "properties": c.properties,
        "resource-defaults": c.resource_defaults, "operation-defaults": c.operation_defaults, "nodes": c.nodes,
        "templates": tuple(r for r in c.resources if isinstance(r, Template)),
        "resources": tuple(r for r in c.resources if not isinstance(r, Template)),
        "locations": tuple(x for x in c.constraints if isinstance(x, Location)),
        "colocations": tuple(x for x in c.constraints if isinstance(x, Colocation)),
        "orders": tuple(x for x in c.constraints if isinstance(x, Order)),
        "tickets": tuple(x for x in c.constraints if isinstance(x, Ticket)),
        "fencing-topology": c.levels, "tags": c.tags, "acls": c.acls, "alerts": c.alerts,
        "extra": _unknown(c),
    }  # fmt: skip


def _unknown(element: Element) -> tuple[str, ...]:
    return tuple(child for child in element.carried.children if not child.startswith("<!--"))


def _add_carried(configuration: Configuration, tree: dict[str, Tree]) -> None:
    """XML of sections that no class holds."""
    names = {section.tag: section.name for section in SECTIONS} | {"constraints": _CARRIED_CONSTRAINTS}
    for tag, (field, _) in section_fields(Configuration).items():
        section = getattr(configuration, field)
        for text in _unknown(section) if section is not None else ():
            name = names[tag]
            tree[name] = _with_xml(tag, tree.get(name), text)


def _with_xml(tag: str, written: Tree, text: str) -> Tree:
    entry: Tree = {"xml": text}
    if tag == "acls":
        acls = written if isinstance(written, dict) else {}
        other = acls.get("other")
        return {**acls, "other": [*(other if isinstance(other, list) else []), entry]}
    if tag in ("crm_config", "rsc_defaults", "op_defaults", "fencing-topology"):
        items = written if isinstance(written, list) else [{"attributes": written}] if written else []
        return [*items, entry]
    table = written if isinstance(written, dict) else {}
    return {**table, label(table): entry}


def _refuse_what_cannot_be_said(configuration: Configuration) -> None:
    reports = Reports()
    seen: set[str] = set()
    for address, element in objects_of(configuration).items():
        if element.id is None or isinstance(element, FencingLevel | AclSubject):
            continue
        if not is_id(element.id):
            reports.error("bad-id", f"'{element.id}' cannot be an id in a spec", subject=address)
        elif element.id in seen:
            reports.error("duplicate-id", f"two objects have the id '{element.id}'", subject=address)
        seen.add(element.id)
    for tag, (field, _) in section_fields(Configuration).items():
        section = getattr(configuration, field)
        for name, _ in section.carried.attributes if section is not None else ():
            reports.error("no-place", f"attribute '{name}' of <{tag}> has no place in a spec", subject=tag)
    if reports.errors:
        raise ConversionError(reports)
