"""Broken files of each format: tests/cases-broken/FORMAT/NAME.*, and NAME.expected with ``code:line`` for every problem
to report, warnings among them, in this order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pacewright.model.errors import SpecError
from pacewright.sources import crm, pcs, spec

ROOT = Path(__file__).parents[1] / "cases-broken"
READERS = {"crm": crm.read, "pcs": pcs.read, "spec": spec.read}
CASES = sorted(path for path in ROOT.glob("*/*") if path.suffix != ".expected")


def test_every_format_has_cases() -> None:
    counts = {kind: sum(case.parent.name == kind for case in CASES) for kind in READERS}
    assert sum(counts.values()) == len(CASES)
    assert counts["crm"] >= 20
    assert counts["pcs"] >= 16
    assert counts["spec"] >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_all_problems_are_reported_with_their_lines(case: Path) -> None:
    with pytest.raises(SpecError) as raised:
        READERS[case.parent.name](case.read_bytes(), case.name)
    reports = raised.value.reports
    assert [r.place.file if r.place else None for r in reports] == [case.name] * len(reports)
    found = [f"{r.code}:{r.place.line}" for r in reports if r.place]
    assert found == case.with_suffix(".expected").read_text(encoding="utf-8").split()
