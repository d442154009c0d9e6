"""What every kind of entry needs while a file is read: values of a tree, judged one by one, problems reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from pacewright.catalogue.data import load
from pacewright.catalogue.facts.tree import Items, Keys, Text, Tree
from pacewright.catalogue.facts.values import Evidence, Pairs
from pacewright.catalogue.releases import release_named, releases, within
from pacewright.model.report import Place, Reports, did_you_mean

CERTAINTIES = ("verified", "derived", "convention", "memory")
ORIGIN_KEYS = ("source", "certainty")
SPAN_KEYS = ("since", "until")
T = TypeVar("T")
_OPTION = re.compile(r"%\{option:([^}=]+)\}")  # one with a default of its own needs no declaration


class Reader:
    """Answers None where a value is missing or was reported.

    ``references``: names that entries use, with what they are (``service``, ``group``, ``need``, ``option``) and where;
    judged when all files are read. ``conditions``: values that options are compared with.
    ``places``: of services and groups, by name. ``failed``: those that cannot be read.
    """

    def __init__(self, reports: Reports) -> None:
        self.reports = reports
        self.references: list[tuple[str, str, Place]] = []
        self.conditions: list[tuple[str, str, Place]] = []
        self.places: dict[str, Place] = {}
        self.failed: set[str] = set()

    def error(self, code: str, message: str, place: Place, suggestion: str | None = None) -> None:
        self.reports.error(code, message, place, suggestion=suggestion)

    def keys(self, tree: Tree | None, known: Iterable[str]) -> Keys | None:
        """A mapping; keys that are not known are reported."""
        if tree is None:
            return None
        if not isinstance(tree, Keys):
            self.error("wrong-type", f"a mapping is expected, not {_what(tree)}", tree.place)
            return None
        names = tuple(known)
        for key, (place, _) in tree.pairs.items():
            if key not in names:
                hint = did_you_mean(key, names) or f"one of {', '.join(names)}"
                self.error("unknown-key", f"unknown key '{key}'", place, hint)
        return tree

    def text(self, tree: Tree | None) -> str | None:
        if tree is None or (isinstance(tree, Text) and tree.text is None):
            return None
        if isinstance(tree, Text):
            if tree.text is not None and "%{option:" in tree.text:
                self.references += [("option", name, tree.place) for name in _OPTION.findall(tree.text)]
            return tree.text
        self.error("wrong-type", f"a value is expected, not {_what(tree)}", tree.place)
        return None

    def is_new(self, name: str, place: Place) -> bool:
        """Takes the name of a service or group."""
        if name in self.places:
            self.error("duplicate-name", f"'{name}' is described in {self.places[name]}, too", place)
            return False
        self.places[name] = place
        return True

    def name_of(self, kind: str, tree: Tree | None) -> str | None:
        """A name that another entry must have."""
        text = self.text(tree)
        if text is not None and tree is not None:
            self.references.append((kind, text, tree.place))
        return text

    def names_of(self, kind: str, tree: Tree | None) -> tuple[str, ...]:
        return self.each(tree, lambda each: self.name_of(kind, each))

    def needed(self, keys: Keys, key: str) -> str | None:
        text = self.text(keys.get(key))
        if text is None and not isinstance(keys.get(key), Items | Keys):
            self.error("missing-key", f"'{key}' is missing", keys.place)
        return text

    def choice(self, tree: Tree | None, choices: Iterable[str]) -> str | None:
        text, words = self.text(tree), tuple(choices)
        if text is None or tree is None or text in words:
            return text
        hint = did_you_mean(text, words) or f"one of {', '.join(words)}"
        self.error("unknown-value", f"'{text}' is not known here", tree.place, hint)
        return None

    def number(self, tree: Tree | None) -> int | None:
        """A port, or a place among others."""
        text = self.text(tree)
        if text is None or tree is None:
            return None
        if text.isdecimal() and 0 < int(text) < 65536:
            return int(text)
        self.error("unknown-value", f"'{text[:100]}' is no number from 1 to 65535", tree.place)
        return None

    def flag(self, tree: Tree | None) -> bool | None:
        word = self.choice(tree, ("true", "false"))
        return None if word is None else word == "true"

    def pairs(self, tree: Tree | None) -> Pairs:
        """Names and values, both text."""
        if tree is None:
            return {}
        if not isinstance(tree, Keys):
            self.error("wrong-type", f"a mapping is expected, not {_what(tree)}", tree.place)
            return {}
        found = {key: self.text(value) for key, (_, value) in tree.pairs.items()}
        return {key: text for key, text in found.items() if text is not None}

    def condition(self, keys: Keys) -> Pairs:
        """The key ``when``: values by option."""
        tree = keys.get("when")
        if isinstance(tree, Keys):
            self.references += [("option", name, place) for name, (place, _) in tree.pairs.items()]
            self.conditions += [
                (name, value.text, value.place)
                for name, (_, value) in tree.pairs.items() if isinstance(value, Text) and value.text is not None
            ]  # fmt: skip
        return self.pairs(tree)

    def items(self, tree: Tree | None) -> tuple[Tree, ...]:
        """The items of a list; one item may stand without one."""
        if tree is None or (isinstance(tree, Text) and tree.text is None):
            return ()
        return tree.items if isinstance(tree, Items) else (tree,)

    def texts(self, tree: Tree | None) -> tuple[str, ...]:
        return tuple(text for text in map(self.text, self.items(tree)) if text is not None)

    def each(self, tree: Tree | None, read: Callable[[Tree], T | None]) -> tuple[T, ...]:
        return tuple(one for one in map(read, self.items(tree)) if one is not None)

    def release(self, tree: Tree | None) -> str | None:
        text = self.text(tree)
        if text is None or tree is None:
            return None
        name = release_named(text)
        if name is None:
            self.error("unknown-release", f"no release '{text}'", tree.place, did_you_mean(text, releases()))
        return name

    def span(self, keys: Keys) -> tuple[str | None, str | None]:
        since, until = self.release(keys.get("since")), self.release(keys.get("until"))
        if since is not None and until is not None and not within(since, None, until):
            self.error("empty-span", f"'until: {until}' is before 'since: {since}'", keys.pairs["until"][0])
            return None, None
        return since, until

    def origin(self, keys: Keys, outer: Evidence | None) -> Evidence:
        """The entry's own source and certainty, else those of what it stands in."""
        sources = self.texts(keys.get("source"))
        for name, item in zip(sources, self.items(keys.get("source")), strict=False):
            if name not in load("sources"):
                self.error("unknown-source", f"no source '{name}'", item.place, did_you_mean(name, load("sources")))
        certainty = self.choice(keys.get("certainty"), CERTAINTIES)
        if outer is None:
            for key, value in (("source", sources), ("certainty", certainty)):
                if not value and key not in keys.pairs:
                    self.error("missing-key", f"'{key}' is missing: of facts that say nothing else", keys.place)
            outer = Evidence((), "memory")
        return Evidence(sources or outer.sources, certainty or outer.certainty)


def _what(tree: Tree) -> str:
    if isinstance(tree, Text):
        return "nothing" if tree.text is None else "a single value"
    return "a list" if isinstance(tree, Items) else "a mapping"
