"""``xml <...>``: an object in the CIB's own words."""

from __future__ import annotations

from pacewright.cib.address import level_address
from pacewright.cib.codec import decode
from pacewright.cib.xml import Node as XmlNode
from pacewright.cib.xml import parse, to_text
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Tag
from pacewright.model.constraints import Colocation, Constraint, Location, Order, Ticket
from pacewright.model.element import attributes_of
from pacewright.model.errors import SpecError
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.resources import Bundle, Clone, Group, Operation, Primitive, Resource, Template
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft, Entry
from pacewright.sources.crm.reader.hints import hint

_RESOURCES: dict[str, type[Resource]] = {
    "primitive": Primitive, "template": Template, "group": Group, "clone": Clone, "master": Clone, "bundle": Bundle,
}  # fmt: skip
_CONSTRAINTS: dict[str, tuple[type[Constraint], str]] = {
    "rsc_location": (Location, "location"), "rsc_colocation": (Colocation, "colocation"),
    "rsc_order": (Order, "order"), "rsc_ticket": (Ticket, "ticket"),
}  # fmt: skip
_OTHERS = (
    "node", "cluster_property_set", "rsc_defaults", "op_defaults", "meta_attributes", "fencing-topology", "acl_role",
    "acl_target", "acl_group", "acl_user", "tag", "alert",
)  # fmt: skip
_DEEPEST = 50
_OF_OPERATIONS = frozenset(d.name for _, d in attributes_of(Operation)) - {"requires", "description", "id", "name"}


def read_xml(cursor: Cursor, draft: Draft) -> None:
    text = cursor.raw or ""  # crmsh 4 prints runs of spaces as they are, although it would read them as one
    if not text:
        cursor.fail("crm-missing-value", "'xml' needs an element")
    try:
        root = parse(text.encode(), cursor.name)
    except SpecError as error:
        message = "; ".join(report.message for report in error.reports)
        cursor.fail("crm-bad-xml", message)
    if _is_too_deep(root):
        cursor.fail("crm-bad-xml", f"elements nested more than {_DEEPEST} deep")
    _take(cursor, draft, root)


def _is_too_deep(root: XmlNode) -> bool:
    level = [root]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in each]
    return bool(level)


def _take(cursor: Cursor, draft: Draft, root: XmlNode) -> None:
    tag = root.tag
    if tag in _RESOURCES:
        for inner in root.iter("primitive", "group"):
            _identity(cursor, inner)
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
        cursor.fail("crm-bad-xml", f"<{tag}> is no object of a configuration", suggestion=hint(tag, known))


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
        case "meta_attributes":
            _take_defaults(cursor, draft, root)
        case "cluster_property_set":
            _take_set(cursor, draft, root, draft.properties, "property")
        case "rsc_defaults":
            for each in root:
                _take_set(cursor, draft, each, draft.resource_defaults, "resource-default")
        case "op_defaults":
            for each in root:
                _take_set(cursor, draft, each, draft.operation_defaults, "operation-default")
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


def _take_defaults(cursor: Cursor, draft: Draft, root: XmlNode) -> None:
    """crmsh 4 prints a set of defaults that it cannot say without its section: what it is for must show which."""
    found = decode(AttributeSet, root)
    names = {pair.name for pair in found.pairs}
    for_operations = root.find(".//op_expression") is not None or (bool(names) and names <= _OF_OPERATIONS)
    into, word = draft.resource_defaults, "resource-default"
    if for_operations:
        into, word = draft.operation_defaults, "operation-default"
    message = f"the text does not say which defaults '{found.id}' are; taken for {word}s"
    cursor.reports.warn("crm-ambiguous-defaults", message, cursor.place(1))
    _take_set(cursor, draft, root, into, word)


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
