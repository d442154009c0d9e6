"""YAML text as nodes that know their lines. Scalars stay text.

Everything is bounded: size, depth, what aliases expand to.

Built from libyaml's events, not by its composer: the composer of the C library recurses without a limit
(PyYAML 6.0 ends with a crash of the process on a file of a million ``[``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Report, Reports
from pacewright.sources.text import NOT_XML, decoded, without

LARGEST = 32 * 1024 * 1024
DEEPEST = 40
MOST_ALIASED = 100_000
SECRET_TAG = "!secret"  # noqa: S105 (a tag)
_STANDARD = "tag:yaml.org,2002:"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
    """``text`` as written, ``line`` from 1. ``quoted``: in quotes, a block or with a tag, so never null."""

    text: str
    line: int
    quoted: bool = False
    secret: bool = False
    size: int = 1

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.text in ("", "null", "~")


@dataclass(slots=True)
class Sequence:
    line: int
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Mapping:
    """Keys are unique and never null; merge keys have been merged."""

    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    size: int = 1

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Scalar | Sequence | Mapping


def parse_yaml(data: bytes, file: str, reports: Reports) -> Node:
    """The only document of the file. Raises SpecError where reading cannot go on; adds to ``reports`` where it can."""
    text = without(_UNPRINTABLE, decoded(data, file, largest=LARGEST), file)
    try:
        root = _Builder(text, file, reports).document()
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, file) from None
    if root is None or (isinstance(root, Scalar) and root.is_null):
        raise _fatal("empty-spec", "the file says nothing; an empty configuration is '{}'", file, 1)
    return root


def _fatal(code: str, message: str, file: str, line: int | None, suggestion: str | None = None) -> SpecError:
    return SpecError([Report(code, message, place=Place(file, line), suggestion=suggestion)])


def _syntax_error(error: yaml.YAMLError, text: str, file: str) -> SpecError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else None
    problem = getattr(error, "problem", None) or "not YAML"
    if "nesting depth" in problem:  # a bound of libyaml itself, which the scanner may meet first
        return _fatal("too-deep", f"nested more than {DEEPEST} levels deep", file, line)
    context = getattr(error, "context", None)
    written = text.split("\n")[mark.line : mark.line + 1] if mark is not None else []
    if written and "\t" in re.match(r"\s*", written[0])[0]:  # type: ignore[index]  # always matches
        return _fatal("yaml-tab", "a tab in the indentation", file, line, "indent with spaces")
    return _fatal("yaml-syntax", f"{problem} {context}" if context else problem, file, line)


class _Builder:
    def __init__(self, text: str, file: str, reports: Reports) -> None:
        self.loader: Any = _LOADER(text)
        self.file, self.reports = file, reports
        self.anchors: dict[str, Node | None] = {}
        self.aliased = 0

    def error(self, code: str, message: str, line: int, suggestion: str | None = None) -> None:
        self.reports.error(code, message, Place(self.file, line), suggestion=suggestion)

    def document(self) -> Node | None:
        self.loader.get_event()  # the stream's start
        if isinstance(self.loader.get_event(), yaml.StreamEndEvent):
            return None
        root = self.node(self.loader.get_event(), 0)
        self.loader.get_event()  # the document's end
        following = self.loader.get_event()
        if not isinstance(following, yaml.StreamEndEvent):
            line = following.start_mark.line + 1
            raise _fatal("several-documents", "a spec is one YAML document", self.file, line, "remove '---'")
        return root

    def node(self, event: Any, depth: int) -> Node:
        line: int = event.start_mark.line + 1
        if depth > DEEPEST:
            raise _fatal("too-deep", f"nested more than {DEEPEST} levels deep", self.file, line)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor), line)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(event, line, depth)
        else:
            node = self.mapping(event, line, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def alias(self, name: str, line: int) -> Node:
        if name not in self.anchors:
            raise _fatal("unknown-anchor", f"no '&{name}' before '*{name}'", self.file, line)
        node = self.anchors[name]
        if node is None:
            raise _fatal("recursive-alias", f"'*{name}' stands inside '&{name}'", self.file, line)
        self.aliased += node.size
        if self.aliased > MOST_ALIASED:
            message = f"aliases expand to more than {MOST_ALIASED} values"
            raise _fatal("alias-bomb", message, self.file, line)
        return node

    def scalar(self, event: Any, line: int) -> Scalar:
        text, tag = event.value, event.tag
        secret = tag == SECRET_TAG
        if tag not in (None, "!", SECRET_TAG, _STANDARD + "str"):
            self.unknown_tag(tag, line)
        if event.style == '"' and (found := NOT_XML.search(text)) is not None:
            self.error("bad-character", f"character U+{ord(found[0]):04X} is not allowed", line)
            text = NOT_XML.sub("\ufffd", text)
        return Scalar(text, line, event.style not in (None, "") or tag is not None, secret)

    def unknown_tag(self, tag: str, line: int) -> None:
        shown = "!!" + tag.removeprefix(_STANDARD) if tag.startswith(_STANDARD) else tag
        self.error("unknown-tag", f"tag '{shown}' is not accepted", line, "the only tag is !secret")

    def sequence(self, event: Any, line: int, depth: int) -> Sequence:
        if event.tag not in (None, "!", _STANDARD + "seq"):
            self.unknown_tag(event.tag, line)
        node = Sequence(line)
        while not isinstance(inner := self.loader.get_event(), yaml.SequenceEndEvent):
            item = self.node(inner, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def mapping(self, event: Any, line: int, depth: int) -> Mapping:
        if event.tag not in (None, "!", _STANDARD + "map"):
            self.unknown_tag(event.tag, line)
        node = Mapping(line)
        seen: dict[str, int] = {}
        merged: list[Node] = []
        while not isinstance(inner := self.loader.get_event(), yaml.MappingEndEvent):
            key = self.node(inner, depth + 1)
            value = self.node(self.loader.get_event(), depth + 1)
            node.size += key.size + value.size
            if isinstance(key, Scalar) and key.text == "<<" and not key.quoted:
                merged.append(value)
            elif isinstance(key, Scalar) and self.is_new_key(key, seen):
                node.pairs.append((key, value))
            elif not isinstance(key, Scalar):
                self.error("bad-key", "a mapping or list as a key", key.line)
        for each in merged:
            self.merge(node, each, seen)
        return node

    def is_new_key(self, key: Scalar, seen: dict[str, int]) -> bool:
        if key.is_null and key.text != "null":
            self.error("bad-key", "an empty key", key.line)
        elif key.text in seen:
            self.error("duplicate-key", f"key '{key.text}' is given twice, first in line {seen[key.text]}", key.line)
        else:
            seen[key.text] = key.line
            return True
        return False

    def merge(self, node: Mapping, source: Node, seen: dict[str, int]) -> None:
        """``<<``: keys of other mappings that this one does not have; earlier ones win."""
        for each in source.items if isinstance(source, Sequence) else [source]:
            if not isinstance(each, Mapping):
                self.error("bad-merge", "'<<' takes a mapping or a list of mappings", source.line)
                continue
            for key, value in each.pairs:
                if key.text not in seen:
                    seen[key.text] = key.line
                    node.pairs.append((key, value))
