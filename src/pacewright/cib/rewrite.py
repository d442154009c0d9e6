"""Rebuilds a configuration with some of its elements replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pacewright.cib.address import address_of
from pacewright.model.element import Element, children_of

E = TypeVar("E", bound=Element)
Change = Callable[[Element, str], Element]


def rewrite(element: E, change: Change, address: str = "") -> E:
    """The element with ``change`` applied to it and everything inside, innermost first.

    ``change`` gets each element with the address of the object that it belongs to. It gives back the very same
    element where nothing changes; so does this.
    """
    address = address_of(element) or address
    fields: dict[str, Any] = {}
    renamed: dict[str, str] = {}
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        if slot.many and value and isinstance(value[0], Element):
            new = tuple(rewrite(each, change, address) for each in value)
            if any(a is not b for a, b in zip(new, value, strict=True)):
                fields[field] = new
                renamed.update((b.tag, a.tag) for a, b in zip(new, value, strict=True) if a.tag != b.tag)
        elif isinstance(value, Element) and (one := rewrite(value, change, address)) is not value:
            fields[field] = one
            if one.tag != value.tag:
                renamed[value.tag] = one.tag
    if renamed:
        layout = tuple(renamed.get(tag, tag) for tag in element.carried.layout)
        fields["carried"] = replace(element.carried, layout=layout)
    changed = change(replace(element, **fields) if fields else element, address)
    if not isinstance(changed, type(element)):
        raise TypeError(f"{type(element).__name__} became {type(changed).__name__}")
    return changed
