"""Resources with the same constraints towards the same partners, put into one box with one line for each.

Without it, a hundred virtual machines are a column of a hundred with a bundle of lines that nobody can follow.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from pacewright.cib.graph.values import Edge, Graph, Vertex

FEWEST = 4
_JOINED = ("id", "resource", "with-resource", "first", "then")  # facts that differ between lines that are alike
Ends = tuple[Edge, ...]


def merged(graph: Graph) -> Graph:
    """The graph with such boxes, for pictures. Where nothing is alike, the graph itself."""
    touching = _touching(graph)
    families: dict[Hashable, list[str]] = {}
    for key, edges in touching.items():
        families.setdefault(_signature(graph.vertices[key], edges), []).append(key)
    # Two families with lines between them cannot both be merged: one line would need both boxes.
    taken: set[str] = set()
    for family in families.values():
        partners = {k for e in touching[family[0]] for k in (e.tail, e.head)} - {family[0]}
        if len(family) >= FEWEST and not partners & taken:
            taken.update(family)
            graph = _with_box(graph, family, touching)
    return graph


def _touching(graph: Graph) -> dict[str, Ends]:
    """The edges of each resource that stands in no box and has lines for itself only."""
    found: dict[str, list[Edge]] = {}
    inner = {v.key for v in graph.vertices.values() if v.parent is not None}
    for edge in graph.edges.values():
        for key in {edge.tail, edge.head}:
            found.setdefault(key, []).append(edge)
    mixed = {graph.vertices[k].parent for k in found if k in inner}
    return {
        k: tuple(edges) for k, edges in found.items()
        if graph.vertices[k].kind == "primitive" and k not in inner and k not in mixed
        and all("junction" not in (graph.vertices[e.tail].kind, graph.vertices[e.head].kind) for e in edges)
    }  # fmt: skip


def _signature(vertex: Vertex, edges: Iterable[Edge]) -> Hashable:
    return vertex.change, tuple(sorted(_line_signature(vertex.key, e) for e in edges))


def _line_signature(key: str, edge: Edge) -> tuple[str, ...]:
    """A line as seen from one of its ends."""
    ends = ["*" if k == key else k for k in (edge.tail, edge.head)]
    facts = [f"{n}={v}" for n, v in edge.facts.items() if n not in _JOINED]
    return (*ends, edge.line, edge.base, edge.label, str(edge.negative), str(edge.change), *facts)


def _with_box(graph: Graph, family: list[str], touching: dict[str, Ends]) -> Graph:
    name = f"{len(family)} with the same constraints"
    facts = {"kind": name, "resources": ", ".join(graph.vertices[k].id for k in family)}
    box = Vertex(key=f"alike {family[0]}", kind="alike", id=name, facts=facts)
    vertices = {k: replace(v, parent=box.key) if k in family else v for k, v in graph.vertices.items()}
    gone = {e.key for k in family for e in touching[k]}
    edges = {k: e for k, e in graph.edges.items() if k not in gone}
    lines: dict[tuple[str, ...], list[tuple[str, Edge]]] = {}
    for key in family:
        for edge in touching[key]:
            lines.setdefault(_line_signature(key, edge), []).append((key, edge))
    for same in lines.values():
        edge = _joined(box.key, same)
        edges[edge.key] = edge
    return Graph({box.key: box, **vertices}, edges, graph.changes)


def _joined(box: str, same: list[tuple[str, Edge]]) -> Edge:
    """One line for many; what differs between them is listed."""
    key, edge = same[0]
    facts = dict(edge.facts)
    for name in _JOINED:
        if name in facts:
            facts[name] = ", ".join(dict.fromkeys(e.facts.get(name, "") for _, e in same))
    tail, head = (box if k == key else k for k in (edge.tail, edge.head))
    return replace(edge, key=f"alike {edge.key}", id=facts.get("id", edge.id), tail=tail, head=head, facts=facts)
