"""Sets, operations and rules that refer to others of their kind by the id of the object that has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, children_of, parts_of

E = TypeVar("E", bound=Element)
Names = dict[tuple[str, str], str]


def with_references(built: Configuration) -> Configuration:
    """``$id-ref=`` may name a resource where one of its sets, its operations or a constraint's rule is meant."""
    wanted = _references_to_objects(
        built, {str(r.id) for r in built.all_resources()} | {str(c.id) for c in built.constraints}
    )
    if not wanted:
        return built
    names: Names = {}
    built = _named(built, wanted, names)
    return _redirected(built, names)


def _references_to_objects(element: Element, objects: set[str]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    reference = getattr(element, "id_ref", None)
    if reference in objects:
        found.add((element.tag, reference))
    for part in parts_of(element):
        found |= _references_to_objects(part, objects)
    return found


def _named(element: E, wanted: set[tuple[str, str]], names: Names) -> E:
    """The first part of each wanted kind gets an id, if it has none; ``names`` learns it."""

    def visit(part: Any) -> Any:
        key = (part.tag, str(element.id)) if isinstance(part, Element) else None
        if key is not None and key in wanted and key not in names and getattr(part, "id_ref", None) is None:
            names[key] = part.id or f"{element.id}-{part.tag}"
            return replace(_named(part, wanted, names), id=names[key])
        return _named(part, wanted, names) if isinstance(part, Element) else part

    return _mapped(element, visit)


def _redirected(element: E, names: Names) -> E:
    def visit(part: Any) -> Any:
        if not isinstance(part, Element):
            return part
        part = _redirected(part, names)
        target = names.get((part.tag, getattr(part, "id_ref", None) or ""))
        return replace(part, id_ref=target) if target is not None else part

    return _mapped(element, visit)


def _mapped(element: E, visit: Callable[[Any], Any]) -> E:
    changes: dict[str, Any] = {}
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        new = tuple(visit(each) for each in value) if slot.many else visit(value) if value is not None else None
        if new != value:
            changes[field] = new
    return replace(element, **changes) if changes else element
