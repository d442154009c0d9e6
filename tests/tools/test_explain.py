"""Explanations of small clusters, judged by the real scheduler: the reasons that must be named."""

from __future__ import annotations

import json
import shutil

import pytest

from observed import Observed, Op, running
from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.status.explain import explain
from pacewright.cib.xml import parse
from pacewright.cli.main import main
from pacewright.cluster import tools
from pacewright.cluster.runner import LocalRunner
from pacewright.model.explanation import Explanation
from support import dummy

pytestmark = pytest.mark.skipif(shutil.which("crm_simulate") is None, reason="crm_simulate is not installed")

CLONE = f'<clone id="cl">{dummy("p")}</clone>'


def explained(observed: Observed, identity: str = "p") -> Explanation:
    root = parse(observed.cib())
    done = tools.simulate(LocalRunner(), observed.cib(), scores=True)
    status = cluster_status(root, done.answer, done.graph)
    found = status.find(identity)
    assert found is not None
    return explain(root, done.answer, status, found)


def location(node: str, score: str, identity: str = "lo") -> str:
    return f'<rsc_location id="{identity}" rsc="p" node="{node}" score="{score}"/>'


def meta(name: str, value: str) -> str:
    return f'<nvpair id="m-{name}" name="{name}" value="{value}"/>'


def test_preferred_node():
    found = explained(Observed(dummy("p"), running("p", "bob"), constraints=location("bob", "100")))
    assert found.sentence.startswith("p runs on bob because")
    assert "lo prefers bob (100)" in found.because
    assert [(n.node, n.score, n.chosen) for n in found.nodes] == [("alice", 0, False), ("bob", 100, True)]
    assert [(c.kind, c.id, c.score, c.node) for c in found.contributions] == [("location", "lo", 100, "bob")]


def test_after_a_node_failure_the_fenced_node_is_the_reason():
    states = {"alice": "fenced", "bob": "online"}
    found = explained(Observed(dummy("p"), running("p", "bob"), constraints=location("alice", "100"), states=states))
    assert "lo prefers alice (100), but alice is offline (fenced)" in found.because
    assert explained(Observed(dummy("p"), running("p", "bob"), states=states)).because[0] == "alice is offline (fenced)"


FENCING = '<primitive id="fence" class="stonith" type="fence_ipmilan"/>'


def test_what_ran_on_a_lost_node_is_not_said_to_run():
    states = {"bob": "online", "alice": "lost"}
    found = explained(Observed(dummy("p") + FENCING, running("p", "alice"), properties="", states=states))
    assert found.sentence.startswith("p ran on alice and is about to move to bob because")
    assert "alice is unclean: whether p still runs there is not known until it is fenced" in found.because
    assert not found.as_desired


def test_without_a_dc_nothing_is_claimed():
    states = {"alice": "lost", "bob": "lost"}
    found = explained(Observed(dummy("p") + FENCING, running("p", "alice"), properties="", states=states))
    assert found.sentence.startswith("where p runs is not known: the cluster has no DC")


def test_a_failed_node_is_no_reason_on_the_preferred_one():
    states = {"alice": "fenced", "bob": "online"}
    found = explained(Observed(dummy("p"), running("p", "bob"), constraints=location("bob", "100"), states=states))
    assert found.because == ("lo prefers bob (100)",)


def test_a_node_that_was_shut_down_is_not_called_fenced():
    history = (*running("p", "bob"), Op("p", "alice", "stop"))
    found = explained(Observed(dummy("p"), history, states={"alice": "fenced", "bob": "online"}))
    assert "alice is offline (shut down)" in found.because


def test_partner_keeps_it_off_other_nodes():
    together = '<rsc_colocation id="co" rsc="p" with-rsc="q" score="INFINITY"/>'
    found = explained(
        Observed(dummy("p") + dummy("q"), running("p", "bob") + running("q", "bob"), constraints=together)
    )
    assert "it must run with q (co)" in found.because
    assert found.nodes[0].why_not == ("q is not on alice (co)",)
    assert [(c.kind, c.id, c.score) for c in found.contributions] == [("colocation", "co", 1000000)]


def test_waits_for_an_order():
    order = '<rsc_order id="o" first="q" then="p"/>'
    counts = {n: {"fail-count-q#start_0": "INFINITY"} for n in ("alice", "bob")}
    found = explained(Observed(dummy("p") + dummy("q"), constraints=order, transient=counts))
    assert any("q (o)" in reason for reason in found.because)
    assert found.sentence.startswith("p does not run because")
    assert ("order", "o", "after q") in [(c.kind, c.id, c.text) for c in found.contributions]


def test_failures_with_their_threshold():
    counts = {n: {"fail-count-p#monitor_10000": "3"} for n in ("alice", "bob")}
    found = explained(Observed(dummy("p", meta=meta("migration-threshold", "3")), transient=counts))
    assert "given up on bob after failures (fail count 3, migration-threshold 3)" in found.because
    assert "p has failed on bob (fail count 3)" in found.nodes[1].why_not


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        (Observed(dummy("p", meta=meta("target-role", "Stopped"))), "target-role=Stopped"),
        (Observed(dummy("p"), quorum=False), "the cluster has no quorum"),
        (Observed(dummy("p", meta=meta("is-managed", "false"))), "it is not managed"),
        (Observed(dummy("p"), attributes={n: {"standby": "on"} for n in ("alice", "bob")}), "alice is in standby"),
        (Observed(dummy("p"), constraints='<rsc_ticket id="t" ticket="site" rsc="p"/>'), "ticket site is not granted"),
    ],
)
def test_why_it_does_not_run(observed, reason):
    found = explained(observed)
    assert reason in found.because
    assert not any(n.chosen for n in found.nodes)


def test_missing_fencing_is_named():
    found = explained(Observed(dummy("p"), properties=""))
    assert any("fencing" in reason for reason in found.because)


def test_rule_is_told_as_an_expression():
    rule = (
        '<rsc_location id="lo" rsc="p"><rule id="r" score="-INFINITY">'
        '<expression id="e" attribute="db" operation="ne" value="yes"/></rule></rsc_location>'
    )
    found = explained(Observed(dummy("p"), running("p", "bob"), constraints=rule, attributes={"bob": {"db": "yes"}}))
    assert any("db ne yes" in c.text and c.score == -1000000 for c in found.contributions)


def test_stickiness_weighs():
    found = explained(Observed(dummy("p", meta=meta("resource-stickiness", "50")), running("p", "bob")))
    assert ("stickiness", 50) in [(c.kind, c.score) for c in found.contributions]


def test_about_to_move():
    found = explained(Observed(dummy("p"), running("p", "bob"), constraints=location("alice", "100")))
    assert "about to move to alice" in found.sentence


def test_clone_and_its_copies():
    observed = Observed(CLONE, running("p", "alice", "bob"))
    assert explained(observed, "cl").sentence.startswith("cl runs on alice and bob")
    assert "runs on" in explained(observed, "p:1").sentence


def test_command(tmp_path, capsys):
    path = tmp_path / "cib.xml"
    path.write_bytes(Observed(dummy("p"), running("p", "bob")).cib())
    assert main(["explain", "p", "--json", "--cluster", f"file:{path}"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["format"], shown["version"], shown["id"], shown["as_desired"]) == ("pacewright-explain", 1, "p", True)
    assert main(["explain", "pp", "--cluster", f"file:{path}"]) == 1
    assert "'p'" in capsys.readouterr().err
