"""The base of every modelled configuration object and the declarations that tie it to the CIB's XML vocabulary.

One dataclass describes one XML element. Its fields say which attributes and children the element has; the
codec in ``cib.codec``, the comparison in ``cib.meaning`` and the spec's schema are all driven by these
declarations, so a new attribute is one new line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

META = "pacewright"
T = TypeVar("T")


def per_class(function: Callable[[type], T]) -> Callable[[type], T]:
    """Remembers a function's answer for each class. (mypy refuses ``functools.cache`` here.)"""
    known: dict[type, T] = {}

    def remembered(cls: type) -> T:
        if cls not in known:
            known[cls] = function(cls)
        return known[cls]

    return remembered


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


@dataclass(frozen=True, slots=True)
class Attribute:
    """An XML attribute: its name, how values compare, what absence means, the words allowed."""

    name: str
    kind: Kind = Kind.TEXT
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Children:
    """Child elements: XML tag to class, or to ``str`` when the child is only an ``id`` reference."""

    tags: tuple[tuple[str, type], ...]
    many: bool = True

    def type_of(self, tag: str) -> type | None:
        return next((cls for name, cls in self.tags if name == tag), None)


@dataclass(frozen=True, slots=True)
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


@dataclass_transform(kw_only_default=True, frozen_default=True)
def element(cls: type[T]) -> type[T]:
    """A dataclass whose values nobody changes; the type checker sees to it.

    ``dataclass(frozen=True)`` would see to it at run time too, but generating six methods for each of sixty classes
    takes 30 ms of every start.
    """
    return dataclass(eq=False, repr=False, slots=True, kw_only=True)(cls)


@element
class Element:
    """Any object of the CIB's configuration. ``id`` is None where a name is still to be chosen."""

    if TYPE_CHECKING:  # what dataclasses.replace asks for
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    tag: str
    id: str | None = attr("id", Kind.REFERENCE)
    carried: Carried = field(default=NOTHING_CARRIED, compare=False)

    def __eq__(self, other: object) -> bool:
        """All that was declared is equal; what was carried does not count."""
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in compared_of(type(self)))

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in compared_of(type(self)))))

    def __repr__(self) -> str:
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        stated = ", ".join(f"{name}={value!r}" for name, value in values if value not in (None, (), NOTHING_CARRIED))
        return f"{type(self).__name__}({stated})"


@per_class
def compared_of(cls: type) -> tuple[str, ...]:
    """Names of the fields that make two values equal."""
    return tuple(f.name for f in fields(cls) if f.compare)


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
