"""A graph in Graphviz's language, laid out from left to right: members of a box stand below each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pacewright.cib.graph.legend import legend
from pacewright.cib.graph.quote import quoted, rich, shortened
from pacewright.cib.graph.style import BOXES, CHANGES, FONT, INK, LINES, MUTED, PAPER, SHAPES, UNCHANGED
from pacewright.cib.graph.values import BOXES as BOX_KINDS
from pacewright.cib.graph.values import Change, Edge, Graph, Line, Vertex

MANY_EDGES = 250
CROWDED = 2  # more lines than this to one node, rule or ticket: each resource gets a copy of it at its side
TALLEST = 16  # members of a box in one column
ROW = 6  # vertices without lines stand in rows of so many


def dot_text(graph: Graph, *, tooltips: bool = True, with_legend: bool = True) -> str:
    """The graph as text for ``dot``. Names are v0, v1, ... and e0, e1, ... in the order of the graph's mappings;
    they are the ids of the SVG's elements too."""
    return "\n".join(_Writer(graph, tooltips).lines(with_legend)) + "\n"


def names_of(graph: Graph) -> tuple[dict[str, str], dict[str, str]]:
    """Vertex key to name, edge key to name."""
    return (
        {key: f"v{n}" for n, key in enumerate(graph.vertices)},
        {key: f"e{n}" for n, key in enumerate(graph.edges)},
    )


def copied(graph: Graph) -> frozenset[str]:
    """Keys of nodes, rules and tickets that so many lines lead to that each line gets its own copy."""
    towards = Counter(e.head for e in graph.edges.values())
    kinds = ("node", "rule", "ticket")
    return frozenset(k for k, number in towards.items() if number > CROWDED and graph.vertices[k].kind in kinds)


