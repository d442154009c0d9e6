"""What Graphviz made of a graph, with our own hints: the browser shows an element's ``title`` when it is pointed at."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pacewright.cib.graph.dot import copied, names_of
from pacewright.cib.graph.quote import printable
from pacewright.cib.graph.values import Graph
from pacewright.cib.xml import Node, parse, to_text

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SVG = "{http://www.w3.org/2000/svg}"


def finished_svg(graph: Graph, drawing: bytes) -> str:
    """The ``svg`` element as text. ``drawing``: Graphviz's answer for ``dot_text(graph, tooltips=False)``.

    Its prologue names a document type that our XML door does not let in, so it is cut off.
    """
    root = parse(drawing[max(drawing.find(b"<svg"), 0) :], "the answer of dot")
    hints = _hints(graph)
    for group in root.iter(f"{SVG}g"):
        if str(group.get("class", "")).startswith("node ") and "legend" not in str(group.get("class")):
            _centre_texts(group)
        _set_title(group, hints.get(str(group.get("id"))))
    return to_text(root, pretty=False)


def _hints(graph: Graph) -> dict[str, str]:
    vertices, edges = names_of(graph)
    hints = {vertices[key]: hint(v.facts) for key, v in graph.vertices.items()}
    hints.update({edges[key]: hint(e.facts) for key, e in graph.edges.items()})
    targets = copied(graph)
    hints.update({f"c{edges[k][1:]}": hint(graph.vertices[e.head].facts) for k, e in graph.edges.items()
                  if e.head in targets})  # fmt: skip
    return hints


def hint(facts: Mapping[str, str]) -> str:
    return printable("\n".join(f"{name}: {value}" for name, value in facts.items()))


def _centre_texts(group: Node) -> None:
    """Graphviz places text by the width that it has in its own font; a browser's font may be wider."""
    shape = next((e for e in group if e.tag in (f"{SVG}path", f"{SVG}polygon")), None)
    if shape is None:
        return
    numbers = [float(n) for n in _NUMBER.findall(str(shape.get("d") or shape.get("points") or ""))]
    if across := numbers[::2]:
        middle = f"{(min(across) + max(across)) / 2:.2f}"
        for text in group.iter(f"{SVG}text"):
            text.set("text-anchor", "middle")
            text.set("x", middle)


def _set_title(group: Node, text: str | None) -> None:
    title = group.find(f"{SVG}title")
    if title is None:
        return
    if text:
        title.text = text
    else:
        group.remove(title)
