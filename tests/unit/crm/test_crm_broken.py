"""Broken crm texts: each NAME.crm has its problems listed in NAME.expected, as ``code:line``."""

from pathlib import Path

import pytest

from pacewright.model.errors import SpecError
from pacewright.model.report import Severity
from pacewright.sources import crm

CASES = sorted((Path(__file__).parents[2] / "cases-broken" / "crm").glob("*.crm"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_problem_is_reported_with_its_line(case: Path) -> None:
    with pytest.raises(SpecError) as raised:
        crm.read(case.read_bytes(), case.name)
    errors = [r for r in raised.value.reports if r.severity is Severity.ERROR]
    assert all(r.place is not None and r.place.file == case.name for r in errors)
    found = sorted(f"{r.code}:{r.place.line}" for r in errors if r.place)
    assert found == sorted(case.with_suffix(".expected").read_text().split())


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 20


def test_suggestions() -> None:
    text = b"primitive a ocf:heartbeat:Dummy parms x=1\ngroup g aa\nordr o inf: a a\n"
    with pytest.raises(SpecError) as raised:
        crm.read(text, "x.crm")
    suggestions = [r.suggestion for r in raised.value.reports]
    assert suggestions == ["did you mean 'params'?", "did you mean 'a'?", "did you mean 'order'?"]
