"""The YAML that is written: other readers take the same text from it, and nothing can break out of a scalar."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pacewright.model.attributes import PROPERTIES, attribute_set
from pacewright.model.configuration import configuration
from pacewright.model.errors import SpecError
from pacewright.sources.spec import read, write
from pacewright.sources.spec.emitter import WIDTH, emit, key_text, value_text

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # two cores, many tests


def _allowed(character: str) -> bool:
    return character >= " " or character in "\t\n\r"


XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(_allowed),
    max_size=30,
)
NASTY = st.sampled_from(
    ["yes", "on", "0123", "1e3", "1.0", "1.50", "-0", ".5", "0x1F", "0o17", "2026-01-01", "12:30:45", "null", "~", "",
     " a", "a ", "a: b", "a #b", "- a", "?", "-", "---", "...", "<<", "=", "*a", "&a", "!x", "|", ">", "%", "@", "`",
     "{}", "[]", "a,b", "'", '"', "\\", "\n", "\t", "y", "n", "True", "NULL", ".inf", ".NaN", "1_000", "a:", ":a", "#",
     "x" * 1500]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("30s", "30s"), ("30", "30"), ("-5", "-5"), ("1.5", "1.5"), ("true", "true"), ("INFINITY", "INFINITY"),
        ("-INFINITY", "-INFINITY"), ("10.0.0.1", "10.0.0.1"), ("ocf:heartbeat:x", "ocf:heartbeat:x"),
        ("-0", '"-0"'), ("yes", '"yes"'), ("on", '"on"'), ("True", '"True"'), ("0123", '"0123"'),
        ("1e3", '"1e3"'), ("1.50", '"1.50"'),
        ("2026-01-01", '"2026-01-01"'), ("12:30:45", '"12:30:45"'), ("null", '"null"'), ("", '""'), ("a: b", '"a: b"'),
        ('say "x"', "'say \"x\"'"), ("a\nb", '"a\\nb"'), ("<<", '"<<"'), ("=", '"="'), ("y", '"y"'),
    ],
)  # fmt: skip
def test_what_is_quoted(text: str, written: str) -> None:
    assert value_text(text) == written


def test_keys_are_always_strings() -> None:
    assert [key_text(k) for k in ("1", "true", "x")] == ['"1"', '"true"', "x"]


def as_text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else str(value)


@unhurried
@given(XML_TEXT | NASTY, XML_TEXT | NASTY)
def test_others_read_the_same(key: str, value: str) -> None:
    for reader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        ((read_key, read_value),) = yaml.load(emit({"a": {key: value}}), reader)["a"].items()
        assert (read_key, as_text(read_value)) == (key, value)


@unhurried
@given(st.dictionaries(XML_TEXT | NASTY, st.none() | XML_TEXT | NASTY, min_size=1, max_size=5))
def test_we_read_the_same(values: dict[str, str | None]) -> None:
    written = write(configuration(properties=(attribute_set(PROPERTIES, values),)))
    (only,) = read(written.encode(), "x").configuration.properties
    assert {pair.name: pair.value for pair in only.pairs} == values


def test_long_mappings_become_blocks() -> None:
    parameters: dict[str, Any] = {f"name-{n}": "value" for n in range(20)}
    text = emit({"resources": {"p": {"params": parameters}, "q": {"agent": "lsb:x"}}})
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "  q: {agent: lsb:x}\n" in text
    assert "      name-3: value\n" in text


# ---- nothing but SpecError, whatever comes

WORDS = st.sampled_from(
    ["resources", "p", "agent", "params", "meta", "group", "clone", "promotable", "bundle", "runtime", "operations",
     "monitor", "interval", "locations", "rules", "rule", "xml", "ref", "id", "sets", "tags", "acls", "roles", "alerts",
     "select", "extra", "properties", "attributes", "nodes", "templates", "fencing-topology", "devices", "other"]
)  # fmt: skip
LEAVES = WORDS.map(str) | NASTY | XML_TEXT | st.none() | st.sampled_from(["<rule/>", "<a><b/></a>", "lsb:x", "a eq 1"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | XML_TEXT, inner, max_size=5),
    max_leaves=25,
)


def refused_or_stable(data: bytes) -> None:
    try:
        configuration = read(data, "fuzz.yaml").configuration
    except SpecError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert refused.reports
        return
    text = write(configuration)
    assert write(read(text.encode(), "again.yaml").configuration) == text


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    refused_or_stable(data)


@unhurried
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    refused_or_stable(text.encode("utf-8", "surrogatepass"))


@unhurried
@given(st.text(alphabet="ab:{}[]-,&*!|>'\"#%?~<\n\t \\x0", max_size=80))
def test_any_punctuation(text: str) -> None:
    refused_or_stable(text.encode())


@unhurried
@given(st.dictionaries(WORDS, TREES, max_size=4))
def test_any_tree(tree: dict[str, Any]) -> None:
    refused_or_stable(emit(tree).encode())
