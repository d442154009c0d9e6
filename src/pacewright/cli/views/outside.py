"""What services outside Pacemaker need, as text. Nodes that need the same share a table."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cli.session import Document, Style


def outside_text(document: Document, style: Style) -> str:
    if document["files"] is not None:
        count = len(document["files"])
        return f"{count} {'file' if count == 1 else 'files'} written\n"
    if document["findings"] is not None:
        return "\n".join([*_done(document), *_findings(document, style), ""])
    lines: list[str] = []
    for names, node in _alike(document["nodes"]):
        lines += [style("bold", ", ".join(names)), *_node(node), ""]
    lines.append(f"units of {document['distribution']}, {document['release']}")
    return "\n".join([*lines, ""])


def _alike(nodes: list[Document]) -> Iterator[tuple[list[str], Document]]:
    groups: list[tuple[list[str], Document]] = []
    for node in nodes:
        needs = {key: value for key, value in node.items() if key != "name"}
        same = next((names for names, other in groups if other == needs), None)
        if same is None:
            groups.append(([node["name"]], needs))
        else:
            same.append(node["name"])
    yield from groups


def _node(node: Document) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("UNIT", "AT BOOT", "RESTART", "SERVICES")]
    rows += [(u["unit"], "enabled", _restart(u), ", ".join(u["services"])) for u in node["enabled"]]
    rows += [(u["unit"], "disabled", "by Pacemaker", ", ".join(u["services"])) for u in node["disabled"]]
    yield from _table(rows)
    if node["settings"]:
        yield ""
        yield from _table(
            [
                ("FILE", "SETTING", "VALUE", "FOR"),
                *((s["file"], f"{s['section']}/{s['option']}", s["value"], s["for"]) for s in node["settings"]),
            ]
        )


def _restart(unit: Document) -> str:
    """What the drop-in changes."""
    if unit["drop_in"] is None:
        return "runs once"
    return f"{unit['restart'] or 'unknown'} -> for ever"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _done(document: Document) -> Iterator[str]:
    for node, done in (document["done"] or {}).items():
        yield from (f"{node}: {line}" for line in done)


def _findings(document: Document, style: Style) -> Iterator[str]:
    for each in document["findings"]:
        hint = f" ({each['suggestion']})" if each["suggestion"] else ""
        yield f"{style('red', 'finding:')} {each['message']}{hint} [{each['code']}]"
    asked = len(document["nodes"]) - len(document["left_out"])
    count = len(document["findings"])
    yield f"{asked} of {len(document['nodes'])} nodes looked at: {f'findings: {count}' if count else 'as it must be'}"
