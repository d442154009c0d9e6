"""Access control: ``pcs acl ...``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pacewright.model.access import PERMISSIONS, AclRole, AclSubject, Permission
from pacewright.model.report import did_you_mean
from pacewright.sources.pcs.reader.command import Command, Mistake, need
from pacewright.sources.pcs.reader.draft import Draft


def role_create(draft: Draft, args: list[str], command: Command) -> None:
    """``acl role create ROLE [description=..] [(read|write|deny) (xpath XPATH | id ID)] ...``"""
    need(args, 1, "acl role create ROLE [description=TEXT] [read|write|deny xpath|id WHAT]...")
    name = draft.new_id(args[0], "role")
    rest = args[1:]
    description = None
    if rest and rest[0].startswith("description="):
        description = rest[0].partition("=")[2] or None
        rest = rest[1:]
    draft.acls.append(AclRole(id=name, description=description, permissions=_permissions(rest)))
    draft.put(f"acl-role {name}", command.place)


def permission_add(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 4, "acl permission add ROLE (read|write|deny) (xpath XPATH | id ID)...")
    for index, each in enumerate(draft.acls):
        if isinstance(each, AclRole) and each.id == args[0]:
            draft.acls[index] = replace(each, permissions=(*each.permissions, *_permissions(args[1:])))
            return
    raise _unknown_role(draft, args[0])


def _permissions(words: list[str]) -> tuple[Permission, ...]:
    found = []
    for at in range(0, len(words), 3):
        kind, scope, what = (*words[at : at + 3], "", "")[:3]
        if kind.lower() not in PERMISSIONS or scope.lower() not in ("xpath", "id") or len(words) < at + 3:
            message = f"(read | write | deny) (xpath XPATH | id ID) expected, not '{' '.join(words[at : at + 3])}'"
            raise Mistake("pcs-missing-argument", message)
        xpath = what if scope.lower() == "xpath" else None
        found.append(Permission(kind=kind.lower(), xpath=xpath, reference=None if xpath is not None else what))
    return tuple(found)


def subject_create(tag: str) -> Callable[[Draft, list[str], Command], None]:
    """``acl user create NAME [ROLE ...]``, ``acl group create NAME [ROLE ...]``"""

    def follow(draft: Draft, args: list[str], command: Command) -> None:
        need(args, 1, f"acl {'user' if tag == 'acl_target' else 'group'} create NAME [ROLE]...")
        if any(each.tag == tag and each.id == args[0] for each in draft.acls):
            raise Mistake("pcs-duplicate-id", f"'{args[0]}' exists already")
        if missing := [role for role in args[1:] if role not in _roles(draft)]:
            raise _unknown_role(draft, missing[0])
        draft.acls.append(AclSubject(tag=tag, id=args[0], roles=tuple(args[1:])))
        draft.put(f"{tag.replace('_', '-')} {args[0]}", command.place)

    return follow


def _roles(draft: Draft) -> list[str]:
    return [str(each.id) for each in draft.acls if isinstance(each, AclRole)]


def _unknown_role(draft: Draft, name: str) -> Mistake:
    return Mistake("pcs-unknown-role", f"no role '{name}' was created before", did_you_mean(name, _roles(draft)))
