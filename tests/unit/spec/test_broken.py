"""Broken specs that are made here, and what else is told of mistakes; most broken specs are in tests/cases-broken/spec."""

from __future__ import annotations

from pathlib import Path

import pytest

from pacewright.model.errors import SpecError
from pacewright.sources.spec import read
from pacewright.sources.spec.nodes import LARGEST

CASES = Path(__file__).parents[2] / "cases-broken" / "spec"


def reported(data: bytes) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(data, "broken.yaml")
    assert all(r.place is not None and r.place.file == "broken.yaml" for r in caught.value.reports)
    return [f"{r.code}:{r.place.line}" for r in caught.value.reports if r.place is not None]


def test_a_huge_file_is_refused() -> None:
    assert reported(b"#" * (LARGEST + 1)) == ["file-too-large:None"]


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- ", b"? "])
def test_deep_nesting_is_refused(opening: bytes) -> None:
    assert reported(opening * 100_000) == ["too-deep:1"]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("resources: {p: {agent: 'lsb:x', operations: {monitor: {intervall: 3}}}}", "'interval'"),
        ("resurces: {}", "'resources'"),
        ("resources: {p_httpd: {agent: 'lsb:x'}, g: {group: [p_htpd]}}", "'p_httpd'"),
        ("orders: {o: {first: a, then: b, kind: Mandatry}}", "'Mandatory'"),
        ("resources: {p: {agent: IPaddr2}}", "ocf:heartbeat:IPaddr2"),
    ],
)
def test_what_was_meant_is_suggested(text: str, suggestion: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text.encode(), "x")
    assert any(suggestion in (r.suggestion or "") for r in caught.value.reports)


def test_a_bad_secret_is_not_repeated() -> None:
    with pytest.raises(SpecError) as caught:
        read(b"resources: {p: {agent: 'lsb:x', params: {a: !secret hunter2}}}", "x")
    assert "hunter2" not in str(caught.value)


def test_a_report_names_its_object() -> None:
    with pytest.raises(SpecError) as caught:
        read(b"orders: {o: {first: a, then: b, kind: x}}", "x")
    assert [r.subject for r in caught.value.reports] == ["order o"]


def test_every_code_is_documented() -> None:
    reference = (CASES.parents[2] / "docs" / "spec.md").read_text(encoding="utf-8")
    codes = {line.partition(":")[0] for case in CASES.glob("*.expected") for line in case.read_text().split()}
    assert sorted(code for code in codes if f"`{code}`" not in reference) == []
