"""ACLs, tags and alerts as crm text."""

from __future__ import annotations

from pacewright.model.access import Acl, AclRole, Permission
from pacewright.model.alerts import Alert, Recipient, Select
from pacewright.model.configuration import Tag
from pacewright.sources.crm.words import ALERT_SETS, HEAD_ID
from pacewright.sources.crm.writer.sets import set_lines
from pacewright.sources.crm.writer.text import Lines, Unsayable, described, quoted, word


def tag_lines(tag: Tag) -> Lines:
    return [" ".join(("tag", f"{word(tag.id)}:", *(word(each) for each in tag.objects)))]


def acl_lines(acl: Acl, referenced: frozenset[str]) -> Lines:
    if isinstance(acl, AclRole):
        permissions = [_permission_line(each, referenced) for each in acl.permissions]
        return [f"role {word(acl.id)}", *described(acl.description), *permissions]
    return [" ".join((acl.tag, word(acl.id), *(word(role) for role in acl.roles)))]


def _permission_line(permission: Permission, referenced: frozenset[str]) -> str:
    words = [word(permission.kind)]
    if permission.id is not None and permission.id in referenced:
        if not HEAD_ID.fullmatch(f"{permission.id}:"):
            raise Unsayable("the id of a permission")
        words.append(f"{permission.id}:")
    words += described(permission.description)
    for name, value in (("xpath", permission.xpath), ("ref", permission.reference),
                        ("type", permission.object_type), ("attr", permission.attribute)):  # fmt: skip
        if value is not None:
            words.append(f"{name}:{quoted(value)}")
    return " ".join(words)


def alert_lines(alert: Alert, referenced: frozenset[str]) -> Lines:
    return [
        f"alert {word(alert.id)} {quoted(alert.path or '')}",
        *described(alert.description),
        *set_lines(ALERT_SETS, (*alert.params, *alert.meta), referenced),
        *(_select_lines(alert.select) if alert.select is not None else ()),
        *(_recipient_line(each, referenced) for each in alert.recipients),
    ]


def _select_lines(select: Select) -> Lines:
    words = [name for name in ("nodes", "fencing", "resources") if getattr(select, name) is not None]
    if select.attributes is not None:
        words += ["attributes", "{", *(word(each.name) for each in select.attributes.names), "}"]
    if not words:
        raise Unsayable("a selection of nothing")
    return [f"select {' '.join(words)}"]


def _recipient_line(recipient: Recipient, referenced: frozenset[str]) -> str:
    """In braces where it has settings: what follows could be the alert's own otherwise."""
    if not recipient.value:
        raise Unsayable("a recipient without a value")
    settings = [
        *described(recipient.description), *set_lines(ALERT_SETS, (*recipient.params, *recipient.meta), referenced)
    ]  # fmt: skip
    if not settings:
        return f"to {quoted(recipient.value)}"
    return " ".join(("to {", quoted(recipient.value), *settings, "}"))
