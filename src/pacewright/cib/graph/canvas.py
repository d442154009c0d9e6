"""The graph while it grows: each thing that a constraint names becomes a vertex once."""

from __future__ import annotations

from collections.abc import Mapping

from pacewright.cib.address import constraint_kind
from pacewright.cib.graph.values import Edge, Graph, Line, Vertex
from pacewright.cib.meaning import spec_key
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Constraint, ResourceSet
from pacewright.model.element import Element, attributes_of


class Canvas:
    def __init__(self, configuration: Configuration) -> None:
        self.vertices: dict[str, Vertex] = {}
        self.edges: dict[str, Edge] = {}
        self._tags = {tag.id: tag for tag in configuration.tags}
        self._sets = {s.id: s for c in configuration.constraints for s in c.sets if s.id and not s.id_ref}

    def add(self, vertex: Vertex) -> str:
        """Its key. The first of two with one key stays."""
        self.vertices.setdefault(vertex.key, vertex)
        return vertex.key

    def resource(self, identity: str) -> str:
        """The key of a resource, or of the tag of that id; something undefined is drawn as missing."""
        key = f"resource {identity}"
        if key in self.vertices:
            return key
        if tag := self._tags.get(identity):
            facts = {"id": identity, "kind": "tag", "objects": ", ".join(tag.objects)}
            return self.add(Vertex(key=f"tag {identity}", kind="tag", id=identity, facts=facts))
        facts = {"id": identity, "kind": "not defined"}
        return self.add(Vertex(key=f"missing {identity}", kind="missing", id=identity, facts=facts))

    def sets_of(self, constraint: Constraint) -> list[ResourceSet]:
        """The constraint's sets, references to sets of other constraints followed."""
        return [self._sets.get(s.id_ref, s) if s.id_ref else s for s in constraint.sets]

    def named(self, kind: str, name: str, facts: Mapping[str, str] | None = None) -> str:
        """The key of a node, ticket, pattern or rule."""
        return self.add(Vertex(key=f"{kind} {name}", kind=kind, id=name, facts=facts or {"id": name, "kind": kind}))

    def edge(
        self,
        constraint: Element,
        line: Line,
        tail: str,
        head: str,
        *,
        label: str = "",
        negative: bool = False,
        base: Line | None = None,
        address: str | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        where = address or address_of(constraint)
        key = f"{where} | {tail} | {head}"
        while key in self.edges:
            key += "+"
        self.edges[key] = Edge(
            key=key, line=line, id=constraint.id or "", tail=tail, head=head, address=where, label=label,
            negative=negative, base=base or line, facts=facts if facts is not None else facts_of(constraint),
        )  # fmt: skip

    def graph(self) -> Graph:
        return Graph(self.vertices, self.edges)


def address_of(constraint: Element) -> str:
    return f"{constraint_kind(constraint)} {constraint.id}" if isinstance(constraint, Constraint) else constraint.tag


def facts_of(element: Element) -> dict[str, str]:
    """The attributes that an element states, by the spec's names."""
    facts = {
        "id": element.id or "",
        "kind": constraint_kind(element) if isinstance(element, Constraint) else element.tag,
    }
    for field, _ in attributes_of(type(element)):
        value = getattr(element, field)
        if value is not None and field != "id":
            facts["order kind" if field == "kind" else spec_key(field)] = str(value)
    return facts
