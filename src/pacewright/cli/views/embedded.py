"""What the embedded cluster did."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cli.session import Document, Style

_LOUD = {"stop", "restart", "recover", "move", "demote", "fence"}


def embedded_text(document: Document, style: Style) -> str:
    return "\n".join(_lines(document, style)) + "\n"


def _lines(document: Document, style: Style) -> Iterator[str]:
    yield f"{document['cluster']} ({document['folder']}); operations are simulated, the scheduler is real"
    yield f"nodes: {', '.join(_node(node, style) for node in document['nodes'])}"
    if not document["quorum"]:
        yield style("red", "no quorum")
    for effect in document["effects"]:
        word = style("red" if effect["action"] in _LOUD else "green", f"{effect['action']:<8}")
        yield f"  {word} {_what(effect)}"
    if not document["effects"]:
        yield "nothing moves" if document["command"] != "status" else "nothing to do"
    if not document["settled"]:
        pending = document["command"] == "status"
        yield style("yellow", "not carried out yet" if pending else "the scheduler does not come to rest")


def _node(node: Document, style: Style) -> str:
    if not node["online"]:
        return f"{node['name']} {style('red', 'offline')}"
    return f"{node['name']} {style('yellow', 'standby')}" if node["standby"] else f"{node['name']} online"


def _what(effect: Document) -> str:
    """``p_mysql alice -> bob (reason)``."""
    where = f"{effect['source']} -> {effect['node']}" if effect["source"] else f"on {effect['node']}"
    what = f"{effect['resource']} {where}" if effect["resource"] else effect["node"]
    return f"{what}  ({effect['reason']})" if effect["reason"] else what
