"""Fits an object of the spec to the one it replaces: ids that another tool chose stay, values that mean the same stay
as they are written, and the operator's hand is kept. The patch then says only what really changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pacewright.catalogue.options import kind_of, operators_meta
from pacewright.cib.normal import normal
from pacewright.model.attributes import META, AttributeSet, NvPair
from pacewright.model.element import Element, Kind, attributes_of, children_of
from pacewright.model.resources import Group, Operation, Primitive, Resource

E = TypeVar("E", bound=Element)
_FIXED = frozenset(("primitive", "template", "group", "clone", "master", "bundle"))


def fitted(desired: E, live: Element, referenced: frozenset[str]) -> E:
    """``desired`` with the ids and spellings of ``live`` where they mean the same.

    ``referenced``: ids that something refers to; the spec's word stands for those. Resources inside keep their own ids.
    """
    if type(desired) is not type(live):
        return desired
    changes: dict[str, Any] = {"carried": replace(desired.carried, layout=live.carried.layout)}
    if live.id is not None and desired.id not in referenced and desired.tag not in _FIXED:
        changes["id"] = live.id
    if isinstance(desired, NvPair) and isinstance(live, NvPair):
        return replace(desired, **changes, **_pair_value(desired, live))
    for field, declared in attributes_of(type(desired)):
        ours, theirs = getattr(desired, field), getattr(live, field)
        if field == "id" or ours is None or theirs is None:
            continue
        if normal(declared.kind, ours) == normal(declared.kind, theirs):
            changes[field] = theirs
    for field, slot in children_of(type(desired)):
        ours, theirs = getattr(desired, field), getattr(live, field)
        if slot.many:
            changes[field] = _fitted_all(ours, theirs, referenced)
        elif isinstance(ours, Element) and isinstance(theirs, Element) and not isinstance(ours, Primitive | Group):
            changes[field] = fitted(ours, theirs, referenced)
    return replace(desired, **changes)


def _pair_value(desired: NvPair, live: NvPair) -> dict[str, Any]:
    if desired.value is None or live.value is None:
        return {}
    kind = kind_of(META, desired.name or "")
    return {"value": live.value} if normal(kind, desired.value) == normal(kind, live.value) else {}


def _fitted_all(ours: tuple[Any, ...], theirs: tuple[Any, ...], referenced: frozenset[str]) -> tuple[Any, ...]:
    if not ours or isinstance(ours[0], str | Primitive | Group):
        return ours
    pairs = _matched(ours, list(theirs))
    used = {live.id for _, live in pairs if live is not None}
    return tuple(
        fitted(each, live, referenced) if live is not None else _without_clash(each, used) for each, live in pairs
    )


def _without_clash(element: E, used: set[str | None]) -> E:
    """A new member whose stated id a fitted sibling has: let a new one be chosen."""
    return replace(element, id=None) if element.id in used else element


def _matched(ours: tuple[Any, ...], theirs: list[Any]) -> list[tuple[Any, Any]]:
    """Each of ours with the one of theirs that it replaces: by key first, then by place among those left."""
    found: dict[int, Any] = {}
    for exact in (True, False):
        for index, each in enumerate(ours):
            if index in found:
                continue
            key = _key(each, exact)
            match = next(
                (t for t in theirs if type(t) is type(each) and t.tag == each.tag and _key(t, exact) == key), None
            )
            if match is not None:
                found[index] = match
                theirs.remove(match)
    return [(each, found.get(index)) for index, each in enumerate(ours)]


def _key(element: Element, exact: bool) -> Any:
    match element:
        case NvPair():
            return element.name
        case AttributeSet():
            return (element.rule is None, element.id_ref, element.id if exact else None)
        case Operation():
            interval = normal(Kind.TIME, element.interval or "0")
            return (element.name, interval, element.role) if exact else element.name
        case _:
            return element.tag


# ---- the operator's hand


def with_operators_hand(desired: Resource, live: Resource, stated_before: Callable[[str], bool]) -> Resource:
    """``desired`` keeping what an operator set by hand on ``live``.

    ``stated_before(name)``: the last applied spec stated it, so its absence now is meant.
    """
    stated = {pair.name for each in desired.meta for pair in each.pairs}
    kept = [
        pair
        for each in live.meta
        if each.rule is None
        for pair in each.pairs
        if pair.name in operators_meta() and pair.name not in stated and not stated_before(str(pair.name))
    ]
    if not kept:
        return desired
    plain = next((s for s in desired.meta if s.rule is None and s.id_ref is None), None)
    if plain is None:
        source = next(s for s in live.meta if any(p is kept[0] for p in s.pairs))
        new = AttributeSet(tag=META, id=source.id, pairs=tuple(kept))
        return replace(desired, meta=(*desired.meta, new))
    grown = replace(plain, pairs=(*plain.pairs, *kept))
    return replace(desired, meta=tuple(grown if s is plain else s for s in desired.meta))


def stated_hand(resource: Resource) -> frozenset[str]:
    """The operator's-hand attributes that a spec's resource states."""
    return frozenset(str(pair.name) for each in resource.meta for pair in each.pairs if pair.name in operators_meta())
