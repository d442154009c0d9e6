"""Words and lines of crm text. Whatever a value holds, it stays one word of one statement."""

from __future__ import annotations

import re

from pacewright.sources.crm.words import BARE_VALUE

Lines = list[str]
_CARRIABLE = re.compile(r"[\t\x20-\x7e]*")
_SAFE = re.compile(r"[^\s'\"\\]+", re.ASCII)


class Unsayable(ValueError):
    """The statement's own syntax cannot say it; XML may."""


def quoted(text: str) -> str:
    """A value: bare where that is usual, otherwise in double quotes. Not for non-ASCII, which crmsh 4 garbles."""
    if not _CARRIABLE.fullmatch(text):
        raise Unsayable("a character that a line of crm text cannot carry")
    if BARE_VALUE.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def word(text: str | None) -> str:
    """An id, a name, a keyword: bare unless it would fall apart."""
    if not text:
        raise Unsayable("an empty word")
    return text if _SAFE.fullmatch(text) and _CARRIABLE.fullmatch(text) else quoted(text)


def pair(name: str, value: str | None) -> str:
    """``name=value``, or the name alone."""
    return word(name) if value is None else f"{word(name)}={quoted(value)}"


def described(description: str | None) -> Lines:
    if description == "":
        raise Unsayable("an empty description")
    return [] if description is None else [pair("description", description)]


def score_head(text: str | None) -> str:
    """``inf:``, ``100:``."""
    if not text or ":" in text:
        raise Unsayable("a missing score")
    return word(text.replace("INFINITY", "inf")) + ":"


def laid_out(lines: Lines) -> str:
    """A statement over several lines, as crmsh prints it."""
    return " \\\n\t".join(lines)