class _Writer:
    def __init__(self, graph: Graph, tooltips: bool) -> None:
        self.graph, self.tooltips = graph, tooltips
        self.vertex_names, self.edge_names = names_of(graph)
        self.inside: dict[str | None, list[Vertex]] = {}
        for vertex in graph.vertices.values():
            self.inside.setdefault(vertex.parent, []).append(vertex)
        self.copied = copied(graph)

    def lines(self, with_legend: bool) -> Iterator[str]:
        yield "digraph pacewright {"
        yield f"  graph [{_attributes(self._graph_attributes())}];"
        node = {"fontname": FONT, "fontsize": "12", "fontcolor": INK, "height": "0.3", "margin": "0.15,0.05"}
        yield f"  node [{_attributes(node)}];"
        yield f"  edge [{_attributes({'fontname': FONT, 'fontsize': '10', 'arrowsize': '0.7'})}];"
        for vertex in self.inside.get(None, ()):
            if vertex.key not in self.copied:
                yield from self._vertex(vertex, "  ")
        yield from self._rows_of_the_unconnected()
        for edge in self.graph.edges.values():
            if edge.head in self.copied:
                yield self._copy(edge)
            yield self._edge(edge)
        if with_legend:
            yield from legend(self.graph)
        yield "}"

    def _graph_attributes(self) -> dict[str, str]:
        many = len(self.graph.edges) > MANY_EDGES
        return {
            "rankdir": "LR", "compound": "true", "fontname": FONT, "fontsize": "12", "bgcolor": PAPER,
            "nodesep": "0.16", "ranksep": "0.9" if many else "0.6",
            "splines": "polyline" if many else "true", "outputorder": "edgesfirst", "nslimit": "2", "nslimit1": "2",
            "mclimit": "0.3" if many else "1",
        }  # fmt: skip

    def _vertex(self, vertex: Vertex, indent: str) -> Iterator[str]:
        if vertex.kind in BOX_KINDS:
            yield from self._box(vertex, indent)
        else:
            yield f"{indent}{self.vertex_names[vertex.key]} [{_attributes(self._looks(vertex), _label(vertex))}];"

    def _box(self, box: Vertex, indent: str) -> Iterator[str]:
        name = self.vertex_names[box.key]
        yield f"{indent}subgraph cluster_{name} {{"
        yield f"{indent}  graph [{_attributes({**self._looks(box), 'labeljust': 'l', 'margin': '9'}, _label(box))}];"
        members = self.inside.get(box.key, [])
        for member in members:
            yield from self._vertex(member, indent + "  ")
        if not members:
            yield f'{indent}  {name} [shape="point", style="invis"];'
        simple = [self.vertex_names[m.key] for m in members if m.kind not in BOX_KINDS]
        yield from self._arranged(simple, indent + "  ")
        yield f"{indent}}}"

    def _arranged(self, names: list[str], indent: str) -> Iterator[str]:
        """Members below each other; many of them in several columns."""
        columns = _columns(names)
        for column in columns:
            if len(column) > 1:
                # Left to right, a rank grows upwards; the chain is turned round to list members from the top.
                chain = " -> ".join(reversed(column))
                yield f'{indent}{{ rank="same"; edge [style="invis"]; {chain}; }}'
        for left, right in pairwise(columns):
            yield f'{indent}{left[0]} -> {right[0]} [style="invis", weight="9"];'

    def _looks(self, vertex: Vertex) -> dict[str, str]:
        """Attributes of a node, or of a cluster for a box."""
        look = BOXES[vertex.kind] if vertex.kind in BOX_KINDS else SHAPES[vertex.kind]
        found = {
            "id": self.vertex_names[vertex.key],
            "class": " ".join(filter(None, (f"kind-{vertex.kind.replace(' ', '-')}", vertex.change))),
            "style": look.style, "fillcolor": look.fill, "color": look.border,
        }  # fmt: skip
        if look.shape:
            found["shape"] = look.shape
        if vertex.kind == "junction":
            found["width"] = "0.09"
        if vertex.change is not None:
            found.update(color=CHANGES[vertex.change], penwidth="2.4")
            if vertex.change is Change.REMOVED:
                found["style"] = f"{look.style},dashed"
        return self._with_tooltip(found, vertex.facts)

    def _copy(self, edge: Edge) -> str:
        """A small copy of the edge's head; its name is the edge's with c for e."""
        vertex, name = self.graph.vertices[edge.head], self._copy_name(edge)
        looks = {**self._looks(vertex), "id": name, "fontsize": "10", "height": "0.2", "margin": "0.06,0.02"}
        looks["class"] += " copy"
        label = " ".join(filter(None, (shortened(vertex.id, 40), shortened(edge.label, 24))))
        return f"  {name} [{_attributes(looks, rich(label))}];"

    def _copy_name(self, edge: Edge) -> str:
        return f"c{self.edge_names[edge.key][1:]}"

    def _rows_of_the_unconnected(self) -> Iterator[str]:
        """Invisible lines, since dot stacks what has no lines into one high column."""
        alone = [self._anchor(v.key) for v in self._unconnected()]
        for start in range(0, len(alone), ROW):
            if len(row := alone[start : start + ROW]) > 1:
                yield f'  {" -> ".join(row)} [style="invis", weight="9"];'

    def _unconnected(self) -> list[Vertex]:
        busy = {b for e in self.graph.edges.values() for k in (e.tail, e.head) for b in self._boxes_around(k)}
        return [v for v in self.inside.get(None, ()) if v.key not in busy]

    def _edge(self, edge: Edge) -> str:
        # A colocation is drawn from what is placed first, as orders are, so that both kinds pull into one direction.
        ends = (edge.head, edge.tail) if edge.base is Line.COLOCATION else (edge.tail, edge.head)
        tail, head = (
            self._copy_name(edge) if key in self.copied else self._anchor(key, leaves=not at)
            for at, key in enumerate(ends)
        )
        found = self._line(edge)
        if not self._nested(edge.tail, edge.head):
            boxes = zip(("ltail", "lhead"), ends, strict=True)
            found.update({end: f"cluster_{self.vertex_names[k]}" for end, k in boxes if self._is_box(k)})
        if edge.head in self.copied:
            found["weight"] = "5"
        elif edge.label:
            found["label"] = f" {shortened(edge.label, 24)} "
            found["fontcolor"] = found["color"]
        return f"  {tail} -> {head} [{_attributes(self._with_tooltip(found, edge.facts))}];"

    def _line(self, edge: Edge) -> dict[str, str]:
        look = LINES[edge.line]
        style = LINES[edge.base].style if edge.line is Line.PROMOTION else look.style
        found = {
            "id": self.edge_names[edge.key], "class": " ".join(filter(None, (edge.line, edge.change))),
            "color": look.colour, "style": style, "penwidth": look.width, **_arrows(edge, self.graph),
        }  # fmt: skip
        if edge.base is not Line.ORDER:
            found["weight"] = "1" if edge.base is Line.COLOCATION else "0"
        else:
            found["weight"] = "3"
        if edge.change is not None:
            found.update(color=CHANGES[edge.change], penwidth="2.6")
            if edge.change is Change.REMOVED:
                found["style"] = "dashed"
        elif self.graph.changes is not None:
            found.update(color=UNCHANGED)
        return found

    def _with_tooltip(self, found: dict[str, str], facts: Mapping[str, str]) -> dict[str, str]:
        if self.tooltips:
            found["tooltip"] = "\n".join(f"{name}: {value}" for name, value in facts.items())
        return found

    def _is_box(self, key: str) -> bool:
        return self.graph.vertices[key].kind in BOX_KINDS

    def _anchor(self, key: str, *, leaves: bool = False) -> str:
        """The name of the node that stands for a vertex: for a box, one in the middle of its first column, or of its
        last one if the line ``leaves`` there."""
        while self._is_box(key) and (members := self.inside.get(key)):
            column = _columns([m.key for m in members])[-1 if leaves else 0]
            key = column[(len(column) - 1) // 2]
        return self.vertex_names[key]

    def _nested(self, one: str, other: str) -> bool:
        """Whether one lies in the other: dot cannot end such a line at the box."""
        return other in self._boxes_around(one) or one in self._boxes_around(other)

    def _boxes_around(self, key: str) -> list[str]:
        found = [key]
        while (parent := self.graph.vertices[found[-1]].parent) is not None:
            found.append(parent)
        return found


def _columns(names: list[str]) -> list[list[str]]:
    """A box's members in columns."""
    height = len(names) if len(names) <= TALLEST else max(TALLEST // 2, math.ceil(math.sqrt(len(names) * 2)))
    return [names[start : start + height] for start in range(0, len(names), height or 1)]


def _arrows(edge: Edge, graph: Graph) -> dict[str, str]:
    """Arrow heads. Something that keeps apart has a bar at its end."""
    if graph.vertices[edge.head].kind == "junction":
        return {"dir": "none"}
    arrow = LINES[edge.base].arrow
    if edge.base is Line.COLOCATION:
        if edge.negative:
            return {"dir": "both", "arrowhead": "tee", "arrowtail": "tee"}
        return {"dir": "back", "arrowtail": arrow}
    return {"arrowhead": "tee" if edge.negative else arrow}


def _label(vertex: Vertex) -> str | None:
    """An HTML-like label: the id, and smaller what it is. None for junctions."""
    if vertex.kind == "junction":
        return None
    lines = [f"<b>{rich(shortened(vertex.id))}</b>"]
    if vertex.kind in ("fencing", "alike"):
        lines[0] = rich(vertex.id)
    elif vertex.kind in BOX_KINDS:
        lines[0] += f"&#160; {_small(' '.join(filter(None, (vertex.kind, vertex.agent))))}"
    elif vertex.kind == "primitive":
        lines.append(_small(vertex.agent or "no agent"))
    elif vertex.kind != "node":
        word = "not defined" if vertex.kind == "missing" else vertex.kind
        lines.append(_small(f"{word} {vertex.agent}" if vertex.agent else word))
    return "<br/>".join(lines)


def _small(text: str) -> str:
    return f'<font point-size="10" color="{MUTED}">{rich(shortened(text))}</font>'


def _attributes(values: Mapping[str, str], label: str | None = None) -> str:
    found = [f"{name}={quoted(value)}" for name, value in values.items()]
    if label is not None:
        found.append(f"label=<{label}>")
    elif values.get("shape") == "point":
        found.append('label=""')
    return ", ".join(found)
