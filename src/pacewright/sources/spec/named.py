"""Tables of the spec: objects by id or name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.model.immutable import immutable
from pacewright.model.report import did_you_mean
from pacewright.sources.spec.nodes import Mapping, Node, Scalar
from pacewright.sources.spec.reader import BAD, NCNAME, Reader
from pacewright.sources.spec.records import Record, xml_text
from pacewright.sources.spec.scalars import ANY_TEXT, Json
from pacewright.sources.spec.tree import NoPlace, Tree, Writing

ID_PATTERN = f"^{NCNAME}$"


@immutable(frozen=True, slots=True)
class Words:
    """A text, one of ``choices`` if there are any."""

    choices: tuple[str, ...] = ()

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        if self.choices and text not in self.choices:
            near = did_you_mean(text[:100], self.choices)
            if len(self.choices) == 1:
                message, near = f"'{text[:100]}' is not '{self.choices[0]}'", f"write '{self.choices[0]}'"
            elif near is None:
                message, near = f"'{text[:100]}' is not a word for this", f"one of {', '.join(self.choices)}"
            else:
                message = f"'{text[:100]}' is not one of {', '.join(self.choices)}"
            reader.error("bad-choice", message, node, path, near)
            return BAD
        return text

    def dump(self, value: Any, writing: Writing) -> Tree:
        return str(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"enum": list(self.choices)} if self.choices else ANY_TEXT


@immutable(frozen=True, slots=True)
class Named:
    """Records by id (nodes: by name). ``word`` begins their addresses; without it they are found by path only.

    ``claims``: the keys are ids of the CIB, which are unique; names of nodes and users are not.
    """

    record: Record
    word: str = ""
    key_field: str = "id"
    claims: bool = True

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found = []
        mapping = reader.mapping(node, path)
        for key, value in mapping.pairs if mapping else ():
            address = f"{self.word} {key.text}" if self.word else f"{path}/{key.text}"
            element = load_named(self.record, key, value, reader, address, self)
            if element is not BAD:
                found.append(element)
        return tuple(found)

    def dump(self, value: Any, writing: Writing) -> Tree:
        tree: dict[str, Tree] = {}
        for each in value:
            key = getattr(each, self.key_field)
            if not key or key in tree:
                if not self.word:
                    raise NoPlace(f"<{each.tag}> without an id of its own")
                tree[label(tree)] = {"xml": xml_text(each)}
            else:
                tree[key] = self.record.dump(each, writing)
        return tree

    def schema(self, definitions: dict[str, Json]) -> Json:
        names: Json = {"propertyNames": {"pattern": ID_PATTERN}} if self.claims else {}
        return {"type": "object", **names, "additionalProperties": self.record.schema(definitions)}


def load_named(record: Record, key: Scalar, value: Node, reader: Reader, address: str, form: Named) -> Any:
    """The object of one key of a table."""
    reader.place(address, key)
    if isinstance(value, Mapping) and value.get("xml") is not None:
        element = record.load(value, reader, address)
        if form.claims and element is not BAD and element.id not in (None, key.text):
            reader.error("bad-xml", f"the element's id is '{element.id}', its key '{key.text}'", key, address)
        return element
    valid = reader.claim(key.text, key, address) if form.claims else True
    mapping = Mapping(key.line) if isinstance(value, Scalar) and value.is_null else reader.mapping(value, address)
    if mapping is None:
        return BAD
    mapping = replace(mapping, line=key.line)  # what is missing is missing where the object begins
    element = record.from_mapping(mapping, reader, address, **{form.key_field: key.text})
    return element if valid else BAD


def label(tree: dict[str, Tree]) -> str:
    """A key for XML that has no id."""
    number = 1
    while f"xml-{number}" in tree:
        number += 1
    return f"xml-{number}"
