"""Values that compare equal when they mean the same: ``30`` and ``30s``, ``inf`` and ``INFINITY``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pacewright.model.element import Kind
from pacewright.model.values import INFINITY, boolean, milliseconds, role, score, score_text

Plain = Any  # str, int, bool, None, or lists and dictionaries of these


def normal(kind: Kind, text: str) -> Plain:
    """A value of that kind; the text itself where it is not of the kind."""
    parse = _PARSERS.get(kind)
    value = parse(text) if parse else None
    return text if value is None else value


def _time(text: str) -> Plain:
    number = milliseconds(text)
    if number is None:
        return None
    return f"{number // 1000}s" if number % 1000 == 0 else f"{number}ms"


def _score(text: str) -> Plain:
    number = score(text)
    return score_text(number) if number is not None and abs(number) >= INFINITY else number


def _integer(text: str) -> Plain:
    digits = text.strip().lstrip("+-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 40 else score(text)


_PARSERS: Mapping[Kind, Callable[[str], Plain]] = {
    Kind.TIME: _time, Kind.SCORE: _score, Kind.BOOLEAN: boolean, Kind.ROLE: role, Kind.INTEGER: _integer,
    Kind.NAME: str.lower,
}  # fmt: skip
