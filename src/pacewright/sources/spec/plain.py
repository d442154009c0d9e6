"""Shapes of plain values: mappings, tables, lists and choices that stand for no XML. They are read, never written."""

from __future__ import annotations

from collections.abc import Mapping as Keyed
from typing import Any

from pacewright.model.immutable import immutable
from pacewright.sources.spec.nodes import Node, Scalar, Sequence
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.scalars import ANY_TEXT, Json, Shape
from pacewright.sources.spec.tree import NoPlace, Tree, Writing


class Plain:
    """What the shapes here share."""

    __slots__ = ()

    def dump(self, value: Any, writing: Writing) -> Tree:
        raise NoPlace("what is only read")


@immutable(frozen=True, slots=True)
class Keys(Plain):
    """A mapping with known keys: a dict of the values that are there."""

    shapes: Keyed[str, Shape]
    required: tuple[str, ...] = ()

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        mapping = reader.mapping(node, path)
        if mapping is None:
            return BAD
        found: dict[str, Any] = {}
        known = True
        for key, value in mapping.pairs:
            shape = self.shapes.get(key.text)
            if shape is None:
                known = False
                reader.unknown_key(key, self.shapes, path)
                continue
            reader.place(f"{path}/{key.text}", key)
            loaded = shape.load(value, reader, f"{path}/{key.text}")
            if loaded is not BAD:
                found[key.text] = loaded
        present = {key.text for key, _ in mapping.pairs}
        missing = [name for name in self.required if name not in present and known]
        for name in missing:
            reader.error("missing-key", f"key '{name}' is missing", mapping, path, f"'{name}: ...'")
        return BAD if missing else found

    def schema(self, definitions: dict[str, Json]) -> Json:
        properties = {name: shape.schema(definitions) for name, shape in self.shapes.items()}
        described: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**described, "required": list(self.required)} if self.required else described


@immutable(frozen=True, slots=True)
class Table(Plain):
    """A mapping with free keys: a dict. ``empty``: the value of a key with nothing after it."""

    shape: Shape
    empty: Any = BAD

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        mapping = reader.mapping(node, path)
        found: dict[str, Any] = {}
        for key, value in mapping.pairs if mapping else ():
            where = f"{path}/{key.text}"
            reader.place(where, key)
            if self.empty is not BAD and isinstance(value, Scalar) and value.is_null:
                found[key.text] = self.empty
            elif (loaded := self.shape.load(value, reader, where)) is not BAD:
                found[key.text] = loaded
        return found if mapping else BAD

    def schema(self, definitions: dict[str, Json]) -> Json:
        each = self.shape.schema(definitions)
        return {"type": "object", "additionalProperties": each if self.empty is BAD else _or_null(each)}


@immutable(frozen=True, slots=True)
class Listing(Plain):
    """A list: a tuple."""

    shape: Shape

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found = []
        for number, item in enumerate(reader.items(node, path)):
            reader.place(f"{path}/{number}", item)
            found.append(self.shape.load(item, reader, f"{path}/{number}"))
        return tuple(each for each in found if each is not BAD)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": self.shape.schema(definitions)}


@immutable(frozen=True, slots=True)
class Either(Plain):
    """By what is written: a single value, a list, or a mapping."""

    single: Shape | None = None
    listed: Shape | None = None
    keyed: Shape | None = None

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        shape = self.single if isinstance(node, Scalar) else self.listed if isinstance(node, Sequence) else self.keyed
        fallback = self.keyed or self.listed or self.single
        assert fallback is not None
        return (shape or fallback).load(node, reader, path)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"anyOf": [s.schema(definitions) for s in (self.single, self.listed, self.keyed) if s is not None]}


@immutable(frozen=True, slots=True)
class TextOrSecret(Plain):
    """A text, or the node of a secret, which goes as it is to where the spec's other sections are read."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and node.secret:
            return node
        text = reader.text(node, path)
        return BAD if text is None else text

    def schema(self, definitions: dict[str, Json]) -> Json:
        return ANY_TEXT


@immutable(frozen=True, slots=True)
class AsWritten(Plain):
    """A mapping of name to node, which goes as it is to where the spec's other sections are read."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        mapping = reader.mapping(node, path)
        return BAD if mapping is None else {key.text: value for key, value in mapping.pairs}

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "object"}


def _or_null(each: Json) -> Json:
    return {"anyOf": [each, {"type": "null"}]}
