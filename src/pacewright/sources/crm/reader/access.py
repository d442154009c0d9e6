"""``role``, ``acl_target``, ``acl_group``, the old ``user``, and ``tag``."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from pacewright.cib.xml import to_text
from pacewright.model.access import PERMISSIONS, AclRole, AclSubject, Permission
from pacewright.model.configuration import Tag
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.primitives import read_description
from pacewright.sources.crm.words import ACL_SHORTCUTS, HEAD_ID, expand_shortcut

_ATTRIBUTES = {"xpath": "xpath", "ref": "reference", "reference": "reference", "tag": "object_type",
               "type": "object_type", "attr": "attribute", "attribute": "attribute"}  # fmt: skip
_ID = re.compile(r"\$id=(.*)", re.IGNORECASE)
_TAG = re.compile(r"([a-zA-Z_][^\s:]*):?")


def read_tag(cursor: Cursor, draft: Draft) -> None:
    place = cursor.place()
    text = cursor.take("an id")
    found = _TAG.fullmatch(text)
    if found is None:
        cursor.fail("crm-bad-id", f"'{text}' cannot be the id of a tag", back=1)
    objects = tuple(token.text for token in cursor.tokens[cursor.at :])
    if not objects:
        cursor.fail("crm-missing-value", f"tag '{found[1]}' names nothing")
    if draft.claim(found[1], place, f"tag {found[1]}"):
        draft.tags.append(Tag(id=found[1], objects=objects))


def read_subject(cursor: Cursor, draft: Draft) -> None:
    """A user or group and the roles it has."""
    identity, place = cursor.take("a name"), cursor.place(1)
    roles = tuple(token.text for token in cursor.tokens[cursor.at :])
    address = f"{cursor.keyword.replace('_', '-')} {identity}"
    if not roles:
        cursor.fail("crm-missing-value", f"'{identity}' has no roles")
    if draft.claim(identity, place, address, cursor.keyword):
        draft.acls.append(AclSubject(tag=cursor.keyword, id=identity, roles=roles))


def read_role_statement(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    role = AclRole(id=identity, description=read_description(cursor))
    while cursor.peek() is not None:
        role = replace(role, permissions=role.permissions + _read_permissions(cursor))
    if not role.permissions:
        cursor.error("crm-missing-value", f"role '{identity}' permits nothing", suggestion="such as 'read xpath:/cib'")
    if draft.claim(identity, place, f"acl-role {identity}"):
        draft.acls.append(role)


def _read_permissions(cursor: Cursor) -> tuple[Permission, ...]:
    """A kind with one or several specifications; each of xpath, reference and type is a permission of its own."""
    kind = cursor.word()
    if kind not in PERMISSIONS:
        cursor.unexpected((*PERMISSIONS, *_ATTRIBUTES, *ACL_SHORTCUTS))
    cursor.at += 1
    identity = found[1] if (found := cursor.match(_ID) or cursor.match(HEAD_ID)) else None
    base = Permission(kind=kind, id=identity, description=read_description(cursor))
    values = _read_specifications(cursor)
    if not values:
        cursor.fail("crm-missing-value", f"'{kind}' needs xpath:, ref: or type:")
    if "attribute" in values and "object_type" not in values:
        cursor.fail("crm-bad-permission", "'attribute:' needs 'type:'", back=1)
    found_permissions = []
    if "xpath" in values:
        found_permissions.append(replace(base, xpath=values["xpath"]))
    if "reference" in values:
        found_permissions.append(replace(base, reference=values["reference"]))
    if "object_type" in values:
        found_permissions.append(replace(base, object_type=values["object_type"], attribute=values.get("attribute")))
    if identity is not None and len(found_permissions) > 1:
        found_permissions[1:] = [replace(each, id=None) for each in found_permissions[1:]]
    return tuple(found_permissions)


def _read_specifications(cursor: Cursor) -> dict[str, str]:
    values: dict[str, str] = {}
    while (text := cursor.peek()) is not None:
        word, _, rest = text.partition(":")
        if word in ACL_SHORTCUTS:
            cursor.at += 1
            xpath = expand_shortcut(word, rest.split(":") if rest else [])
            if xpath is None:
                cursor.error("crm-bad-permission", f"'{text}' has too few or too many arguments", back=1)
            values["xpath"] = xpath or ""
        elif word in _ATTRIBUTES:
            cursor.at += 1
            if not rest:
                cursor.error("crm-missing-value", f"'{word}:' needs a value", back=1)
            values[_ATTRIBUTES[word]] = rest
        elif word.lower() in PERMISSIONS:
            break
        else:
            suggestion = hint(word, (*_ATTRIBUTES, *ACL_SHORTCUTS, *PERMISSIONS))
            cursor.fail("crm-unexpected-word", f"'{text}' has no place here", suggestion=suggestion)
    return values


def read_user(cursor: Cursor, draft: Draft) -> None:
    """A user of schema 1.x, which the model carries as it is."""
    identity, place = cursor.take("a name"), cursor.place(1)
    user = etree.Element("acl_user", {"id": identity})
    while (text := cursor.peek()) is not None:
        word, _, rest = text.partition(":")
        if word == "role" and rest:
            cursor.at += 1
            etree.SubElement(user, "role_ref", {"id": rest})
            continue
        for number, permission in enumerate(_read_permissions(cursor), len(user)):
            rule = etree.SubElement(user, permission.kind or "read", {"id": permission.id or f"{identity}-{number}"})
            for name, value in (("xpath", permission.xpath), ("ref", permission.reference),
                                ("tag", permission.object_type), ("attribute", permission.attribute)):  # fmt: skip
                if value:
                    rule.set(name, value)
    if len(user) == 0:
        cursor.fail("crm-missing-value", f"user '{identity}' has no roles")
    if draft.claim(identity, place, f"acl-user {identity}", "user"):
        draft.old_acls.append(to_text(user, pretty=False))
