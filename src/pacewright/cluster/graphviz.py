"""Graphviz's ``dot`` program: the one that decides where things stand in a picture."""

from __future__ import annotations

from pacewright.cluster import process
from pacewright.model.errors import ToolError

COMMAND = ("dot", "-Tsvg")


def layout(text: str, *, timeout: float = 60.0) -> bytes:
    """The SVG of a graph in Graphviz's language. ToolError without Graphviz."""
    try:
        done = process.run(COMMAND, stdin=text.encode(), timeout=timeout)
    except ToolError as error:
        if error.code == 127:
            advice = "install the package graphviz (--format dot works without it)"
            raise ToolError(COMMAND, 127, f"{error.stderr}: {advice}") from None
        raise
    if done.code != 0:
        raise ToolError(COMMAND, done.code, done.stderr)
    return done.stdout
