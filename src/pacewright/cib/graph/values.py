"""What a picture shows: vertices, some of which are boxes around others, and edges; no parameter values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from pacewright.model.immutable import immutable

FORMAT, VERSION = "pacewright-graph", 1
FENCING_BOX = "box fencing"
BOXES = frozenset(("group", "clone", "promotable clone", "bundle", "fencing", "alike"))


class Line(StrEnum):
    """The kinds of lines, in the legend's order."""

    ORDER = "order"
    COLOCATION = "colocation"
    LOCATION = "location"
    PROMOTION = "promotion"
    TICKET = "ticket"
    FENCING = "fencing"


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@immutable(frozen=True, slots=True, kw_only=True)
class Vertex:
    """An object of the picture.

    ``key`` is unique; a resource's is its address (``resource p_IP``). ``kind``: primitive, template, one of BOXES
    (alike: see ``alike``), node, pattern, rule, ticket, tag, junction (where the lines of a set constraint meet),
    missing (named by a constraint, defined nowhere). ``parent``: key of the box around it. ``agent``: also a bundle's
    runtime.
    ``facts``: what to show on demand, by name. ``address``: the configuration object it stands for.
    """

    key: str
    kind: str
    id: str
    agent: str | None = None
    parent: str | None = None
    address: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    change: Change | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Edge:
    """A constraint, or a part of one, from vertex ``tail`` to vertex ``head`` (keys).

    Order: first to then. Colocation: the dependent to what it is placed with. Location: resource to node. Ticket:
    resource to ticket. Fencing: device to target. ``line`` is how it is drawn, ``base`` what it is: a promotion is an
    order, a colocation or a location of a promoted role. ``negative``: a score below zero keeps apart.
    """

    key: str
    line: Line
    base: Line
    id: str
    tail: str
    head: str
    address: str
    label: str = ""
    negative: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    change: Change | None = None


@immutable(frozen=True, slots=True)
class Graph:
    """``changes``: number of configuration objects by kind of change; None where nothing was compared."""

    vertices: Mapping[str, Vertex]
    edges: Mapping[str, Edge]
    changes: Mapping[Change, int] | None = None

    def members(self, box: str | None) -> list[Vertex]:
        """The vertices directly in a box (None: in no box), in order."""
        return [v for v in self.vertices.values() if v.parent == box]


def document(graph: Graph) -> dict[str, Any]:
    """The graph as the versioned JSON document."""
    found: dict[str, Any] = {
        "format": FORMAT, "version": VERSION,
        "nodes": [_vertex(v) for v in graph.vertices.values()],
        "edges": [_edge(e) for e in graph.edges.values()],
    }  # fmt: skip
    if graph.changes is not None:
        found["changes"] = {str(change): number for change, number in graph.changes.items()}
    return found


def _vertex(vertex: Vertex) -> dict[str, Any]:
    return {
        "key": vertex.key, "kind": vertex.kind, "id": vertex.id, "agent": vertex.agent, "parent": vertex.parent,
        "facts": dict(vertex.facts), "change": vertex.change,
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "key": edge.key, "kind": edge.line, "type": edge.base, "constraint": edge.id,
        "from": edge.tail, "to": edge.head, "label": edge.label, "facts": dict(edge.facts), "change": edge.change,
    }  # fmt: skip
