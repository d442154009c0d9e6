"""Whether a statement, read again, means what it was written for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pacewright.cib.ids import ids_in, referenced_ids
from pacewright.cib.meaning import meaning, sets_meaning
from pacewright.model.access import AclRole
from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, parts_of
from pacewright.model.fencing import FencingLevel
from pacewright.model.report import Reports
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, members
from pacewright.sources.crm.lexer import statements
from pacewright.sources.crm.reader import read_statement
from pacewright.sources.crm.reader.draft import Draft, Entry


def referenced_in(configuration: Configuration) -> frozenset[str]:
    """Ids that something refers to and that a text must therefore keep."""
    found = set(referenced_ids(configuration))
    found.update(identity for tag in configuration.tags for identity in tag.objects)
    for acl in configuration.acls:
        if isinstance(acl, AclRole):
            found.update(p.reference for p in acl.permissions if p.reference is not None)
    return frozenset(found)


class Read:
    """What to compare: ``expected`` objects with those that ``found`` takes from a draft."""

    def __init__(self, expected: list[Any], found: Callable[[Draft], list[Any]]) -> None:
        self.expected = [without_members(each) for each in expected]
        self.found = found


def has_open_secret(element: Any) -> bool:
    """Whether a value is still a reference to a secret."""
    if isinstance(element, NvPair) and element.secret is not None and element.value is None:
        return True
    return isinstance(element, Element) and any(has_open_secret(part) for part in parts_of(element))


def comes_back(text: str, read: Read, referenced: frozenset[str]) -> bool:
    draft = Draft("crm", Reports())
    found_statements = list(statements(text, draft.name, draft.reports))
    if len(found_statements) != 1:
        return False
    read_statement(found_statements[0], draft)
    if draft.reports.errors:
        return False
    found = [without_members(each) for each in read.found(draft)]
    if _counted(read.expected) != _counted(found):
        return False
    kept = {i for each in found if isinstance(each, Element) for i in ids_in(each)}
    needed = {i for each in read.expected if isinstance(each, Element) for i in ids_in(each)} & referenced
    return needed <= kept


def _counted(items: list[Any]) -> Counter[str]:
    return Counter(repr(_plain(each)) for each in items)


def _plain(each: Any) -> Any:
    if isinstance(each, AttributeSet):
        return (each.id, each.id_ref, sets_meaning((each,)))
    if isinstance(each, Element):
        named = None if isinstance(each, FencingLevel) else each.id
        return (each.tag, named, _ordered(meaning(each)))
    return each


def _ordered(plain: Any) -> Any:
    if isinstance(plain, dict):
        return sorted((key, repr(_ordered(value))) for key, value in plain.items())
    return [_ordered(each) for each in plain] if isinstance(plain, list) else plain


def without_members(each: Any) -> Any:
    """A container with mere names of its members, whichever way they are known."""
    if isinstance(each, Entry):
        return _with_stubs(each.resource, each.members) if each.members else without_members(each.resource)
    if isinstance(each, Group | Clone | Bundle):
        return _with_stubs(each, tuple(str(member.id) for member in members(each)))
    return each


def _with_stubs(resource: Resource, identities: tuple[str, ...]) -> Resource:
    stubs = tuple(Primitive(id=identity) for identity in identities)
    match resource:
        case Group():
            return replace(resource, members=stubs)
        case Clone() if stubs:
            return replace(resource, child=stubs[0])
        case Bundle() if stubs:
            return replace(resource, primitive=stubs[0])
        case _:
            return resource
