"""An apply on one node, something bad at some moment of it, and what is left."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from laboratory import Laboratory
from soak import sight, specs
from soak.actors import Outcome, Running, start_apply
from soak.registry import Figures
from soak.truth import require_recovery, require_whole

LONGEST_VALUE = 900


def values(number: int) -> tuple[int, int]:
    """(old, new) of a round: what the one before left, and another."""
    return 2 * number % LONGEST_VALUE + 1, 2 * number % LONGEST_VALUE + 2


def begin(lab: Laboratory, node: str, number: int) -> tuple[int, int]:
    """The old value is in, settled; nothing else is going on."""
    old, new = values(number)
    require_recovery(lab, node, old)
    return old, new


def moment(number: int, longest: float = 2.5) -> float:
    """Seconds after the start: spread over an apply's length, another one in each run."""
    return (number % 5 + random.random()) * longest / 5


def struck(
    lab: Laboratory, writer: str, number: int, strike: Callable[[], None], *, longest: float = 2.5,
    start: Callable[[Laboratory, str, str], Running] = start_apply,
) -> tuple[Outcome, int, int]:  # fmt: skip
    """An apply with a strike in it: its outcome, the old value, the new one. ``longest``: seconds until the strike."""
    old, new = begin(lab, writer, number)
    running = start(lab, writer, specs.many_kinds(new))
    time.sleep(max(0.0, running.began + moment(number, longest) - time.time()))
    strike()
    return running.outcome(), old, new


def judged(lab: Laboratory, outcome: Outcome, old: int, new: int) -> Figures:
    """Whole, and as it was claimed."""
    value = require_whole(lab, outcome, old, new)
    return {"new": value == new, "code": str(outcome.code), "seconds": outcome.seconds}


def concluded(lab: Laboratory, outcome: Outcome, old: int, new: int, *, recover_on: str) -> Figures:
    """All nodes back; whole; true; and the next run recovers."""
    sight.make_whole(lab)
    figures = judged(lab, outcome, old, new)
    require_recovery(lab, recover_on, new)
    return figures


def remark(figures: Sequence[Figures]) -> str:
    codes = sorted({str(f["code"]) for f in figures}, key=int)
    ended = ", ".join(
        f"{'killed' if c in ('-9', '137') else f'exit {c}'}: {sum(f['code'] == c for f in figures)}" for c in codes
    )
    new = sum(bool(f["new"]) for f in figures)
    slowest = max(float(f["seconds"]) for f in figures)
    return f"new {new}, old {len(figures) - new}, mixed 0; {ended}; longest apply {slowest:.0f} s"
