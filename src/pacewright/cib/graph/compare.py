"""Two graphs as one: what is only after is added, what is only before is removed, the rest compared by meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from pacewright.cib.address import objects_of
from pacewright.cib.graph.build import build
from pacewright.cib.graph.values import BOXES, Change, Edge, Graph, Vertex
from pacewright.cib.meaning import meaning
from pacewright.cib.normal import Plain
from pacewright.model.configuration import Configuration

Item = TypeVar("Item", Vertex, Edge)
_DRAWN = ("resource ", "location ", "colocation ", "order ", "ticket ", "level ")
# Parts of a resource whose values may be or hold secrets: told by name only.
_UNTOLD = frozenset(("params", "options", "run-command", "carried", "carried-attributes", "secret", "description"))
_ABSENT = object()


def compare(before: Configuration, after: Configuration, hidden: frozenset[str] = frozenset()) -> Graph:
    """The union of both, with changes marked and counted by object."""
    old, new = _meanings(before, hidden), _meanings(after, hidden)
    changed = {a: text for a in old.keys() & new.keys() if (text := difference(old[a], new[a]))}
    past, present = build(before, hidden), build(after, hidden)
    vertices = _boxed(_union(past.vertices, present.vertices, changed))
    edges = _union(past.edges, present.edges, changed)
    counts = {
        Change.ADDED: len(new.keys() - old.keys()), Change.REMOVED: len(old.keys() - new.keys()),
        Change.CHANGED: len(changed),
    }  # fmt: skip
    return Graph(vertices, edges, counts)


def _meanings(configuration: Configuration, hidden: frozenset[str]) -> dict[str, Plain]:
    return {
        address: {"object": "clone" if element.tag == "master" else element.tag, **meaning(element)}
        for address, element in objects_of(configuration).items()
        if address.startswith(_DRAWN) and element.id not in hidden
    }


def _union(past: Mapping[str, Item], present: Mapping[str, Item], changed: Mapping[str, str]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for key, item in present.items():
        change = None if key in past else Change.ADDED
        if text := changed.get(item.address or ""):
            item = replace(item, facts={**item.facts, "changed": text})
            change = Change.CHANGED
        found[key] = replace(item, change=change)
    for key, item in past.items():
        if key not in found:
            found[key] = replace(item, change=Change.REMOVED)
    return found


def _boxed(vertices: dict[str, Vertex]) -> dict[str, Vertex]:
    """A removed vertex whose former box is no box any more stands alone."""
    boxes = {v.key for v in vertices.values() if v.kind in BOXES}
    return {k: v if v.parent in boxes else replace(v, parent=None) for k, v in vertices.items()}


def difference(old: Plain, new: Plain) -> str:
    """What differs, a line each: ``meta resource-stickiness: 0 → 100``; of parameters the name only."""
    return "\n".join(_differences("", old, new, told=True))


def _differences(path: str, old: Plain, new: Plain, told: bool) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            each = f"{path} {key}".strip()
            yield from _differences(each, old.get(key, _ABSENT), new.get(key, _ABSENT), told and key not in _UNTOLD)
    elif told:
        yield f"{path}: {_shown(old)} → {_shown(new)}"
    else:
        yield f"{path} {'added' if old is _ABSENT else 'removed' if new is _ABSENT else 'changed'}"


def _shown(value: Plain) -> str:
    if value is _ABSENT:
        return "none"
    if isinstance(value, list):
        return ", ".join(_shown(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k}={_shown(v)}" if k not in _UNTOLD else k for k, v in value.items())
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
