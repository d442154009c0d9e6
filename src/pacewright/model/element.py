"""The base of every modelled configuration object and the declarations that tie it to the CIB's XML vocabulary.

One dataclass describes one XML element. Its fields say which attributes and children the element has; the
codec in ``cib.codec``, the comparison in ``cib.meaning`` and the spec's schema are all driven by these
declarations, so a new attribute is one new line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, field, fields
from enum import Enum
from typing import Any, TypeVar

from pacewright.model.immutable import immutable, per_class

META = "pacewright"
T = TypeVar("T")


class Kind(Enum):
    """How the text of an attribute is compared (see ``model.values``)."""

    TEXT = "text"
    REFERENCE = "reference"
    TIME = "time"
    SCORE = "score"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    ROLE = "role"
    NAME = "name"  # one of a closed list of words, compared without case


@immutable(frozen=True, slots=True)
class Attribute:
    """An XML attribute: its name, how values compare, what absence means, the words allowed."""

    name: str
    kind: Kind = Kind.TEXT
    default: str | None = None
    choices: tuple[str, ...] = ()


@immutable(frozen=True, slots=True)
class Children:
    """Child elements: XML tag to class, or to ``str`` when the child is only an ``id`` reference."""

    tags: tuple[tuple[str, type], ...]
    many: bool = True


@immutable(frozen=True, slots=True)
class Carried:
    """What an element had that the model does not know, and the order in which its children stood.

    ``attributes``: unknown XML attributes. ``children``: unknown child elements and comments as XML text.
    ``layout``: tags of all children in document order, ``""`` standing for a carried one.
    """

    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[str, ...] = ()
    layout: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attributes or self.children)


NOTHING_CARRIED = Carried()


def attr(
    name: str,
    kind: Kind = Kind.TEXT,
    *,
    default: str | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """An optional XML attribute. The field holds its text exactly as written, None when absent."""
    return field(default=None, metadata={META: Attribute(name, kind, default, choices)})


def children(*tags: tuple[str, type]) -> Any:
    """Repeated child elements, as a tuple in document order."""
    return field(default=(), metadata={META: Children(tags)})


def child(*tags: tuple[str, type]) -> Any:
    """At most one child element, None when absent."""
    return field(default=None, metadata={META: Children(tags, many=False)})


@immutable(frozen=True, slots=True, kw_only=True)
class Element:
    """Any object of the CIB's configuration. ``id`` is None where a name is still to be chosen."""

    tag: str
    id: str | None = attr("id", Kind.REFERENCE)
    carried: Carried = field(default=NOTHING_CARRIED, compare=False)


@per_class
def attributes_of(cls: type) -> tuple[tuple[str, Attribute], ...]:
    """(field name, declaration) of the class's XML attributes, in order."""
    return tuple((f.name, d) for f, d in _declared(cls) if isinstance(d, Attribute))


@per_class
def children_of(cls: type) -> tuple[tuple[str, Children], ...]:
    """(field name, declaration) of the class's child elements, in order."""
    return tuple((f.name, d) for f, d in _declared(cls) if isinstance(d, Children))


def _declared(cls: type) -> list[tuple[Field[Any], Any]]:
    return [(f, f.metadata[META]) for f in fields(cls) if META in f.metadata]


def parts_of(element: Element) -> Iterator[Element]:
    """The elements directly inside one."""
    for name, _ in children_of(type(element)):
        value = getattr(element, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Element):
                yield each


def has_carried(element: Element) -> bool:
    """Whether anything in the element, at any depth, is not modelled."""
    return bool(element.carried) or any(has_carried(part) for part in parts_of(element))
