"""What broken pcs scripts are told besides codes and lines: those are in tests/cases-broken/pcs."""

from __future__ import annotations

import pytest

from pacewright.model.errors import SpecError
from pacewright.sources import pcs


def test_suggestions_name_what_was_meant() -> None:
    with pytest.raises(SpecError) as caught:
        pcs.read(b"pcs resource crate a ocf:heartbeat:Dummy\npcs resource create --no-default-op -- a x\n", "x")
    assert [r.suggestion for r in caught.value.reports] == [
        "did you mean 'resource create'?",
        "did you mean '--no-default-ops'?",
    ]


def test_suggestions_name_what_was_created_before() -> None:
    script = b"""pcs acl role create monitor read xpath /cib
pcs acl user create haproxy monitr
pcs alert create id=mail path=/bin/true
pcs alert recipient add mial value=root
"""
    with pytest.raises(SpecError) as caught:
        pcs.read(script, "x")
    assert [(r.code, r.suggestion) for r in caught.value.reports] == [
        ("pcs-unknown-role", "did you mean 'monitor'?"),
        ("pcs-unknown-alert", "did you mean 'mail'?"),
    ]


def test_warnings_are_told_with_the_errors() -> None:
    script = b"pcs resource create a ocf:heartbeat:Dummy\npcs resource create a ocf:heartbeat:Dummy\n"
    with pytest.raises(SpecError) as caught:
        pcs.read(script, "x")
    codes = [r.code for r in caught.value.reports]
    assert codes == ["pcs-default-operations", "pcs-default-monitor", "pcs-duplicate-id"]
