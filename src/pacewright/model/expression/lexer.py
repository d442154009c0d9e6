"""An expression's words, quotations and parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pacewright.model.expression.words import ExpressionError

_PATTERN = re.compile(r"\s*(?:(?P<paren>[()])|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<bare>[^\s()\"]+))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` without quotation marks; ``position``: characters before it."""

    text: str
    quoted: bool
    position: int

    def is_word(self, *words: str) -> bool:
        return not self.quoted and self.text.lower() in words


def tokens_of(text: str) -> list[Token]:
    """Raises ExpressionError for a quotation that never ends."""
    tokens, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _PATTERN.match(stripped, position)
        if match is None:
            raise ExpressionError("an unfinished quotation", position)
        start = match.start(str(match.lastgroup))
        position = match.end()
        if (quoted := match["quoted"]) is not None:
            tokens.append(Token(re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL), True, start))
            continue
        word = match["paren"] or match["bare"]
        # name="quoted value" and :"quoted" parts: a quotation may follow a bare beginning without a space
        glued = _PATTERN.match(stripped, position) if match["bare"] and word.endswith(("=", ":")) else None
        if glued is not None and glued["quoted"] is not None and stripped[position] == '"':
            word += re.sub(r"\\(.)", r"\1", glued["quoted"][1:-1], flags=re.DOTALL)
            position = glued.end()
        tokens.append(Token(word, False, start))
    return tokens
