"""The spec: pacewright's own YAML (docs/spec.md)."""

from __future__ import annotations

from collections.abc import Mapping

from pacewright.model.configuration import Configuration
from pacewright.model.origin import Origin
from pacewright.sources.loaded import Loaded
from pacewright.sources.read_back import readable
from pacewright.sources.spec.emitter import emit
from pacewright.sources.spec.loader import load
from pacewright.sources.spec.writer import spec_tree


def read(data: bytes, name: str) -> Loaded:
    """The configuration of a spec. Raises SpecError with every mistake."""
    return load(data, name)


def write(configuration: Configuration, origins: Mapping[str, Origin] | None = None) -> str:
    """The configuration as a spec. ``origins``: by address, told in comments. Raises ConversionError naming what has no
    place."""
    text = emit(spec_tree(configuration), _comments(origins or {}))
    return readable(text, configuration, read, duplicate="duplicate-id", bad="bad-id")


def _comments(origins: Mapping[str, Origin]) -> dict[tuple[str, str], str]:
    """By section and key."""
    from pacewright.architectures.draft import WORDS

    sections = {word: section for section, word in WORDS.items()} | {"level": "fencing-topology"}
    named = [(address.partition(" "), origin) for address, origin in origins.items()]
    found = {(sections[word], name): origin.rule for (word, _, name), origin in named if word in sections}
    of_nodes: dict[str, dict[str, None]] = {}
    for (word, _, name), origin in named:
        if word == "node":
            of_nodes.setdefault(name.partition(" ")[0], {})[origin.rule] = None
    return found | {("nodes", node): "; ".join(rules) for node, rules in of_nodes.items()}
