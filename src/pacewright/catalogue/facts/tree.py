"""YAML files as texts, lists and mappings that know their places, and one such tree laid over another.

Scalars stay text: ``no`` is no truth value here. Anchors and aliases are refused: a fact is written where it holds.
"""

from __future__ import annotations

from typing import Any

import yaml

from pacewright.model.immutable import immutable
from pacewright.model.report import Place, Reports

DEEPEST = 30
LARGEST = 4 * 1024 * 1024
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@immutable(frozen=True, slots=True)
class Text:
    """``text``: None for ``null``, ``~`` and nothing."""

    text: str | None
    place: Place


@immutable(frozen=True, slots=True)
class Items:
    items: tuple[Tree, ...]
    place: Place


@immutable(frozen=True, slots=True)
class Keys:
    """``pairs``: by key, with the place of the key."""

    pairs: dict[str, tuple[Place, Tree]]
    place: Place

    def get(self, key: str) -> Tree | None:
        pair = self.pairs.get(key)
        return pair[1] if pair is not None else None


Tree = Text | Items | Keys


def read_tree(data: bytes, file: str, reports: Reports) -> Tree | None:
    """The document of a file. None: it was reported why there is none."""
    if len(data) > LARGEST:
        reports.error("file-too-large", f"larger than {LARGEST // 1024 // 1024} MiB", Place(file))
        return None
    try:
        return _Reading(data.decode("utf-8-sig"), file, reports).document()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reports.error("not-utf8", f"byte {error.start} is not UTF-8", Place(file, line))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file, mark.line + 1 if mark is not None else None)
        reports.error("yaml-syntax", getattr(error, "problem", None) or str(error), place)
    return None


def laid_over(lower: Tree, upper: Tree) -> Tree:
    """``upper`` over ``lower``: mappings key by key, everything else as a whole; ``null`` removes a key."""
    if not isinstance(lower, Keys) or not isinstance(upper, Keys):
        return upper
    pairs = dict(lower.pairs)
    for key, (place, value) in upper.pairs.items():
        if isinstance(value, Text) and value.text is None:
            pairs.pop(key, None)
        elif key in pairs:
            pairs[key] = (place, laid_over(pairs[key][1], value))
        else:
            pairs[key] = (place, value)
    return Keys(pairs, upper.place)


class _TooDeep(yaml.YAMLError):
    def __init__(self, mark: Any) -> None:
        self.problem, self.problem_mark = f"nested more than {DEEPEST} levels deep", mark


class _Reading:
    """From libyaml's events, not by its composer, which recurses without a limit."""

    def __init__(self, text: str, file: str, reports: Reports) -> None:
        self.loader: Any = _LOADER(text)
        self.file, self.reports = file, reports

    def document(self) -> Tree | None:
        self.loader.get_event()  # the stream's start
        if isinstance(start := self.loader.get_event(), yaml.StreamEndEvent):
            self.reports.error("wrong-type", "the file says nothing", self.place(start))
            return None
        tree = self.tree(self.loader.get_event(), 0)
        self.loader.get_event()  # the document's end
        if not isinstance(more := self.loader.get_event(), yaml.StreamEndEvent):
            self.reports.error("several-documents", "a file is one YAML document", self.place(more))
        return tree

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1)

    def tree(self, event: Any, depth: int) -> Tree:
        if depth > DEEPEST:
            raise _TooDeep(event.start_mark)
        place = self.place(event)
        if getattr(event, "anchor", None) is not None:
            self.reports.error("yaml-anchor", "anchors and aliases are not used here", place, suggestion="write it out")
        if isinstance(event, yaml.AliasEvent):
            return Text(None, place)
        if isinstance(event, yaml.ScalarEvent):
            is_null = not event.style and event.value in ("", "null", "~")
            return Text(None if is_null else event.value, place)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := self.loader.get_event(), yaml.SequenceEndEvent):
                items.append(self.tree(inner, depth + 1))
            return Items(tuple(items), place)
        return self.keys(place, depth)

    def keys(self, place: Place, depth: int) -> Keys:
        pairs: dict[str, tuple[Place, Tree]] = {}
        while not isinstance(inner := self.loader.get_event(), yaml.MappingEndEvent):
            key = self.tree(inner, depth + 1)
            value = self.tree(self.loader.get_event(), depth + 1)
            if not isinstance(key, Text) or key.text is None:
                self.reports.error("bad-key", "a key is a word", key.place)
            elif key.text in pairs:
                first = pairs[key.text][0].line
                self.reports.error(
                    "duplicate-key", f"key '{key.text}' is given twice, first in line {first}", key.place
                )
            else:
                pairs[key.text] = (key.place, value)
        return Keys(pairs, place)
