"""Results as lines and as a table."""

from __future__ import annotations

import datetime
import math
import subprocess
from collections.abc import Sequence

from matrix.comparison import Comparison, shown
from matrix.engine import Result, totals


def line(result: Result) -> str:
    """One row, as soon as it is known."""
    word = "exact " if result.passed else "WRONG "
    return f"{word} {result.seconds:5.1f} s  {result.row.theme}: {result.row.name}{_details(result)}"


def _details(result: Result) -> str:
    if result.problem:
        return f"\n    {result.problem}"
    comparison = result.comparison
    if comparison is None or comparison.exact:
        return ""
    told = [
        ("missed", shown(comparison.missed)),
        ("wrong", shown(comparison.wrong)),
        *(("words", w) for w in comparison.words),
        *(("fault", w) for w in comparison.faults),
    ]
    return "".join(f"\n    {name}: {what}" for name, what in told if what)


def table(results: Sequence[Result], title: str) -> str:
    """Markdown, with the date and the commit."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    figures = f"{today}, commit {_commit()}. {_sum(results)}. How to read it: [prediction.md](prediction.md)."
    head = [f"# {title}", "", figures, ""]
    head += ["| theme | change | predicted | executed | recall | precision | may |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(r) for r in results), ""])


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _share(value: float) -> str:
    """Two digits, never rounded up: 1.00 is all."""
    return f"{math.floor(value * 100) / 100:.2f}"


def _sum(results: Sequence[Result]) -> str:
    recall, precision, may = totals(results)
    failed = [r for r in results if not r.passed]
    return (
        f"{len(results)} rows, {len(failed)} not exact; recall {_share(recall)}, precision {_share(precision)}; "
        f'{may} with "may" ({100 * may / max(1, len(results)):.0f} %)'
    )


def _row(result: Result) -> str:
    comparison = result.comparison
    if comparison is None:
        return f"| {result.row.theme} | {result.row.name} | | | | | {result.problem} |"
    said = shown(comparison.predicted) or "nothing"
    cells = [
        result.row.theme, result.row.name, said + ("; may: " + shown(comparison.uncertain) if comparison.uncertain else ""),
        "the same" if comparison.predicted == comparison.executed else shown(comparison.executed) or "nothing",
        _share(comparison.recall), _share(comparison.precision), _reason(result.row.reason, comparison),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _reason(reason: str, comparison: Comparison) -> str:
    """Why not all can be known; and, where something failed, what followed from that."""
    told = [
        ("failed", comparison.failed),
        ("collateral", comparison.collateral - comparison.failed),
        ("not reached", comparison.unreached),
    ]
    return ". ".join([reason, *(f"{name}: {shown(what)}" for name, what in told if what)])
