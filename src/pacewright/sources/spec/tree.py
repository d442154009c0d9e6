"""What the writer makes and the emitter prints, and when something has no place in it."""

from __future__ import annotations

from pacewright.model.attributes import SecretReference
from pacewright.model.element import Element
from pacewright.model.immutable import immutable

Tree = str | SecretReference | None | list["Tree"] | dict[str, "Tree"]


class NoPlace(ValueError):
    """The spec's keys cannot say this: it is written as XML, at the next level that allows it."""


@immutable(frozen=True, slots=True)
class Writing:
    """``referenced``: ids that something refers to, which therefore are written."""

    referenced: frozenset[str] = frozenset()


def is_carrying(element: Element) -> bool:
    """Whether it has, itself, attributes or children that the model does not know. Comments do not count."""
    return bool(element.carried.attributes) or any(not c.startswith("<!--") for c in element.carried.children)
