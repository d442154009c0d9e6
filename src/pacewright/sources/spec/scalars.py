"""Single values and lists of ids: what is valid, read, written, as JSON Schema.

Every shape of the spec has the three methods of ``Shape``; the tables of ``description`` are made of shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from pacewright.model.element import Attribute, Element, Kind
from pacewright.model.immutable import immutable
from pacewright.model.report import did_you_mean
from pacewright.model.values import boolean, milliseconds, role, score
from pacewright.sources.spec.nodes import Node
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.tree import NoPlace, Tree, Writing, is_carrying

Json = dict[str, Any]
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
ANY_TEXT: Json = {"type": ["string", "number", "boolean"]}


class Shape(Protocol):
    """``load``: the model's value, BAD once reported. ``dump``: the reverse; raises NoPlace."""

    def load(self, node: Node, reader: Reader, path: str) -> Any: ...
    def dump(self, value: Any, writing: Writing) -> Tree: ...
    def schema(self, definitions: dict[str, Json]) -> Json: ...


@immutable(frozen=True, slots=True)
class Checked:
    """How values of a kind are judged: report code, what is expected, test, JSON Schema."""

    code: str
    expected: str
    valid: Callable[[str], bool]
    schema: Json


def anycase(word: str) -> str:
    """A regular expression (ECMA too) for a word in any case."""
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else re.escape(c) for c in word)


_BOOLEANS = ("true", "false", "yes", "no", "on", "off", "y", "n", "1", "0")
_ROLES = ("Promoted", "Unpromoted", "Started", "Stopped", "Master", "Slave")
_TIME_PATTERN = r"^\s*[0-9]+\s*([uUmM]?[sS]|([uUmM]?[sS][eE][cC])|[mM]|[mM][iI][nN]|[hH][rR]?)?\s*$|^P[0-9WDTHMS]+$"
_SCORE_PATTERN = r"^\s*[+-]?([0-9]+|[iI][nN][fF]([iI][nN][iI][tT][yY])?)\s*$"


def _words(words: tuple[str, ...]) -> Json:
    pattern = "|".join(anycase(word) for word in words)
    return {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": f"^\\s*({pattern})\\s*$"}]}


CHECKS = {
    Kind.TIME: Checked(
        "bad-time", "a time such as 30, 30s, 500ms, 2min, 1h, PT30S", lambda t: milliseconds(t) is not None,
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _TIME_PATTERN}]},
    ),
    Kind.SCORE: Checked(
        "bad-score", "a score: a number, INFINITY or -INFINITY", lambda t: score(t) is not None,
        {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": _SCORE_PATTERN}]},
    ),
    Kind.BOOLEAN: Checked(
        "bad-boolean", "true or false", lambda t: boolean(t) is not None,
        {"anyOf": [{"type": "boolean"}, {"enum": [0, 1]}, *_words(_BOOLEANS)["anyOf"][1:]]},
    ),
    Kind.INTEGER: Checked(
        "bad-integer", "a number", lambda t: _INTEGER.fullmatch(t) is not None,
        {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[+-]?[0-9]{1,18}$"}]},
    ),
    Kind.ROLE: Checked("bad-role", f"one of {', '.join(_ROLES[:4])}", lambda t: role(t) is not None, _words(_ROLES)),
}  # fmt: skip


@immutable(frozen=True, slots=True)
class Text:
    """The text of one XML attribute, judged by its declaration in the model."""

    attribute: Attribute

    def problem(self, text: str) -> tuple[str, str, str | None] | None:
        """(report code, sentence, suggestion) of a bad value."""
        kind = self.attribute.kind
        if (check := CHECKS.get(kind)) is not None:
            return None if check.valid(text) else (check.code, f"'{text[:100]}' is not {check.expected}", None)
        choices = self.attribute.choices
        if kind is Kind.NAME and choices and text.lower() not in (c.lower() for c in choices):
            listed = ", ".join(choices)
            return "bad-choice", f"'{text[:100]}' is not one of {listed}", did_you_mean(text[:100], choices)
        return None

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        reader.place(path, node)
        if (problem := self.problem(text)) is not None:
            reader.error(problem[0], problem[1], node, path, problem[2])
            return BAD
        return text

    def dump(self, value: Any, writing: Writing) -> Tree:
        if self.problem(value) is not None:
            raise NoPlace(f"{self.attribute.name}={value!r}")
        return str(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        if (check := CHECKS.get(self.attribute.kind)) is not None:
            definitions.setdefault(self.attribute.kind.value, check.schema)
            return {"$ref": f"#/$defs/{self.attribute.kind.value}"}
        return _words(self.attribute.choices) if self.attribute.choices else ANY_TEXT


@immutable(frozen=True, slots=True)
class Netmask(Text):
    """Its bits. As dotted numbers, which addresses have had long, it is told what these are in bits."""

    attribute: Attribute = Attribute("netmask", Kind.INTEGER)

    def problem(self, text: str) -> tuple[str, str, str | None] | None:
        from ipaddress import ip_network

        found = Text.problem(self, text)
        if found is None:
            return None
        try:
            bits = f"'{ip_network(f'0.0.0.0/{text}').prefixlen}'" if "." in text else None
        except ValueError:
            bits = None
        return "bad-netmask", f"'{text[:100]}' is no number of bits", bits or "such as 24"


@immutable(frozen=True, slots=True)
class Ids:
    """A list of ids or names. ``joined``: the model holds one text with commas between."""

    joined: bool = False

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        reader.place(path, node)
        texts = [text for item in reader.items(node, path) if (text := reader.text(item, path)) is not None]
        if not self.joined:
            return tuple(texts)
        for item, text in zip(reader.items(node, path), texts, strict=False):
            if "," in text or text != text.strip() or not text:
                reader.error("bad-id", f"'{text[:100]}' is no id: give a list of ids", item, path)
        return ",".join(texts) if texts else BAD

    def dump(self, value: Any, writing: Writing) -> Tree:
        if self.joined:
            return [part.strip() for part in value.split(",") if part.strip()]
        return list(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": ANY_TEXT, **({"minItems": 1} if self.joined else {})}


@immutable(frozen=True, slots=True)
class Flag:
    """``true`` for an empty element whose presence says yes."""

    cls: type[Element]
    tag: str

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        if (wanted := boolean(text)) is None:
            reader.error("bad-boolean", f"'{text[:100]}' is not true or false", node, path)
            return BAD
        return self.cls(tag=self.tag) if wanted else None

    def dump(self, value: Any, writing: Writing) -> Tree:
        if is_carrying(value) or value.id in writing.referenced:
            raise NoPlace(f"<{value.tag}> with more than its presence")
        return "true"

    def schema(self, definitions: dict[str, Json]) -> Json:
        return Text(Attribute(self.tag, Kind.BOOLEAN)).schema(definitions)
