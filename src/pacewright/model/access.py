"""Access control lists. (The ``acl_user`` elements of schema 1.x are carried through as they are.)"""

from __future__ import annotations

from pacewright.model.element import Element, Kind, attr, children
from pacewright.model.immutable import immutable

PERMISSIONS = ("read", "write", "deny")


@immutable(frozen=True, slots=True, kw_only=True)
class Permission(Element):
    """The ``acl_permission`` element."""

    tag: str = "acl_permission"
    kind: str | None = attr("kind", Kind.NAME, choices=PERMISSIONS)
    xpath: str | None = attr("xpath")
    reference: str | None = attr("reference", Kind.REFERENCE)
    object_type: str | None = attr("object-type")
    attribute: str | None = attr("attribute")
    description: str | None = attr("description")


@immutable(frozen=True, slots=True, kw_only=True)
class AclRole(Element):
    """The ``acl_role`` element."""

    tag: str = "acl_role"
    description: str | None = attr("description")
    permissions: tuple[Permission, ...] = children(("acl_permission", Permission))


@immutable(frozen=True, slots=True, kw_only=True)
class AclSubject(Element):
    """A user (``acl_target``) or a group (``acl_group``) and the ids of its roles; ``tag`` says which."""

    tag: str = "acl_target"
    name: str | None = attr("name")
    roles: tuple[str, ...] = children(("role", str))


Acl = AclRole | AclSubject
