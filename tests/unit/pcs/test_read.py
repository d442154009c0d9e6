"""Scripts of pcs commands, as people and pcs itself write them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacewright.cib.meaning import configuration_meaning
from pacewright.cib.normal import Plain
from pacewright.model.errors import SpecError
from pacewright.model.report import Report, Reports
from pacewright.sources import pcs
from pacewright.sources.pcs.shell import quoted, split_script


def meaning_of(script: str) -> dict[str, Plain]:
    return configuration_meaning(pcs.read(script.encode(), "script").configuration)


DUMMY = "pcs resource create --no-default-ops --force -- {} ocf:heartbeat:Dummy op monitor interval=10s\n"


def test_what_pcs_0_11_prints_with_output_format_cmd() -> None:
    found = meaning_of(
        "pcs resource bundle create b1 \\\n  container podman \\\n    image=x promoted-max=2 \\\n"
        "  port-map id=pm port=80;\n"
        "pcs resource create --no-default-ops --force -- inner ocf:heartbeat:Dummy \\\n  fake='a b' \\\n  op \\\n"
        "    monitor interval=10s id=inner-monitor-interval-10s timeout=20s OCF_CHECK_LEVEL=1 \\\n"
        "    start interval=0s id=inner-start-interval-0s timeout=5 \\\n  meta priority=1 \\\n  bundle b1;\n"
        "pcs stonith create --no-default-ops --force -- f fence_xvm \\\n  op \\\n    monitor interval=60s id=f-m;\n"
        + DUMMY.format("d").replace("\n", ";\n")
        + "pcs resource group add g \\\n  d;\npcs resource meta g \\\n  a=b;\npcs resource clone g gc \\\n  meta n=v\n"
    )
    assert found["resource b1"]["container"] == {"runtime": "podman", "image": "x", "promoted-max": 2}
    assert found["resource b1"]["primitive"] == "inner"
    assert found["resource inner"]["params"] == {"fake": "a b"}
    assert set(found["resource inner"]["operations"]) == {"monitor", "start"}
    assert found["resource f"]["agent-class"] == "stonith"
    assert (found["resource gc"]["child"], found["resource g"]["meta"]) == ("g", {"a": "b"})


def test_what_pcs_0_12_prints() -> None:
    found = meaning_of(
        DUMMY.format("a") + DUMMY.format("b") + "pcs cib element description a 'the first';\n"
        "pcs -- constraint location add l1 resource%a node1 score=INFINITY \\\n  resource-discovery=never;\n"
        "pcs -- constraint location resource%a rule \\\n  id=r1 constraint-id=l2 score=5 \\\n"
        "  '#uname eq n1 and date-spec hours=1-2';\n"
        "pcs -- constraint colocation add a with b \\\n  score=5 id=c1;\n"
        "pcs -- constraint order \\\n  set a b \\\n    sequential=false \\\n  setoptions id=o1;\n"
        "pcs -- tag create t a b;\npcs stonith level add --force -- 1 n1 f1 f2 id=fl-1;\n"
        "pcs -- resource defaults set create id=d1 \\\n  meta x=y \\\n  rule 'resource ocf::Dummy'\n"
    )
    assert found["resource a"]["description"] == "the first"
    assert found["location l1"] == {
        "object": "rsc_location", "resource": "a", "node": "node1", "score": "INFINITY", "discovery": "never"
    }  # fmt: skip
    assert found["location l2"]["rules"] == [{"score": 5, "expression": "#uname eq n1 and date-spec hours=1-2"}]
    assert found["colocation c1"]["score"] == 5
    assert found["order o1"]["sets"] == [{"sequential": False, "resources": ["a", "b"]}]
    assert found["level n1 1"]["devices"] == ["f1", "f2"]


@pytest.mark.parametrize(
    "line",
    [
        "pcs property set a=b",
        "sudo pcs -f cib.xml property set a=b --force",
        "/usr/sbin/pcs property set --force -- 'a=b' # a comment",
        '#!/bin/sh\nset -eu\n\npcs \\\n  property set a="b" &&\npcs property set c=\r\n',
        "pcs property set a=1; pcs property set a=b;",
    ],
)
def test_spellings_of_one_command(line: str) -> None:
    assert meaning_of(line) == {"properties": {"a": "b"}}


def test_pcs_own_defaults_are_followed_and_what_depends_on_the_agent_is_said() -> None:
    loaded = pcs.read(b"pcs resource create a ocf:x:y op start timeout=5\npcs stonith create f fence_x\n", "s")
    assert {(r.code, r.subject, r.place.line) for r in loaded.reports if r.place} == {
        ("pcs-default-operations", "resource a", 1), ("pcs-default-monitor", "resource a", 1),
        ("pcs-default-monitor", "resource f", 2),
    }  # fmt: skip
    assert set(configuration_meaning(loaded.configuration)["resource a"]["operations"]) == {"start", "monitor"}


def test_and_binds_as_tight_as_or() -> None:
    found = meaning_of(
        DUMMY.format("a") + "pcs constraint location a rule constraint-id=l x eq 1 or y eq 2 and z eq 3\n"
    )
    rule = found["location l"]["rules"][0]
    assert rule["conditions"][0]["expression"] == "x eq 1 or y eq 2"


def test_commands_change_what_earlier_ones_made() -> None:
    found = meaning_of(
        DUMMY.format("a")
        + "pcs constraint location a prefers n1=5 n2\npcs constraint location a avoids n1\n"
        + "pcs resource update a x=1 meta m=1\npcs resource update a x= y=2\npcs resource meta a m=\n"
        + "pcs resource op add a stop timeout=9\npcs resource op remove a monitor interval=10s\n"
        + "pcs resource op add a start timeout=9\npcs resource op remove a-start-interval-0s\n"
        + "pcs resource promotable a promoted-max=1\n"
    )
    assert found["resource a"]["params"] == {"y": "2"}
    assert "meta" not in found["resource a"]
    assert set(found["resource a"]["operations"]) == {"stop"}
    assert found["resource a-clone"]["meta"] == {"promotable": True, "promoted-max": 1}
    assert {(k, v["node"], v["resource"]) for k, v in found.items() if k.startswith("location")} == {
        ("location location-a-n1--INFINITY", "n1", "a-clone"), ("location location-a-n2-INFINITY", "n2", "a-clone"),
    }  # fmt: skip


def test_places_by_address() -> None:
    loaded = pcs.read(
        ("# exists: node alice id=1\n" + DUMMY.format("a") + "pcs property set a=b \\\n c=d\n").encode(), "s"
    )
    assert {address: place.line for address, place in loaded.places.items()} == {
        "node alice": 1, "resource a": 2, "property a": 3, "property c": 3,
    }  # fmt: skip


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r\n")), min_size=1))
def test_quoted_words_come_back_as_a_shell_would_see_them(words: list[str]) -> None:
    text = quoted(["pcs", *words])
    assert shlex.split(text.replace(" \\\n", " ")) == ["pcs", *words]
    assert [line.words for line in split_script(text, "s", Reports())] == [["pcs", *words]]


_SOUP = r"""
    pcs resource create a ocf:x:y op monitor interval=1 meta clone --group g -- -f constraint location add
    rule order set setoptions then with colocation x=y ( ) date in_range to and eq not_defined duration = % -
    property acl role read id alert recipient value= stonith level 1 tag node attribute defaults update bundle
    container podman port-map ticket ; ' " \ $ group --wait utilization
"""
_WORDS = st.sampled_from([*_SOUP.split(), "\n", "# exists:"])


@given(st.lists(_WORDS, max_size=25).map(lambda words: " ".join(["pcs", *words]).encode()) | st.binary(max_size=200))
def test_no_input_gives_a_traceback(data: bytes) -> None:
    assert all(report.code and report.place for report in problems(data))


def problems(data: bytes) -> list[Report]:
    try:
        return list(pcs.read(data, "s").reports)
    except SpecError as error:
        return error.reports
