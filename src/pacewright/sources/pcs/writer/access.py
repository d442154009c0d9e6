"""Access control as commands."""

from __future__ import annotations

from pacewright.model.access import PERMISSIONS, AclRole, AclSubject, Permission
from pacewright.model.configuration import Configuration
from pacewright.sources.pcs.writer.script import Script


def write_acls(script: Script, configuration: Configuration) -> None:
    roles = [each for each in configuration.acls if isinstance(each, AclRole)]
    for role in roles:
        subject = f"acl-role {role.id}"
        script.nothing_unknown(subject, role)
        script.ids.add(script.id(subject, role))
        words = [str(role.id)] + ([f"description={role.description}"] if role.description else [])
        for permission in role.permissions:
            words += _permission(script, permission, subject)
        script.add(subject, "acl role create", words)
    for each in configuration.acls:
        if isinstance(each, AclSubject):
            _subject(script, each, {str(role.id) for role in roles})


def _permission(script: Script, permission: Permission, subject: str) -> list[str]:
    script.absent(subject, permission, "object_type", "attribute", "description")
    kind = (permission.kind or "").lower()
    scope, what = ("xpath", permission.xpath) if permission.xpath else ("id", permission.reference)
    if kind not in PERMISSIONS or not what or (permission.xpath and permission.reference):
        script.refuse(subject, f"the <acl_permission> '{permission.id}'")
    if scope == "id" and what not in script.ids:
        script.refuse(subject, f"a permission for '{what}', an id that no command creates before")
    return [kind, scope, what or ""]


def _subject(script: Script, each: AclSubject, roles: set[str]) -> None:
    subject = f"{each.tag.replace('_', '-')} {each.id}"
    script.nothing_unknown(subject, each)
    script.absent(subject, each, "name")
    if unknown := [name for name in each.roles if name not in roles]:
        script.refuse(subject, f"the role '{unknown[0]}', which does not exist")
    if not each.id:
        script.refuse(subject, f"<{each.tag}> without an id")
    command = "acl user create" if each.tag == "acl_target" else "acl group create"
    script.add(subject, command, [each.id or "", *each.roles])
