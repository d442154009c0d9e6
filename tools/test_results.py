"""What a tier of tests gave, and the table of all."""

from __future__ import annotations

import textwrap
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Result:
    """``reasons``: why tests were skipped, with counts. ``note``: what else there is to say. ``seconds``: wall time."""

    tier: str
    passed: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    note: str = ""
    seconds: float = 0.0

    @property
    def skipped(self) -> int:
        return self.reasons.total()


def read_junit(tier: str, path: Path) -> Result:
    """Counts of pytest's JUnit file. A missing file (pytest was killed) counts as one failure."""
    result = Result(tier)
    if not path.exists():
        result.failed, result.note = 1, "pytest did not end"
        return result
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 (pytest wrote it for us)
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif skipped is not None:
            result.reasons[skipped.get("message") or "no reason given"] += 1
        else:
            result.passed += 1
    return result


def table(results: list[Result]) -> str:
    lines = [f"{'tier':<9}{'passed':>7}{'failed':>8}{'skipped':>9}{'time':>9}  skipped because"]
    for result in results:
        why = [f"{count} x {reason}" for reason, count in result.reasons.most_common()]
        first, *more = textwrap.wrap("; ".join([result.note] * bool(result.note) + why), 70) or [""]
        counts = f"{result.passed:>7}{result.failed:>8}{result.skipped:>9}{result.seconds:>7.0f} s"
        lines.append(f"{result.tier:<9}{counts}  {first}".rstrip())
        lines += [" " * 44 + line for line in more]
    return "\n".join(lines)
