"""The page: the drawing, what is known of its elements as JSON, our script and style; nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib.resources import files
from string import Template
from typing import Any

from pacewright.cib.graph.dot import copied, names_of
from pacewright.cib.graph.quote import printable
from pacewright.cib.graph.style import LINES
from pacewright.cib.graph.values import Graph, Line


def page_text(graph: Graph, svg: str, title: str) -> str:
    """``svg``: the drawing as ``finished_svg`` gives it. Its ids are those of ``names_of``."""
    script, style = _file("page.js"), _file("page.css")
    return Template(_file("page.html")).substitute(
        title=html.escape(printable(title)), style=style, script=script, svg=svg,
        script_hash=_hash(script), data=_json(_elements(graph)),
    )  # fmt: skip


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """For the content security policy: no other script runs, whatever the configuration says."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _json(value: Any) -> str:
    """JSON that cannot end the script element that holds it."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _elements(graph: Graph) -> dict[str, Any]:
    vertices, edges = names_of(graph)
    targets = copied(graph)
    used = {e.line for e in graph.edges.values()}
    return {
        "vertices": {
            vertices[key]: {"id": v.id, "kind": v.kind, "facts": dict(v.facts), "change": v.change,
                            "parent": vertices.get(v.parent or "")}
            for key, v in graph.vertices.items()
        },
        "edges": {
            name: {"id": e.id, "line": e.line, "tail": vertices[e.tail], "head": vertices[e.head],
                   "facts": dict(e.facts), "change": e.change,
                   "copy": f"c{name[1:]}" if e.head in targets else None}
            for e, name in zip(graph.edges.values(), edges.values(), strict=True)
        },
        "lines": [{"name": line, "meaning": LINES[line].meaning} for line in Line if line in used],
        "changes": None if graph.changes is None else {str(c): n for c, n in graph.changes.items()},
    }  # fmt: skip
