"""Takes out references to objects that are deleted: in constraints, tags, fencing levels, ACLs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pacewright.cib.address import objects_of
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.change import Reason
from pacewright.model.configuration import Configuration, Tag
from pacewright.model.constraints import Colocation, Location, Order, Ticket
from pacewright.model.fencing import FencingLevel


def without_dangling(
    configuration: Configuration, removed: frozenset[str], *, keep: frozenset[str]
) -> tuple[Configuration, dict[str, Reason]]:
    """The configuration without references to ``removed`` ids, and what had to be deleted for it.

    ``keep``: addresses that the spec states; they are left as they are, so that the check names their mistake.
    """
    if not removed:
        return configuration, {}
    deleted: dict[str, Reason] = {}
    addresses = {id(e): a for a, e in objects_of(configuration).items()}
    changes: dict[str, Any] = {}
    for field in ("constraint_section", "fencing_topology", "tag_section", "acl_section"):
        section = getattr(configuration, field)
        if section is None:
            continue
        items = []
        for each in section.items:
            address = addresses[id(each)]
            kept = each if address in keep else _WITHOUT[type(each)](each, removed)
            if kept is None:
                deleted[address] = Reason.DANGLING
            else:
                items.append(kept)
        changes[field] = replace(section, items=tuple(items))
    return replace(configuration, **changes), deleted


def _constraint(each: Any, removed: frozenset[str]) -> Any:
    named = [getattr(each, f, None) for f in ("resource", "with_resource", "first", "then")]
    if any(name in removed for name in named if name is not None):
        return None
    if not any(r in removed for s in each.sets for r in s.resources):
        return each
    sets = []
    for one in each.sets:
        left = tuple(r for r in one.resources if r not in removed)
        if left:
            sets.append(replace(one, resources=left) if len(left) != len(one.resources) else one)
    enough = 1 if isinstance(each, Location | Ticket) else 2
    return replace(each, sets=tuple(sets)) if sum(len(s.resources) for s in sets) >= enough else None


def _tag(each: Tag, removed: frozenset[str]) -> Tag | None:
    left = tuple(o for o in each.objects if o not in removed)
    return each if len(left) == len(each.objects) else replace(each, objects=left) if left else None


def _level(each: FencingLevel, removed: frozenset[str]) -> FencingLevel | None:
    left = [d for d in each.device_ids if d not in removed]
    if len(left) == len(each.device_ids):
        return each
    return replace(each, devices=",".join(left)) if left else None


def _role(each: AclRole, removed: frozenset[str]) -> AclRole:
    left = tuple(p for p in each.permissions if p.reference not in removed)
    return each if len(left) == len(each.permissions) else replace(each, permissions=left)


def _subject(each: AclSubject, removed: frozenset[str]) -> AclSubject:
    left = tuple(r for r in each.roles if r not in removed)
    return each if len(left) == len(each.roles) else replace(each, roles=left)


_WITHOUT: dict[type, Callable[[Any, frozenset[str]], Any]] = {
    Location: _constraint, Colocation: _constraint, Order: _constraint, Ticket: _constraint,
    Tag: _tag, FencingLevel: _level, AclRole: _role, AclSubject: _subject,
}  # fmt: skip
