"""Status and explanations from recorded answers of the scheduler (tests/unit/status, Pacemaker 2.1.5)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.status.explain import absence, explain
from pacewright.cib.status.instances import nodes_of
from pacewright.cib.status.operations import failures, in_flight
from pacewright.cib.status.scores import Scores
from pacewright.cib.xml import Node, parse
from pacewright.cli.session import Style
from pacewright.cli.views import explain as explain_view
from pacewright.cli.views import status as status_view
from pacewright.model.errors import SpecError
from pacewright.model.status import ClusterStatus, Instance, ResourceStatus

RECORDED = Path(__file__).parent / "status"
NAMES = ("running", "troubled", "lost")


def recorded(name: str) -> tuple[Node, bytes, bytes]:
    cib, answer, graph = (RECORDED.joinpath(f"{name}.{part}.xml").read_bytes() for part in ("cib", "answer", "graph"))
    return parse(cib), answer, graph


def status(name: str, hidden: frozenset[str] = frozenset()) -> ClusterStatus:
    return cluster_status(*recorded(name), hidden)


def test_everything_runs():
    found = status("running")
    assert (found.settled, found.as_desired, found.quorum, found.dc) == (True, True, True, "alice")
    assert found.top == ("p", "g", "ms")
    assert {i: (r.kind, r.parent, r.active, r.expected) for i, r in found.resources.items()} == {
        "p": ("primitive", None, 1, 1),
        "g": ("group", None, 2, 2),
        "a": ("primitive", "g", 1, 1),
        "b": ("primitive", "g", 1, 1),
        "ms": ("promotable", None, 2, 2),
        "db": ("primitive", "ms", 2, 2),
    }
    assert (found.resources["ms"].promoted, found.resources["ms"].promoted_expected) == (1, 1)


def test_instances_of_an_anonymous_clone_are_numbered():
    instances = status("running").resources["db"].instances
    assert [(i.id, i.resource, i.copy, i.nodes, i.role) for i in instances] == [
        ("db:0", "db", "0", ("alice",), "Promoted"),
        ("db:1", "db", "1", ("bob",), "Unpromoted"),
    ]


@pytest.mark.parametrize(("identity", "nodes"), [("db:1", ("bob",)), ("ms:0", ("alice",)), ("ms", ("alice", "bob"))])
def test_finds_instances(identity, nodes):
    found = status("running").find(identity)
    assert found is not None
    assert (found.id, found.nodes) == (identity, nodes)


@pytest.mark.parametrize("identity", ["db:2", "db:", ":0", "nothing", "p:0"])
def test_finds_nothing(identity):
    assert status("running").find(identity) is None


def test_failed_and_blocked():
    found = status("troubled")
    assert {i: found.resources[i].state for i in ("p", "q", "g", "hb")} == {
        "p": "failed",
        "q": "blocked",
        "g": "partial",
        "hb": "stopped",
    }
    assert not any(found.resources[i].as_desired for i in ("p", "q", "g", "hb"))
    assert [(p.action, p.resource, p.node) for p in found.resources["p"].planned] == [("recover", "p", "bob")]


def test_bundle_parts():
    found = status("troubled")
    assert found.resources["hb"].members == ("inner", "hb-podman-0", "hb-0")
    assert found.resources["inner"].instances[0].id == "inner:0"
    assert found.resources["hb-podman-0"].agent == "ocf:heartbeat:podman"


def test_failures_and_operations_in_flight():
    found = status("troubled")
    assert {(f.resource, f.operation, f.interval, f.node, f.code, f.reason) for f in found.failures} == {
        ("p", "monitor", 10000, "bob", 7, "not running"),
        ("q", "stop", 0, "alice", 1, "error"),
    }
    assert [(i.resource, i.operation, i.node) for i in found.in_flight] == [("a", "start", "alice")]
    assert not found.settled


def test_nodes_that_are_not_online_have_no_history():
    root = recorded("troubled")[0]
    assert list(in_flight(root, {"bob"})) == []
    assert {f.node for f in failures(root, {"bob"})} == {"bob"}


@pytest.mark.parametrize(
    ("operation", "interval", "code", "state", "failed"),
    [
        ("monitor", "0", "7", "0", False),  # a probe that finds it stopped
        ("monitor", "0", "5", "0", True),
        ("monitor", "10000", "7", "0", True),
        ("monitor", "10000", "190", "0", False),  # degraded is good enough
        ("start", "0", "0", "0", False),
        ("start", "0", "1", "4", True),
        ("start", "0", "1", "2", True),
        ("start", "0", "193", "-1", False),
    ],
)
def test_what_is_a_failure(operation, interval, code, state, failed):
    root = parse(
        f'<cib><status><node_state uname="n"><lrm><lrm_resources><lrm_resource id="p">'
        f'<lrm_rsc_op operation="{operation}" interval="{interval}" '
        f'rc-code="{code}" op-status="{state}" transition-key="1:2:0:x"/></lrm_resource>'
        "</lrm_resources></lrm></node_state></status></cib>".encode()
    )
    assert bool(list(failures(root, {"n"}))) is failed


def test_hidden_resources_are_nowhere():
    found = status("troubled", frozenset({"q"}))
    assert "q" not in found.resources
    assert "q" not in found.top
    assert {f.resource for f in found.failures} == {"p"}


def test_what_a_hidden_resource_does_is_not_shown_but_not_settled():
    found = status("troubled", frozenset({"p", "a"}))
    assert "p" not in {p.resource for p in found.planned}
    assert found.in_flight == ()
    assert not found.settled


def test_a_monitor_still_to_come_is_only_in_the_graph():
    root, answer, _ = recorded("running")
    graph = (
        b'<transition_graph><synapse id="0"><action_set><rsc_op id="1" operation="monitor" '
        b""
        b'operation_key="p_monitor_5000" on_node="bob" on_node_uuid="2">'
        b'<primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/>'
        b'<attributes CRM_meta_interval="5000"/></rsc_op></action_set><inputs/></synapse></transition_graph>'
    )
    found = cluster_status(root, answer, graph)
    assert not found.settled
    assert [(p.action, p.resource) for p in found.resources["p"].planned] == [("monitor", "p")]


def test_lost_node_and_quorum():
    found = status("lost")
    assert (found.quorum, [n.name for n in found.lost_nodes()], found.as_desired) == (False, ["alice"], False)
    assert {n.name: (n.state, n.kind) for n in found.nodes} == {
        "alice": ("offline", "member"),
        "bob": ("online", "member"),
    }


def test_without_scores_every_usable_node_is_a_place():
    root, answer, _ = recorded("running")
    told = parse(answer)
    told.remove(told.find("allocations"))
    from lxml import etree

    found = cluster_status(root, etree.tostring(told))
    assert (found.resources["ms"].expected, found.as_desired) == (2, True)


def test_node_states():
    flags = {"unclean": "unclean", "pending": "pending", "maintenance": "maintenance", "standby_onfail": "standby"}
    for flag, state in flags.items():
        node = f'<node name="n" id="1" online="true" {flag}="true"/>'
        answer = parse(f"<a><cluster_status><nodes>{node}</nodes></cluster_status></a>".encode())
        assert [n.state for n in nodes_of(answer)] == [state]


def test_scores_by_step():
    table = "".join(
        f'<node_weight function="{step}" node="{node}" score="{score}" id="p:0"/>'
        for step, node, score in (
            ("clone_assign", "alice", "0"),
            ("clone_assign", "bob", "-INFINITY"),
            ("primitive_assign", "alice", "-INFINITY"),
        )
    )
    scores = Scores.of(parse(f"<a><allocations>{table}</allocations></a>".encode()))
    assert scores.allowed(["p:0"], "alice")
    assert not scores.allowed(["p:0"], "alice", final=True)
    assert not scores.allowed(["p:0"], "bob")
    assert scores.allowed(["unknown"], "bob")
    assert scores.final("p:0") == {"alice": -1_000_000}


def test_absence():
    root = recorded("lost")[0]
    assert (absence(root, "alice"), absence(root, "nobody")) == ("fenced", "never seen")


def test_explains_from_the_same_values():
    root, answer, graph = recorded("lost")
    found = cluster_status(root, answer, graph)
    told = explain(root, answer, found, found.resources["p"])
    assert "lo prefers alice (100), but alice is offline (fenced)" in told.because
    assert [(n.node, n.score, n.chosen) for n in told.nodes] == [("alice", 100, False), ("bob", 0, True)]


def test_answer_that_is_no_xml():
    root = recorded("running")[0]
    with pytest.raises(SpecError):
        cluster_status(root, b"crm_simulate: no")


def test_a_long_chain_behind_a_held_resource_is_held():
    names = [f"p{i}" for i in range(1500)]
    primitives = "".join(f'<primitive id="{n}" class="ocf" provider="pacemaker" type="Dummy"/>' for n in names)
    orders = "".join(f'<rsc_order id="o{i}" first="{a}" then="{b}"/>' for i, (a, b) in enumerate(pairwise(names)))
    options = (
        '<cluster_property_set id="o"><nvpair id="s" name="stonith-enabled" value="false"/></cluster_property_set>'
    )
    root = parse(
        f"<cib><configuration><crm_config>{options}</crm_config><resources>{primitives}</resources>"
        f"<constraints>{orders}</constraints></configuration></cib>".encode()
    )
    shown = "".join(f'<resource id="{n}" role="Stopped" active="false"/>' for n in names)
    shown = shown.replace('id="p0"', 'id="p0" target_role="Stopped"')
    nodes = '<node name="alice" id="1" online="true" type="member"/>'
    answer = f"<a><cluster_status><nodes>{nodes}</nodes><resources>{shown}</resources></cluster_status></a>"
    found = cluster_status(root, answer.encode())
    assert found.as_desired
    assert [(h.by, h.detail) for h in found.resources["p1499"].held] == [("dependency", "p1498 (o1498)")]


# ---- views


@pytest.mark.parametrize("name", NAMES)
def test_documents_agree_with_the_values(name):
    found = status(name)
    document = status_view.document(found, "live", None)
    assert (document["format"], document["version"], document["whole"]) == ("pacewright-status", 1, True)
    assert document["as_desired"] is found.as_desired
    assert [r["id"] for r in document["resources"]] == list(found.top)


def test_only_what_was_asked_for():
    found = status("troubled")
    document = status_view.document(found, "live", [found.resources["q"]])
    assert [f["resource"] for f in document["failures"]] == ["q"]
    text = status_view.render(document, Style())
    assert text.startswith("q (ocf:pacemaker:Dummy): blocked")
    assert "Nodes" not in text


@pytest.mark.parametrize("name", NAMES)
def test_text_names_every_resource_and_node(name):
    found = status(name)
    text = status_view.render(status_view.document(found, "live", None), Style())
    assert all(i in text for i in found.resources)
    assert all(n.name in text for n in found.nodes)


def test_explanation_text_begins_with_the_sentence():
    root, answer, graph = recorded("troubled")
    found = cluster_status(root, answer, graph)
    for identity in found.resources:
        told = explain(root, answer, found, found.resources[identity])
        assert explain_view.render(explain_view.document(told, "live"), Style()).startswith(told.sentence)


# ---- words


def test_state_words():
    up = Instance("p", "p", "Started", True, ("alice",))
    one = ResourceStatus("p", "primitive", (up,), active=1, expected=1)
    assert one.state == "running"
    assert replace(one, expected=2).state == "partial"
    assert replace(one, instances=(replace(up, failed=True),)).state == "failed"
    assert replace(one, instances=(replace(up, failed=True, blocked=True),)).state == "blocked"
    assert replace(one, instances=(replace(up, active=False, nodes=()),), active=0).state == "stopped"
    assert replace(one, instances=(replace(up, orphaned=True),)).orphaned


STUCK_GRAPH = b"""<transition_graph><synapse><action_set>
 <rsc_op id="4" operation="start" operation_key="p_start_0"><primitive id="p"/></rsc_op></action_set>
 <inputs><trigger><pseudo_event id="99" operation_key="g_running_0"/></trigger></inputs></synapse></transition_graph>"""


def test_a_start_that_waits_for_ever_does_not_keep_the_cluster_from_settling():
    cib, answer, _ = recorded("running")
    told = parse(answer)
    told.find("actions").append(parse(b'<rsc_action action="start" resource="p" node="alice"/>'))
    stuck = cluster_status(cib, etree.tostring(told), STUCK_GRAPH)
    assert stuck.settled
    assert [(p.resource, p.blocked) for p in stuck.planned] == [("p", True)]
    assert not cluster_status(
        cib, etree.tostring(told), STUCK_GRAPH.replace(b"<inputs>", b"<!--").replace(b"</inputs>", b"-->")
    ).settled
