"""Results of rounds as a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from soak.registry import Figures, Round

HEAD = ("round", "count", "passed", "failed", "seconds", "remarks")


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


def document(results: Sequence[Result], where: str, commit: str) -> str:
    lines = [
        f"## {where}",
        "",
        f"{time.strftime('%Y-%m-%d')}, commit {commit}.",
        "",
        _row(HEAD),
        _row(["---"] * len(HEAD)),
    ]
    lines += [_row(r.cells) for r in results]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(c.replace('|', '/') for c in cells)} |"
