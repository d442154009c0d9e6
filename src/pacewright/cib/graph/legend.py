"""The legend of a static picture: a sample of each kind of line that the picture has."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.graph.quote import quoted, rich
from pacewright.cib.graph.style import CHANGES, LINES, MUTED
from pacewright.cib.graph.values import Change, Graph, Line


def legend(graph: Graph) -> Iterator[str]:
    """A cluster in Graphviz's language."""
    used = {e.line for e in graph.edges.values()}
    rows = [line for line in Line if line in used]
    if not rows and graph.changes is None:
        return
    yield "  subgraph cluster_legend {"
    yield f'    graph [label="legend", labeljust="l", style="rounded", color={quoted(MUTED)}, class="legend"];'
    yield '    node [shape="plaintext", fontsize="10", class="legend"];'
    names = []
    for number, line in enumerate(rows):
        names.append(f"legend{number}")
        yield _sample(names[-1], line)
    for change, count in (graph.changes or {}).items():
        names.append(f"legend_{change}")
        yield f'    {names[-1]} [label="", shape="point", style="invis"];'
        yield f"    {names[-1]}text [label=<{_row(_count(change, count))}>];"
        yield f'    {names[-1]} -> {names[-1]}text [style="invis"];'
    if len(names) > 1:
        yield f'    {{ rank="same"; edge [style="invis"]; {" -> ".join(reversed(names))}; }}'
    yield "  }"


def _sample(name: str, line: Line) -> str:
    look = LINES[line]
    ends = f'dir="back", arrowtail="{look.arrow}"' if line is Line.COLOCATION else f'arrowhead="{look.arrow}"'
    return (
        f'    {name} [label="", shape="point", width="0.02"];\n'
        f"    {name}text [label=<{_row(rich(look.meaning))}>];\n"
        f'    {name} -> {name}text [{ends}, color="{look.colour}", style="{look.style}", penwidth="{look.width}"];'
    )


def _count(change: Change, count: int) -> str:
    return f'<font color="{CHANGES[change]}"><b>{change}</b></font>: {count}'


def _row(text: str) -> str:
    """Of one width, so that the samples have one length."""
    return f'<table border="0" cellborder="0" cellpadding="0"><tr><td width="280" align="left">{text}</td></tr></table>'
