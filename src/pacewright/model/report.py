"""Problems as values: a stable code, a sentence, the place, a suggestion.

Code that finds a problem adds a Report and goes on, so that all problems are told at once; whoever is about
to act raises when there are errors. Codes are stable words (``unknown-key``); sentences may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pacewright.model.immutable import immutable


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@immutable(frozen=True, slots=True)
class Place:
    """Where something was read: file name and line (from 1), or an address such as an XML path."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@immutable(frozen=True, slots=True)
class Report:
    """One problem. ``subject`` is the object's address or id where there is one."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    place: Place | None = None
    suggestion: str | None = None
    subject: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return one_line(f"{where}{self.severity}: {self.about}{self.message}{hint} [{self.code}]")

    @property
    def about(self) -> str:
        """``resource p_IP: ``, where the message does not name its subject itself."""
        address = (self.subject or "").partition("/")[0]
        name = address.partition(" ")[2]
        return f"{address}: " if name and name not in self.message else ""


def one_line(text: str) -> str:
    """What cannot be seen, or would end the line, as an escape: it may be the mistake."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class Reports:
    """A growing list of reports; values are never changed once added."""

    def __init__(self, items: Iterable[Report] = ()) -> None:
        self.items: list[Report] = list(items)

    def error(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        suggestion: str | None = None,
        subject: str | None = None,
    ) -> None:
        self.items.append(Report(code, message, Severity.ERROR, place, suggestion, subject))

    def warn(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        suggestion: str | None = None,
        subject: str | None = None,
    ) -> None:
        self.items.append(Report(code, message, Severity.WARNING, place, suggestion, subject))

    def extend(self, items: Iterable[Report]) -> None:
        self.items.extend(items)

    @property
    def errors(self) -> list[Report]:
        return [r for r in self.items if r.severity is Severity.ERROR]

    def by_line(self) -> list[Report]:
        """In the order of the source's lines; what has no line comes first."""
        return sorted(self.items, key=lambda report: (report.place.line or 0) if report.place else 0)

    def __iter__(self) -> Iterator[Report]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """``did you mean 'interval'?`` for a word close to a known one."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None
