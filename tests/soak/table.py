"""Results of rounds: the table that is printed, and the one in the document, which later runs bring up to date."""

from __future__ import annotations

import fcntl
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from soak.registry import Figures, Round

HEAD = ("round", "count", "passed", "failed", "seconds", "remarks")
DOCUMENT_HEAD = (*HEAD[:-1], "date", "commit", "shows; remarks")
TITLE = """\
# Long rounds

Written by `make soak`: each round on a lab of three nodes with real Corosync, Pacemaker and fencing, and how often it
did what it has to do. A row tells the run that it comes from; a run of some rounds brings their rows up to date. What
each round does is told at the top of its module in `tests/soak/rounds`.
"""


@dataclass
class Result:
    """``error``: why the round did not come to its end."""

    round: Round
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    error: str = ""
    figures: list[Figures] = field(default_factory=list)

    @property
    def remarks(self) -> str:
        said = self.round.remark(self.figures) if self.figures else ""
        return "; ".join(part for part in (self.error, said) if part)

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (self.passed + self.failed, self.passed, self.failed, round(self.seconds))
        return (self.round.name, *map(str, numbers), self.remarks)

    @property
    def line(self) -> str:
        name, count, passed, failed, seconds, remarks = self.cells
        return f"{name}: {passed} of {count} passed, {failed} failed, {seconds} s; {remarks}"


def table(results: Sequence[Result]) -> str:
    rows = [HEAD, *(r.cells for r in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]]).rstrip()
        for row in rows
    )


def record(path: Path, result: Result, where: str, commit: str, order: Sequence[str]) -> None:
    """Puts one result into the document, under the heading ``where``, in place of the round's former row.

    ``order``: names of all rounds. Several runs may write at once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        sections = _sections(file.read())
        *numbers, remarks = result.cells
        told = "; ".join(part for part in (result.round.says, remarks) if part)
        cells = [*numbers, time.strftime("%Y-%m-%d"), commit, told]
        sections.setdefault(where, {})[result.round.name] = f"| {' | '.join(c.replace('|', '/') for c in cells)} |"
        file.seek(0)
        file.truncate()
        file.write(_text(sections, order))


def _sections(text: str) -> dict[str, dict[str, str]]:
    """Rows by the name of their round, by heading."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif heading and (row := re.match(r"\| ([a-z0-9-]+) \| \d", line)):
            found.setdefault(heading, {})[row[1]] = line
    return found


def _text(sections: dict[str, dict[str, str]], order: Sequence[str]) -> str:
    lines = [TITLE]
    for heading in sorted(sections):
        rows = sections[heading]
        known = [name for name in order if name in rows] + sorted(set(rows) - set(order))
        lines += [f"## {heading}", "", f"| {' | '.join(DOCUMENT_HEAD)} |", "|" + " --- |" * len(DOCUMENT_HEAD)]
        lines += [*(rows[name] for name in known), ""]
    return "\n".join(lines)
