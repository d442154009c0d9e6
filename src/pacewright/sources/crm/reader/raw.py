"""``xml <...>``: an object in the CIB's own words."""

from __future__ import annotations

import re

from pacewright.cib.codec import decode
from pacewright.cib.meaning import level_address
from pacewright.cib.xml import Node as XmlNode
from pacewright.cib.xml import parse, to_text
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Tag
from pacewright.model.constraints import Colocation, Constraint, Location, Order, Ticket
from pacewright.model.errors import SpecError
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.report import did_you_mean
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, Template
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft, Entry

_RESOURCES: dict[str, type[Resource]] = {
    "primitive": Primitive, "template": Template, "group": Group, "clone": Clone, "master": Clone, "bundle": Bundle,
}  # fmt: skip
_CONSTRAINTS: dict[str, tuple[type[Constraint], str]] = {
    "rsc_location": (Location, "location"), "rsc_colocation": (Colocation, "colocation"),
    "rsc_order": (Order, "order"), "rsc_ticket": (Ticket, "ticket"),
}  # fmt: skip
_OTHERS = ("node", "cluster_property_set", "rsc_defaults", "op_defaults", "fencing-topology", "acl_role", "acl_target",
           "acl_group", "acl_user", "tag", "alert")  # fmt: skip
_TAG = re.compile(r"<(/?)[A-Za-z_](?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_DEEPEST = 50


def read_xml(cursor: Cursor, draft: Draft) -> None:
    text = " ".join((cursor.raw or "").split())
    if not text:
        cursor.fail("crm-missing-value", "'xml' needs an element")
    if _depth(text) > _DEEPEST:
        cursor.fail("crm-bad-xml", f"elements nested more than {_DEEPEST} deep")
    try:
        root = parse(text.encode(), cursor.name)
    except SpecError as error:
        message = "; ".join(report.message for report in error.reports)
        cursor.fail("crm-bad-xml", message)
    _take(cursor, draft, root)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _TAG.finditer(text):
        depth += -1 if found[1] else 0 if found[2] else 1
        deepest = max(deepest, depth)
    return deepest


def _take(cursor: Cursor, draft: Draft, root: XmlNode) -> None:
    tag = root.tag
    if tag in _RESOURCES:
        resource = decode(_RESOURCES[tag], root)
        if draft.claim(_identity(cursor, root), cursor.place(1), f"resource {resource.id}"):
            draft.resources[str(resource.id)] = Entry(resource, cursor.place(1))
    elif tag in _CONSTRAINTS:
        cls, word = _CONSTRAINTS[tag]
        constraint = decode(cls, root)
        if draft.claim(_identity(cursor, root), cursor.place(1), f"{word} {constraint.id}"):
            draft.constraints.append(constraint)
    elif tag in _OTHERS:
        _take_other(cursor, draft, root)
    else:
        known = (*_RESOURCES, *_CONSTRAINTS, *_OTHERS)
        cursor.fail("crm-bad-xml", f"<{tag}> is no object of a configuration", suggestion=did_you_mean(tag, known))


def _identity(cursor: Cursor, root: XmlNode) -> str:
    identity = root.get("id")
    if not identity:
        cursor.fail("crm-missing-value", f"<{root.tag}> needs an id", back=1)
    return str(identity)


def _take_other(cursor: Cursor, draft: Draft, root: XmlNode) -> None:
    place = cursor.place(1)
    match root.tag:
        case "node":
            name = root.get("uname") or _identity(cursor, root)
            if draft.claim(name, place, f"node {name}", "nodes"):
                draft.nodes.append(decode(Node, root))
        case "cluster_property_set":
            _take_set(cursor, draft, root, draft.properties, "property")
        case "rsc_defaults" | "op_defaults":
            into, word = (
                (draft.resource_defaults, "resource-default")
                if root.tag == "rsc_defaults"
                else (draft.operation_defaults, "operation-default")
            )
            for each in root:
                _take_set(cursor, draft, each, into, word)
        case "fencing-topology":
            for each in root:
                level = decode(FencingLevel, each)
                draft.levels.append(level)
                draft.note(level_address(level), place)
        case "tag" if draft.claim(_identity(cursor, root), place, f"tag {root.get('id')}"):
            draft.tags.append(decode(Tag, root))
        case "alert" if draft.claim(_identity(cursor, root), place, f"alert {root.get('id')}"):
            draft.alerts.append(decode(Alert, root))
        case "tag" | "alert":
            pass
        case _:
            _take_acl(cursor, draft, root)


def _take_set(cursor: Cursor, draft: Draft, root: XmlNode, into: list[AttributeSet], word: str) -> None:
    if root.tag not in ("cluster_property_set", "meta_attributes"):
        cursor.fail("crm-bad-xml", f"<{root.tag}> has no place here", back=1)
    found = decode(AttributeSet, root)
    if found.id_ref is None:
        identity = _identity(cursor, root)
        if not draft.claim(identity, cursor.place(1), f"set {identity}"):
            return
    into.append(found)
    for pair in found.pairs:
        draft.note(f"{word} {pair.name}", cursor.place(1))


def _take_acl(cursor: Cursor, draft: Draft, root: XmlNode) -> None:
    identity, place = _identity(cursor, root), cursor.place(1)
    space = "" if root.tag == "acl_role" else "user" if root.tag == "acl_user" else str(root.tag)
    if not draft.claim(identity, place, f"{str(root.tag).replace('_', '-')} {identity}", space):
        return
    if root.tag == "acl_role":
        draft.acls.append(decode(AclRole, root))
    elif root.tag == "acl_user":
        draft.old_acls.append(to_text(root, pretty=False))
    else:
        draft.acls.append(decode(AclSubject, root))
