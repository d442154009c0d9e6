"""Puts the spec's objects in their places among the live ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pacewright.cib.address import objects_of
from pacewright.cib.desired.adjust import fitted, with_operators_hand
from pacewright.cib.desired.ownership import Record
from pacewright.cib.ids import referenced_ids
from pacewright.cib.meaning import alike, meaning
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, children_of
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, members, walk

# Sections whose items are owned one by one, besides resources.
FLAT = ("constraint_section", "fencing_topology", "acl_section", "tag_section", "alert_section")


class Placer:
    """Composes the sections of owned objects. ``gone``: addresses to be deleted."""

    def __init__(self, live: Configuration, spec: Configuration, record: Record, gone: Iterable[str]) -> None:
        self.live, self.spec, self.record, self.gone = live, spec, record, set(gone)
        self.live_objects, self.spec_objects = objects_of(live), objects_of(spec)
        self.referenced = frozenset(referenced_ids(spec)) | frozenset(referenced_ids(live))
        self.address_of = {id(e): a for objects in (self.live_objects, self.spec_objects) for a, e in objects.items()}
        self.resources = self._resources()

    def configuration(self) -> Configuration:
        """The live configuration with the owned sections composed."""
        changes: dict[str, Any] = {"resource_section": self._section("resource_section", self.resources)}
        for field in FLAT:
            changes[field] = self._section(field, self._flat(field))
        return replace(self.live, **changes)

    def removed_ids(self) -> frozenset[str]:
        """Ids of resources, tags and other objects that are no longer there."""
        kept = {r.id for r in walk(self.resources)}
        lost = {r.id for r in self.live.all_resources() if r.id not in kept}
        for address in self.gone:
            element = self.live_objects.get(address)
            if element is not None and address not in self.spec_objects:
                lost.add(element.id)
        return frozenset(i for i in lost if i is not None)

    def emptied(self) -> list[str]:
        """Containers that vanish because the spec put their members elsewhere."""
        kept = {r.id for r in walk(self.resources)}
        return [
            address
            for address, element in self.live_objects.items()
            if isinstance(element, Group | Clone) and element.id not in kept and address not in self.gone
        ]

    # ---- one object

    def _resolved(self, element: Any) -> Any:
        """The spec's object, as the live one where both mean the same; its members resolved too."""
        live = self.live_objects.get(self.address_of[id(element)])
        if live is None:
            return self._with_members(element)
        if isinstance(element, Primitive | Group | Clone | Bundle) and isinstance(live, type(element)):
            element_id = element.id
            element = with_operators_hand(
                element, live, lambda name: f"resource {element_id} {name}" in self.record.stated
            )
        if type(element) is type(live) and (alike(element, live) or meaning(element) == meaning(live)):
            return self._with_members(live, element)
        return self._with_members(fitted(element, live, self.referenced), element)

    def _with_members(self, shape: Any, source: Any = None) -> Any:
        """``shape`` with the members of ``source`` resolved."""
        if not isinstance(shape, Group | Clone | Bundle):
            return shape
        resolved = [self._resolved(self._original(m)) for m in members(source if source is not None else shape)]
        present = members(shape)
        same = len(resolved) == len(present) and all(a is b for a, b in zip(resolved, present, strict=True))
        return shape if same else with_inner(shape, resolved)

    def _original(self, member: Resource) -> Any:
        return self.spec_objects[f"resource {member.id}"]

    # ---- resources

    def _resources(self) -> tuple[Resource, ...]:
        tops = {r.id: r for r in self.spec.resources}
        inner = {r.id for r in self.spec.all_resources()} - set(tops)
        self.placed: set[str | None] = set()
        result = [kept for resource in self.live.resources for kept in self._kept(resource, tops, inner)]
        result += [self._resolved(r) for r in self.spec.resources if r.id not in self.placed]
        return tuple(result)

    def _kept(self, resource: Resource, tops: dict[str | None, Resource], inner: set[str | None]) -> list[Resource]:
        """What becomes of a live resource: replaced in place, moved elsewhere (nothing), deleted, or kept.

        Members of a deleted group that are not deleted themselves step out of it.
        """
        if resource.id in tops:
            self.placed.add(resource.id)
            return [self._resolved(tops[resource.id])]
        if resource.id in inner:
            return []
        held = members(resource)
        left = [kept for m in held for kept in self._kept(m, tops, inner)]
        if f"resource {resource.id}" in self.gone:
            return left
        if list(held) == left:
            return [resource]
        return [with_inner(resource, left)] if left or isinstance(resource, Bundle) else []

    # ---- the rest

    def _flat(self, field: str) -> tuple[Element, ...]:
        section = getattr(self.live, field)
        stated = getattr(self.spec, field)
        wanted = {self.address_of[id(e)]: e for e in (stated.items if stated else ())}
        result, placed = [], set()
        for each in section.items if section else ():
            address = self.address_of[id(each)]
            if address in wanted:
                placed.add(address)
                result.append(self._resolved(wanted[address]))
            elif address not in self.gone:
                result.append(each)
        result += [self._resolved(e) for a, e in wanted.items() if a not in placed]
        return tuple(result)

    def _section(self, field: str, items: tuple[Any, ...]) -> Any:
        section = getattr(self.live, field)
        if section is None:
            if not items:
                return None
            tag, cls = next(s for f, s in children_of(Configuration) if f == field).tags[0]
            section = cls(tag=tag)
        return replace(section, items=items)


def with_inner(resource: Any, inner: list[Any]) -> Any:
    """A group, clone or bundle with these resources inside."""
    if isinstance(resource, Group):
        return replace(resource, members=tuple(inner))
    one = inner[0] if inner else None
    return replace(resource, child=one) if isinstance(resource, Clone) else replace(resource, primitive=one)
