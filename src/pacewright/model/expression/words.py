"""The words of expressions, and what can be wrong with one."""

from __future__ import annotations

import re

from pacewright.model.rules import BOOLEAN_OPS, COMPARISONS, EXISTENCE, VALUE_TYPES

KEYWORDS = frozenset(
    (*BOOLEAN_OPS, *EXISTENCE, *COMPARISONS, *VALUE_TYPES, "date", "date-spec", "in_range", "to", "duration",
     "resource", "op")
)  # fmt: skip
BARE = re.compile(r"[^\s()\"\\=]+")  # a word that needs no quotes


class Inexpressible(ValueError):
    """The rule has something that the expression language cannot say."""


class ExpressionError(ValueError):
    """The text is no expression. ``position`` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position
