"""Shell words without a shell: splits a script into commands, undoes quoting, refuses what a shell would evaluate."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from pacewright.model.report import Place, Reports

WIDTH = 110
_PLAIN = re.compile(r"[^\s'\"\\;&|<>()`$*?\[{}#~]+")
_DOUBLE = re.compile(r'"((?:[^"\\$`]|\\.)*)"', re.DOTALL)
_DOUBLE_EVALUATED = re.compile(r'"(?:[^"\\$`]|\\.)*[$`]', re.DOTALL)
_EVALUATED = {
    "$": "a variable or substitution", "`": "a command substitution", "|": "a pipe", "<": "a redirection",
    ">": "a redirection",
    "(": "a subshell", ")": "a subshell", "*": "a glob", "?": "a glob", "[": "a glob", "{": "a brace expansion",
    "}": "a brace expansion", "&": "a background job", "~": "a home directory",
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """One command: its words, unquoted, and where it begins. ``comment``: the text of a comment line instead."""

    place: Place
    words: list[str] = field(default_factory=list)
    comment: str | None = None


def quoted(words: tuple[str, ...] | list[str]) -> str:
    """The words as one command, continued with backslashes where it is long."""
    lines, current = [], ""
    for word in map(shlex.quote, words):
        if current and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = "   "
        current = f"{current} {word}" if current else word
    return " \\\n".join([*lines, current])


def split_script(text: str, name: str, reports: Reports) -> list[Line]:
    """The commands and comments of a script. What cannot be split is reported and left out."""
    return list(_Splitter(text.replace("\r\n", "\n"), name, reports).lines())


class _Splitter:
    def __init__(self, text: str, name: str, reports: Reports) -> None:
        self.text, self.name, self.reports = text, name, reports
        self.at = 0
        self.number = 1  # of the line
        self.word: str | None = None  # None between words; "" is an empty quoted word
        self.line = Line(Place(name, 1))
        self.broken = False

    def lines(self) -> Iterator[Line]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\n" or char == ";" or self.text.startswith("&&", self.at):
                yield from self._end_command()
                self._skip(2 if char == "&" else 1)
            elif char.isspace():
                self._end_word()
                self._skip(1)
            elif char == "#" and self.word is None:
                yield from self._comment()
            elif self.broken:
                self._skip(1)
            else:
                self._part(char)
        yield from self._end_command()

    def _skip(self, length: int) -> str:
        """The next characters, consumed."""
        part = self.text[self.at : self.at + length]
        self.at += length
        self.number += part.count("\n")
        return part

    def _part(self, char: str) -> None:
        """Consumes a piece of a word: plain, escaped or quoted."""
        if char == "\\":
            self._escaped()
        elif char == "'":
            end = self.text.find("'", self.at + 1)
            if end < 0:
                self._give_up("pcs-unclosed-quote", "a quotation that never ends")
                return
            self._grow(self._skip(end + 1 - self.at)[1:-1])
        elif char == '"':
            self._double()
        elif char in _EVALUATED and (char != "~" or self.word is None):
            self._refuse(
                "pcs-shell-syntax", f"'{char}' outside quotes is {_EVALUATED[char]}; nothing is evaluated here"
            )
        elif match := _PLAIN.match(self.text, self.at):
            self._grow(self._skip(match.end() - self.at))
        else:
            self._grow(self._skip(1))

    def _escaped(self) -> None:
        pair = self._skip(2)
        if len(pair) < 2:
            self._give_up("pcs-bad-escape", "a backslash at the very end")
        elif pair[1] != "\n":
            self._grow(pair[1])

    def _double(self) -> None:
        match = _DOUBLE.match(self.text, self.at)
        if match is None:
            if _DOUBLE_EVALUATED.match(self.text, self.at):
                self._refuse(
                    "pcs-shell-syntax", "a variable or substitution in double quotes; nothing is evaluated here"
                )
            else:
                self._give_up("pcs-unclosed-quote", "a quotation that never ends")
            return
        self._skip(match.end() - self.at)
        self._grow(re.sub(r'\\([\\"$`])', r"\1", match[1].replace("\\\n", "")))

    def _refuse(self, code: str, message: str) -> None:
        self.reports.error(code, message, Place(self.name, self.number))
        self.broken = True

    def _give_up(self, code: str, message: str) -> None:
        """Nothing after this place can be told apart."""
        self._refuse(code, message)
        self.at = len(self.text)

    def _grow(self, text: str) -> None:
        if not self.line.words and self.word is None:
            self.line.place = Place(self.name, self.number - text.count("\n"))
        self.word = (self.word or "") + text

    def _end_word(self) -> None:
        if self.word is not None:
            self.line.words.append(self.word)
            self.word = None

    def _end_command(self) -> Iterator[Line]:
        self._end_word()
        if self.line.words and not self.broken:
            yield self.line
        self.line, self.broken = Line(Place(self.name, self.number)), False

    def _comment(self) -> Iterator[Line]:
        end = self.text.find("\n", self.at)
        text = self._skip((end if end >= 0 else len(self.text)) - self.at)
        yield Line(Place(self.name, self.number), comment=text[1:].strip())
