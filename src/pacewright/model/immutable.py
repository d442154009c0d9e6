"""``@immutable(frozen=True, slots=True)``: a dataclass that is quick to make.

For the type checker it is ``dataclasses.dataclass`` itself, frozen and all. At run time only ``__init__`` is generated;
comparison, hash and text are shared functions, and nobody enforces frozenness: generating six methods for each of 150
classes takes 30 ms of every start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["immutable", "per_class"]
T = TypeVar("T")


def per_class(function: Callable[[type], T]) -> Callable[[type], T]:
    """Remembers a function's answer for each class. (mypy refuses ``functools.cache`` here.)"""
    known: dict[type, T] = {}

    def remembered(cls: type) -> T:
        if cls not in known:
            known[cls] = function(cls)
        return known[cls]

    return remembered


@per_class
def compared_fields(cls: type) -> tuple[str, ...]:
    """Names of the fields that make two values equal."""
    return tuple(f.name for f in fields(cls) if f.compare)


if TYPE_CHECKING:
    from dataclasses import dataclass as immutable
else:
    from dataclasses import dataclass

    def immutable(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], type]:
        """``frozen`` and ``slots`` must be true: they are spelled out for the type checker and the reader."""
        assert frozen and slots  # noqa: PT018

        def make(cls: type) -> type:
            cls.__doc__ = cls.__doc__ or cls.__name__  # dataclass would inspect the signature for one
            made = dataclass(eq=False, repr=False, slots=True, kw_only=kw_only)(cls)
            made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _repr
            return made

        return make


def _equal(self: Any, other: object) -> Any:
    """A truth value, or NotImplemented."""
    if type(other) is not type(self):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in compared_fields(type(self)))


def _hash(self: Any) -> int:
    return hash((type(self), *(getattr(self, name) for name in compared_fields(type(self)))))


def _repr(self: Any) -> str:
    stated = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) is not None)
    return f"{type(self).__name__}({stated})"
