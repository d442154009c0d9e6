"""Master and Slave are Promoted and Unpromoted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.cib.modernization.substitution import Notes
from pacewright.model.attributes import META, AttributeSet, NvPair
from pacewright.model.element import Element, Kind, attributes_of
from pacewright.model.values import role

OLD = ("master", "slave")


def modern_roles(element: Element, subject: str, notes: Notes) -> Element:
    """The element's own role attributes."""
    changes: dict[str, Any] = {}
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if declared.kind is Kind.ROLE and value is not None and value.lower() in OLD:
            changes[field] = role(value)
            notes.replaced("role", subject, f"{declared.name}={value}", f"{declared.name}={role(value)}")
    return replace(element, **changes) if changes else element


def modern_target_role(each: AttributeSet, subject: str, notes: Notes) -> AttributeSet:
    """The roles among meta attributes."""
    if each.tag != META or not any(_is_old(p) for p in each.pairs):
        return each
    return replace(each, pairs=tuple(_pair(p, subject, notes) for p in each.pairs))


def _is_old(pair: NvPair) -> bool:
    return pair.name in ("target-role", "role") and (pair.value or "").lower() in OLD


def _pair(pair: NvPair, subject: str, notes: Notes) -> NvPair:
    if not _is_old(pair):
        return pair
    new = role(pair.value or "")
    notes.replaced("role", subject, f"{pair.name}={pair.value}", f"{pair.name}={new}")
    return replace(pair, value=new)
