"""Any text as a string of Graphviz's language: nothing in it is syntax, an entity or an escape afterwards."""

from __future__ import annotations

import html

LONGEST = 60


def quoted(text: str) -> str:
    """In double quotes. Graphviz reads backslash escapes and HTML entities inside."""
    safe = printable(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + safe.replace("\n", "\\n") + '"'


def rich(text: str) -> str:
    """For the inside of an HTML-like label."""
    return html.escape(printable(text)).replace("\\", "&#92;").replace("\n", "<br/>") or " "


def shortened(text: str, length: int = LONGEST) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def printable(text: str) -> str:
    """Control characters (which no SVG may hold) and lone surrogates replaced."""
    return "".join(c if c.isprintable() or c in "\n " else "\N{REPLACEMENT CHARACTER}" for c in text)
