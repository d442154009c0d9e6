"""crm text as statements of words, each word with its line.

The rules are crmsh's: lines are stripped; one that ends in a backslash goes on in the next; a line that begins with
``#`` is a comment, a ``#`` anywhere else is not; words are split and unquoted as a POSIX shell does, but nothing is
expanded; what follows ``xml`` is not split at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from pacewright.model.immutable import immutable
from pacewright.model.report import Place, Reports
from pacewright.sources.text import NOT_XML, decoded, without

_PART = re.compile(
    r"""[^\s'"\\]+|[^\S \t\r\n]|\\(?P<escaped>.)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]++|\\.)*+)\""""
)
_MESSAGE = re.compile(r"^(?:\x1b\[[\d;]*m)?(?:ERROR|WARNING|INFO|DEBUG)(?:\x1b\[[\d;]*m)?: .*$", re.MULTILINE)
_GAP = re.compile(r"[ \t\r\n]*")
_ESCAPED_IN_DOUBLE = re.compile(r'\\(["\\])')


@immutable(frozen=True, slots=True)
class Token:
    """A word without its quotation marks."""

    text: str
    line: int


@immutable(frozen=True, slots=True)
class Statement:
    """``tokens`` is never empty. ``raw``: all that follows ``xml``, where that is the first word."""

    tokens: tuple[Token, ...]
    raw: str | None = None

    @property
    def line(self) -> int:
        return self.tokens[0].line


def text_of(data: bytes, name: str, reports: Reports) -> str:
    """The text without what crmsh printed between the statements. Raises SpecError where it is none."""
    text = decoded(data, name).replace("\r\n", "\n").replace("\r", "\n")
    return without(NOT_XML, _without_messages(text, name, reports), name)


def _without_messages(text: str, name: str, reports: Reports) -> str:
    """crmsh 4 prints its own warnings among the statements of ``configure show``."""
    first = _MESSAGE.search(text)
    if first is None:
        return text
    line = text.count("\n", 0, first.start()) + 1
    reports.warn(
        "crm-message-line", "messages that crmsh printed between the statements are left out", Place(name, line)
    )
    return _MESSAGE.sub("", text)


def statements(text: str, name: str, reports: Reports) -> Iterator[Statement]:
    """All statements; those that cannot be split into words are reported and left out."""
    for joined, starts, numbers in _logical_lines(text):
        if joined.startswith("#"):
            continue
        first = re.match(r"xml(?=[\s<])", joined, re.IGNORECASE)
        if first or joined.lower() == "xml":
            yield Statement((Token("xml", numbers[0]),), joined[3:].strip())
            continue
        tokens = _tokens(joined, starts, numbers, name, reports)
        if tokens:
            yield Statement(tuple(tokens))


def _logical_lines(text: str) -> Iterator[tuple[str, list[int], list[int]]]:
    """Joined lines, with the offset at which each physical line begins and its number."""
    parts: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    length = 0
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        continued = stripped.endswith("\\")
        part = stripped.rstrip("\\") if continued else stripped
        if not parts:
            part = part.lstrip()
        starts.append(length)
        numbers.append(number)
        parts.append(part)
        length += len(part)
        if continued and number < len(lines):
            continue
        if joined := "".join(parts).rstrip():
            yield joined, starts, numbers
        parts, starts, numbers, length = [], [], [], 0


def _tokens(text: str, starts: list[int], numbers: list[int], name: str, reports: Reports) -> list[Token] | None:
    tokens: list[Token] = []
    position = _end(_GAP, text, 0)
    while position < len(text):
        line = numbers[bisect_right(starts, position) - 1]
        word: list[str] = []
        while position < len(text) and text[position] not in " \t\r\n":
            part = _PART.match(text, position)
            if part is None:
                what = "crm-unclosed-quote" if text[position] != "\\" else "crm-bad-escape"
                message = f"unclosed {text[position]}" if text[position] != "\\" else "a backslash before nothing"
                line = numbers[bisect_right(starts, position) - 1]
                reports.error(what, message, Place(name, line))
                return None
            word.append(_unquoted(part))
            position = part.end()
        tokens.append(Token("".join(word), line))
        position = _end(_GAP, text, position)
    return tokens


def _unquoted(part: re.Match[str]) -> str:
    if (inner := part["double"]) is not None:
        return _ESCAPED_IN_DOUBLE.sub(r"\1", inner)
    if part["single"] is not None:
        return part["single"]
    return part["escaped"] if part["escaped"] is not None else part[0]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
