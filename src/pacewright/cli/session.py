"""What every command gets: where the cluster is, how to print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from pacewright.model.immutable import immutable
from pacewright.model.report import Report, Severity

if TYPE_CHECKING:
    from pacewright.cluster.base import Cluster

Document = dict[str, Any]
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "grey": "90", "bold": "1"}


@dataclass(slots=True)
class Session:
    """One run of the command line."""

    cluster_name: str | None = None
    json: bool = False
    out: TextIO = sys.stdout
    err: TextIO = sys.stderr

    def cluster(self) -> Cluster:
        """The cluster that ``--cluster`` or PACEWRIGHT_CLUSTER names, else this node's."""
        from pacewright.cluster.choose import choose

        named = self.cluster_name
        if named is None:
            named = os.environ.get("PACEWRIGHT_CLUSTER") or None
        return choose(named)

    def emit(self, document: Document, render: Callable[[Document, Style], str]) -> None:
        """Prints the one document of the run: JSON, or the text that ``render`` makes of it."""
        if self.json:
            indent = 2 if self.out.isatty() else None  # without, the encoder written in C does it: 5 times as fast
            self.out.write(json.dumps(document, indent=indent, ensure_ascii=False) + "\n")
        else:
            text = render(document, Style(wants_colour(self.out)))
            self.out.write(text if text.endswith("\n") or not text else text + "\n")
        self.out.flush()

    def say(self, message: str) -> None:
        """A message for people, on standard error."""
        print(message, file=self.err, flush=True)

    def report(self, reports: Iterable[Report]) -> None:
        style = Style(wants_colour(self.err))
        colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "grey"}
        for each in reports:
            self.say(str(each).replace(f"{each.severity}:", style(colours[each.severity], f"{each.severity}:"), 1))


def wants_colour(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


@immutable(frozen=True, slots=True)
class Style:
    """Colours text on a terminal, leaves it alone elsewhere: ``style("red", "failed")``."""

    coloured: bool = False

    def __call__(self, colour: str, text: str) -> str:
        return f"\033[{_COLOURS[colour]}m{text}\033[0m" if self.coloured and text else text


def report_document(report: Report) -> Document:
    """A report in the JSON documents."""
    return {
        "code": report.code, "severity": str(report.severity), "message": report.message,
        "file": report.place.file if report.place else None, "line": report.place.line if report.place else None,
        "suggestion": report.suggestion, "subject": report.subject,
    }  # fmt: skip
