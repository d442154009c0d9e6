"""A walk over the words of one statement, with the place of each for reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from pacewright.model.report import Place, Reports
from pacewright.sources.crm.lexer import Statement, Token
from pacewright.sources.crm.reader.hints import hint, shown
from pacewright.sources.crm.words import ID


class Broken(Exception):
    """The rest of the statement makes no sense; a report has been made."""


class Cursor:
    """``at``: index of the next word; 0 is the keyword."""

    def __init__(self, statement: Statement, name: str, reports: Reports) -> None:
        self.tokens: list[Token] = list(statement.tokens)
        self.raw = statement.raw
        self.name, self.reports = name, reports
        self.at = 1
        self.inner_ids: dict[str, Place] = {}  # of sets and rules

    @property
    def keyword(self) -> str:
        return self.tokens[0].text.lower()

    @property
    def remaining(self) -> int:
        return len(self.tokens) - self.at

    def peek(self, ahead: int = 0) -> str | None:
        return self.tokens[self.at + ahead].text if self.at + ahead < len(self.tokens) else None

    def word(self) -> str:
        """The next word in lower case, empty at the end."""
        return (self.peek() or "").lower()

    def place(self, back: int = 0) -> Place:
        """Where the next word stands; the last one's place at the end. ``back`` 1: the word just taken."""
        index = min(self.at - back, len(self.tokens) - 1)
        return Place(self.name, self.tokens[index].line)

    def take(self, what: str) -> str:
        token = self.peek()
        if token is None:
            self.fail("crm-missing-value", f"{what} expected at the end of the statement")
        self.at += 1
        return token

    def accept(self, *words: str) -> bool:
        if self.peek() is not None and self.word() in words:
            self.at += 1
            return True
        return False

    def match(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """Takes the next word if all of it matches."""
        text = self.peek()
        found = re.fullmatch(pattern, text) if text is not None else None
        if found:
            self.at += 1
        return found

    def match_last(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Takes the statement's last word if all of it matches."""
        found = pattern.fullmatch(self.tokens[-1].text) if self.remaining else None
        if found:
            self.tokens.pop()
        return found

    def identifier(self, what: str) -> str:
        """A word that XML accepts as an id; reported, but taken, where it is none."""
        text = self.take(what)
        if not ID.fullmatch(text):
            message = f"'{text}' cannot be an id: letters, digits, '_', '-', '.', beginning with a letter or '_'"
            self.error("crm-bad-id", message, back=1)
        return text

    def error(self, code: str, message: str, *, suggestion: str | None = None, back: int = 0) -> None:
        self.reports.error(code, shown(message), self.place(back), suggestion=suggestion)

    def fail(self, code: str, message: str, *, suggestion: str | None = None, back: int = 0) -> NoReturn:
        self.error(code, message, suggestion=suggestion, back=back)
        raise Broken

    def unexpected(self, known: Iterable[str]) -> NoReturn:
        """The next word has no place here."""
        word = self.peek() or ""
        self.fail("crm-unexpected-word", f"'{word}' has no place here", suggestion=hint(word, known))

    def finish(self, known: Iterable[str] = ()) -> None:
        if self.peek() is not None:
            self.unexpected(known)
