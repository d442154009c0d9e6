"""What broken crm texts are told besides codes and lines: those are in tests/cases-broken/crm."""

from __future__ import annotations

import pytest

from pacewright.model.errors import SpecError
from pacewright.sources import crm


def test_suggestions() -> None:
    text = b"primitive a ocf:heartbeat:Dummy parms x=1\ngroup g aa\nordr o inf: a a\n"
    with pytest.raises(SpecError) as raised:
        crm.read(text, "x.crm")
    suggestions = [r.suggestion for r in raised.value.reports]
    assert suggestions == ["did you mean 'params'?", "did you mean 'a'?", "did you mean 'order'?"]
