"""What crm statements mean."""

from typing import Any

import pytest

from pacewright.cib.meaning import configuration_meaning
from pacewright.sources import crm


def meaning_of(text: str) -> dict[str, Any]:
    return configuration_meaning(crm.read(text.encode(), "x.crm").configuration)


def codes_of(text: str) -> list[str]:
    return [report.code for report in crm.read(text.encode(), "x.crm").reports]


AB = "primitive a ocf:pacemaker:Dummy\nprimitive b ocf:pacemaker:Dummy\nprimitive c ocf:pacemaker:Dummy\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("primitive a Dummy", "primitive a ocf:heartbeat:Dummy"),
        ("primitive a ocf:Stateful", "primitive a ocf:heartbeat:Stateful"),
        ("PRIMITIVE a ocf:heartbeat:Dummy PARAMS x=1", "primitive a ocf:heartbeat:Dummy params x=1"),
        ("primitive a ocf:heartbeat:Dummy x=1", 'primitive a ocf:heartbeat:Dummy params x="1"'),
        (
            "primitive a ocf:heartbeat:Dummy op monitor interval=30s foo=1",
            "primitive a ocf:heartbeat:Dummy op monitor interval=30s op_params foo=1",
        ),
        (
            "primitive a ocf:pacemaker:Stateful\nmonitor a:Master 30s:20s",
            "primitive a ocf:pacemaker:Stateful op monitor interval=30s timeout=20s role=Master",
        ),
        (AB + "ms m a", AB + "clone m a meta promotable=true"),
        (AB + "master m a", AB + "clone m a meta promotable=true"),
        (AB + "location l a inf: n", AB + "location l a INFINITY: n"),
        (AB + "location l a 5: n role=Master", AB + "location l a role=Promoted 5: n"),
        (AB + "location l a rule defined x", AB + "location l a rule $id=r inf: defined x"),
        (AB + "collocation c1 inf: a b", AB + "colocation c1 mandatory: a b"),
        (AB + "order o inf: a:start b:start", AB + "order o Mandatory: a b"),
        (AB + "order o 0: a b", AB + "order o Optional: a b"),
        (AB + "order o inf: (a b) c", AB + "order o inf: ( a b ) c"),
        (AB + "order o inf: [a b] c", AB + "order o inf: ( a b require-all=false ) c"),
        ("tag t: x y", "tag t x y"),
        ("property a=1\nproperty $id=cib-bootstrap-options b=2", "property cib-bootstrap-options: a=1 b=2"),
        ("property a=1\nproperty a=2", "property a=2"),
        ("node $id=1 alice", "node 1: alice"),
        (
            "role r read params:p_IP:ip",
            "role r read xpath:\"//primitive[@id='p_IP']/instance_attributes/nvpair[@name='ip']\"",
        ),
        ("role r write status", "role r write xpath:/cib/status"),
        ("node n\nfencing_topology a b,c", "node n\nfencing_topology n: a b,c"),
        ("configure primitive a Dummy", "crm configure primitive a ocf:heartbeat:Dummy"),
    ],
)
def test_spellings_of_one_meaning(old: str, new: str) -> None:
    assert meaning_of(old) == meaning_of(new)


def test_sets_break_where_the_role_changes() -> None:
    found = meaning_of(AB + "colocation co inf: a:Master b:Master c")
    assert found["colocation co"]["sets"] == [{"role": "Promoted", "resources": ["a", "b"]}, {"resources": ["c"]}]


def test_a_rule_of_a_set_and_its_score() -> None:
    found = meaning_of("primitive a Dummy params 5: rule #uname eq n and date gt 2026-01-01 x=1 params x=2")
    assert found["resource a"]["params"] == [
        {"score": 5, "rule": {"expression": "#uname eq n and date gt 2026-01-01"}, "attributes": {"x": "1"}},
        {"attributes": {"x": "2"}},
    ]


def test_value_source_and_type() -> None:
    found = meaning_of(AB + "location l a rule 1: x number:gt 5 and y eq meta{site}")
    assert found["location l"]["rules"] == [{"score": 1, "expression": "x gt number 5 and y eq meta:site"}]


def test_a_reference_to_a_resource_means_its_set() -> None:
    configuration = crm.read(b"primitive a Dummy params x=1\nprimitive b Dummy params $id-ref=a", "x").configuration
    first, second = configuration.resources
    assert first.params[0].id == second.params[0].id_ref == "a-instance_attributes"


def test_levels_by_attribute_are_counted_by_its_name() -> None:
    found = meaning_of("fencing_topology attr:rack=1 a attr:rack=2 b pattern:n.* c alice: d e")
    assert {name for name in found if name.startswith("level")} == {
        "level attribute rack=1 1", "level attribute rack=2 2", "level pattern n.* 1", "level alice 1", "level alice 2",
    }  # fmt: skip


def test_a_bundle() -> None:
    found = meaning_of(
        "primitive r ocf:heartbeat:redis\nbundle b podman image=redis:1 replicas=3 network control-port=3121 "
        "port-mapping id=p port=6379 storage storage-mapping id=s source-dir=/a target-dir=/b primitive r meta x=1"
    )["resource b"]
    assert found["container"] == {"runtime": "podman", "image": "redis:1", "replicas": 3}
    assert found["network"]["ports"] == [{"port": 6379}]
    assert found["primitive"] == "r"
    assert found["meta"] == {"x": "1"}


def test_an_alert_and_its_recipients() -> None:
    found = meaning_of("alert a /x select nodes attributes { p q } attributes v=1 to { me meta x=5 } to you")["alert a"]
    assert found["select"]["attributes"] == {"names": [{"name": "p"}, {"name": "q"}]}
    assert found["params"] == {"v": "1"}
    assert found["recipients"] == [{"value": "me", "meta": {"x": "5"}}, {"value": "you"}]


def test_xml_containers_with_their_members_stated_twice() -> None:
    text = AB + 'xml <group id="g" new="1"><primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/></group>'
    found = meaning_of(text)
    assert found["resource g"]["members"] == ["a"]
    assert {name for name in found if name.startswith("resource")} == {f"resource {r}" for r in "abcg"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("commit\nbye\nnode n", "crm-ignored-command"),
        (AB + "location l missing 5: n", "crm-unknown-resource"),
        ("primitive a @missing", "crm-unknown-template"),
        ("primitive a Dummy op monitor intervall=30s", "crm-unknown-op-attribute"),
        ("primitive a Dummy params x=1 x=2", "crm-duplicate-name"),
        ("primitive a ping", "crm-provider-assumed"),
        ("\x1b[33mWARNING\x1b[0m: unrecognized CIB element\nnode a", "crm-message-line"),
        (
            'xml <meta_attributes id="m"><nvpair id="m-1" name="priority" value="1"/></meta_attributes>',
            "crm-ambiguous-defaults",
        ),
    ],
)
def test_warnings(text: str, code: str) -> None:
    assert code in codes_of(text)


def test_places() -> None:
    text = "node alice \\\n attributes rack=1\nprimitive p_IP IPaddr2 \\\n params ip=1 \\\n op monitor\nproperty x=1\n"
    loaded = crm.read(text.encode(), "x.crm")
    lines = {address: place.line for address, place in loaded.places.items()}
    assert lines["node alice"] == 1
    assert lines["node alice attribute rack"] == 2
    assert lines["resource p_IP"] == 3
    assert lines["resource p_IP/params/ip"] == 4
    assert lines["resource p_IP/operations/monitor"] == 5
    assert lines["property x"] == 6
