"""Status of small clusters, judged by the real scheduler: each test is a situation and what is said of it."""

from __future__ import annotations

import json
import shutil

import pytest

from observed import NO_FENCING, Observed, Op, running
from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.xml import parse
from pacewright.cli.main import main
from pacewright.cluster import tools
from pacewright.cluster.runner import LocalRunner
from pacewright.model.status import ClusterStatus
from support import dummy

pytestmark = pytest.mark.skipif(shutil.which("crm_simulate") is None, reason="crm_simulate is not installed")

STATEFUL = ("ocf", "pacemaker", "Stateful")
GROUP = f'<group id="g">{dummy("a")}{dummy("b")}</group>'
CLONE = f'<clone id="cl">{dummy("p")}</clone>'
PROMOTABLE = (
    '<clone id="ms"><meta_attributes id="ms-m"><nvpair id="ms-p" name="promotable" value="true"/></meta_attributes>'
    '<primitive id="db" class="ocf" provider="pacemaker" type="Stateful"/></clone>'
)
BUNDLE = f'<bundle id="hb"><podman image="x" replicas="2"/><network control-port="3121"/>{dummy("inner")}</bundle>'
DEVICE = '<primitive id="fence" class="stonith" type="fence_dummy"/>'


def meta(name: str, value: str) -> str:
    return f'<nvpair id="m-{name}" name="{name}" value="{value}"/>'


def ban(resource: str, node: str) -> str:
    identity = f"cli-ban-{resource}-on-{node}"
    return f'<rsc_location id="{identity}" rsc="{resource}" role="Started" node="{node}" score="-INFINITY"/>'


def status(observed: Observed) -> ClusterStatus:
    done = tools.simulate(LocalRunner(), observed.cib(), scores=True)
    return cluster_status(parse(observed.cib()), done.answer, done.graph)


def holds(status: ClusterStatus, identity: str) -> list[tuple[str, str]]:
    return [(h.by, h.detail) for h in status.resources[identity].held]


def test_running_primitive_is_as_desired():
    found = status(Observed(dummy("p"), running("p", "bob")))
    p = found.resources["p"]
    assert (p.state, p.nodes, p.active, p.expected, p.as_desired) == ("running", ("bob",), 1, 1, True)
    assert found.settled
    assert found.as_desired


def test_stopped_primitive_has_a_start_planned():
    found = status(Observed(dummy("p")))
    assert [(p.action, p.resource, p.blocked) for p in found.resources["p"].planned] == [("start", "p", False)]
    assert not found.settled
    assert not found.as_desired


def test_target_role_stopped_is_held():
    found = status(Observed(dummy("p", meta=meta("target-role", "Stopped"))))
    assert (found.resources["p"].state, found.resources["p"].as_desired) == ("stopped", True)
    assert holds(found, "p") == [("target-role", "Stopped")]


def test_stopping_is_not_yet_as_desired():
    found = status(Observed(dummy("p", meta=meta("target-role", "Stopped")), running("p", "bob")))
    assert not found.resources["p"].as_desired
    assert [p.action for p in found.resources["p"].planned] == ["stop"]


def test_stopped_member_holds_the_rest_of_its_group():
    stopped = dummy("a", meta=meta("target-role", "Stopped"))
    found = status(Observed(f'<group id="g">{stopped}{dummy("b")}</group>'))
    assert [found.resources[i].as_desired for i in ("a", "b", "g")] == [True, True, True]
    assert holds(found, "b") == [("dependency", "a (g)")]


def test_failed_monitor_is_failed_and_recovered():
    found = status(Observed(dummy("p"), (*running("p", "bob"), Op("p", "bob", "monitor", code=1, interval=10000))))
    p = found.resources["p"]
    assert (p.state, p.as_desired) == ("failed", False)
    assert [(f.operation, f.interval, f.node, f.code) for f in p.failures] == [("monitor", 10000, "bob", 1)]
    assert not found.settled


def test_given_up_after_failures_settles_but_is_not_as_desired():
    failed = tuple(Op("p", n, "start", code=1) for n in ("alice", "bob"))
    stopped = tuple(Op("p", n, "stop") for n in ("alice", "bob"))
    counts = {n: {"fail-count-p#start_0": "INFINITY", "last-failure-p#start_0": "1700000000"} for n in ("alice", "bob")}
    found = status(Observed(dummy("p"), (*failed, *stopped), transient=counts))
    p = found.resources["p"]
    assert (p.state, p.active, p.expected, p.as_desired, found.settled) == ("stopped", 0, 1, False, True)
    assert {f.fail_count for f in p.failures} == {"INFINITY"}


def test_clone_missing_where_it_failed_is_not_as_desired():
    history = (*running("p", "bob"), Op("p", "alice", "start", code=1), Op("p", "alice", "stop"))
    found = status(Observed(CLONE, history, transient={"alice": {"fail-count-p#start_0": "INFINITY"}}))
    cl = found.resources["cl"]
    assert (cl.active, cl.expected, cl.state, cl.as_desired) == (1, 2, "partial", False)


def test_blocked_by_a_failed_stop():
    history = (*running("p", "bob"), Op("p", "bob", "stop", code=1))
    found = status(Observed(dummy("p", meta=meta("target-role", "Stopped")), history))
    assert (found.resources["p"].state, found.resources["p"].as_desired) == ("blocked", False)
    assert holds(found, "p") == [("target-role", "Stopped")]


def test_unmanaged_is_held_and_runs():
    found = status(Observed(dummy("p", meta=meta("is-managed", "false")), running("p", "bob")))
    assert (found.resources["p"].state, found.resources["p"].as_desired) == ("running", True)
    assert holds(found, "p") == [("is-managed", "false")]


def test_unmanaged_and_stopped_is_held():
    found = status(Observed(dummy("p", meta=meta("is-managed", "false"))))
    assert (found.resources["p"].state, found.resources["p"].as_desired) == ("stopped", True)


def test_maintenance_mode_holds_everything():
    properties = NO_FENCING + '<nvpair id="mm" name="maintenance-mode" value="true"/>'
    found = status(Observed(dummy("p") + CLONE.replace('"p"', '"q"'), running("p", "bob"), properties=properties))
    assert found.maintenance
    assert found.as_desired
    assert holds(found, "p") == [("maintenance", "maintenance-mode")]


def test_node_in_maintenance_holds_what_is_there():
    found = status(Observed(CLONE, running("p", "bob"), attributes={"alice": {"maintenance": "true"}}))
    assert found.node("alice").state == "maintenance"
    assert (found.resources["cl"].active, found.resources["cl"].as_desired) == (1, True)
    assert ("maintenance", "alice") in holds(found, "cl")


def test_standby_reduces_a_clone_and_is_shown():
    found = status(Observed(CLONE, running("p", "bob"), attributes={"alice": {"standby": "on"}}))
    assert found.node("alice").state == "standby"
    assert (found.resources["cl"].active, found.resources["cl"].expected, found.as_desired) == (1, 1, True)
    assert holds(found, "cl") == [("standby", "alice")]


def test_standby_of_another_node_is_no_hold_on_a_primitive():
    found = status(Observed(dummy("p"), running("p", "bob"), attributes={"alice": {"standby": "on"}}))
    assert holds(found, "p") == []


def test_all_nodes_in_standby_hold_a_primitive():
    found = status(Observed(dummy("p"), attributes={n: {"standby": "on"} for n in ("alice", "bob")}))
    assert (found.resources["p"].state, found.resources["p"].as_desired) == ("stopped", True)


def test_banned_from_every_node_is_held():
    found = status(Observed(dummy("p"), constraints=ban("p", "alice") + ban("p", "bob")))
    assert found.resources["p"].as_desired
    assert [by for by, _ in holds(found, "p")] == ["ban", "ban"]


def test_banned_while_the_other_node_is_lost_is_not_only_held():
    found = status(Observed(dummy("p"), constraints=ban("p", "alice"), states={"alice": "online", "bob": "fenced"}))
    assert not found.resources["p"].as_desired


def test_forbidden_everywhere_by_its_configuration_is_not_as_desired():
    never = "".join(f'<rsc_location id="no-{n}" rsc="p" node="{n}" score="-INFINITY"/>' for n in ("alice", "bob"))
    found = status(Observed(dummy("p"), constraints=never))
    assert not found.resources["p"].as_desired
    assert found.settled


def test_clone_limited_by_a_rule_is_as_desired_with_fewer():
    rule = (
        '<rsc_location id="lo" rsc="cl"><rule id="lo-r" score="-INFINITY">'
        '<expression id="lo-e" attribute="db" operation="ne" value="yes"/></rule></rsc_location>'
    )
    found = status(Observed(CLONE, running("p", "bob"), constraints=rule, attributes={"bob": {"db": "yes"}}))
    assert (found.resources["cl"].active, found.resources["cl"].expected, found.as_desired) == (1, 1, True)


def test_waits_for_a_failing_resource():
    order = '<rsc_order id="o" first="p" then="q"/>'
    counts = {n: {"fail-count-p#start_0": "INFINITY"} for n in ("alice", "bob")}
    found = status(Observed(dummy("p") + dummy("q"), constraints=order, transient=counts))
    assert not found.resources["q"].as_desired
    assert any("p (o)" in reason for reason in found.resources["q"].why_not)


def test_clone_that_waits_for_a_failing_resource_is_not_as_desired():
    together = '<rsc_colocation id="co" rsc="cl" with-rsc="q" score="INFINITY"/>'
    counts = {n: {"fail-count-q#start_0": "INFINITY"} for n in ("alice", "bob")}
    found = status(Observed(CLONE + dummy("q"), constraints=together, transient=counts))
    assert (found.resources["cl"].expected, found.resources["cl"].as_desired) == (2, False)


def test_waits_for_a_held_resource_is_held():
    order = '<rsc_order id="o" first="p" then="q"/>'
    found = status(Observed(dummy("p", meta=meta("target-role", "Stopped")) + dummy("q"), constraints=order))
    assert found.resources["q"].as_desired
    assert holds(found, "q") == [("dependency", "p (o)")]


def test_waiting_for_a_held_resource_does_not_excuse_failures():
    order = '<rsc_order id="o" first="p" then="q"/>'
    counts = {n: {"fail-count-q#start_0": "INFINITY"} for n in ("alice", "bob")}
    held = dummy("p", meta=meta("target-role", "Stopped"))
    found = status(Observed(held + dummy("q"), constraints=order, transient=counts))
    assert not found.resources["q"].as_desired


@pytest.mark.parametrize(("scores", "promoted"), [({"alice": {"master-db": "10"}}, True), ({}, False)])
def test_promotable_with_one_promoted(scores, promoted):
    history = [Op("db", n, agent=STATEFUL) for n in ("alice", "bob")]
    if promoted:
        history.append(Op("db", "alice", "promote", agent=STATEFUL))
    found = status(Observed(PROMOTABLE, tuple(history), transient=scores))
    ms = found.resources["ms"]
    assert (ms.kind, ms.active, ms.expected, ms.promoted, ms.promoted_expected) == (
        "promotable",
        2,
        2,
        int(promoted),
        1,
    )
    assert ms.as_desired is promoted


def test_one_copy_is_asked_for_by_its_number():
    history = (*(Op("db", n, agent=STATEFUL) for n in ("alice", "bob")), Op("db", "alice", "promote", agent=STATEFUL))
    found = status(Observed(PROMOTABLE, history, transient={"alice": {"master-db": "10"}}))
    copy = next(i for i in found.resources["db"].instances if i.promoted)
    assert found.find(copy.id).nodes == ("alice",)
    assert found.find("db:7") is None


def test_group_half_running():
    found = status(Observed(GROUP, running("a", "alice")))
    g = found.resources["g"]
    assert (g.state, g.active, g.expected, g.members) == ("partial", 1, 2, ("a", "b"))
    assert found.resources["a"].nodes == ("alice",)


def test_unique_clone_counts_copies():
    options = meta("globally-unique", "true") + meta("clone-max", "2") + meta("clone-node-max", "2")
    unique = f'<clone id="cl"><meta_attributes id="u">{options}</meta_attributes>{dummy("p")}</clone>'
    found = status(Observed(unique, (Op("p:0", "alice"), Op("p:1", "alice")), states={"alice": "online"}))
    assert (found.resources["cl"].active, found.resources["cl"].expected, found.as_desired) == (2, 2, True)
    assert {i.id for i in found.resources["p"].instances} == {"p:0", "p:1"}


def test_bundle_with_guest_nodes():
    podman, remote = ("ocf", "heartbeat", "podman"), ("ocf", "pacemaker", "remote")
    history = tuple(
        Op(name, node, agent=agent)
        for n, node in enumerate(("alice", "bob"))
        for name, agent in ((f"hb-podman-{n}", podman), (f"hb-{n}", remote))
    )
    guests = "".join(
        f'<node_state remote_node="true" id="hb-{n}" uname="hb-{n}" in_ccm="true" crmd="online"/>' for n in (0, 1)
    )
    found = status(Observed(BUNDLE, history, extra_status=guests))
    hb = found.resources["hb"]
    assert (hb.kind, hb.expected, hb.nodes) == ("bundle", 2, ("alice", "bob"))
    assert (hb.state, hb.active, hb.as_desired) == ("partial", 0, False)
    assert found.node("hb-0").kind == "guest"
    assert found.resources["hb-podman-0"].nodes == ("alice",)
    assert {p.resource for p in found.resources["inner"].planned} == {"inner:0", "inner:1"}


def test_in_flight_operation_is_not_settled():
    found = status(Observed(dummy("p"), (Op("p", "bob", code=193, status=-1),)))
    assert [(i.resource, i.operation, i.node) for i in found.in_flight] == [("p", "start", "bob")]
    assert not found.settled


def test_history_of_a_lost_node_is_not_in_flight():
    history = (*running("p", "alice"), Op("q", "bob", code=193, status=-1))
    found = status(Observed(dummy("p") + dummy("q"), history, states={"alice": "online", "bob": "fenced"}))
    assert found.in_flight == ()


def test_no_quorum():
    found = status(Observed(dummy("p"), quorum=False))
    assert not found.quorum
    assert not found.resources["p"].as_desired
    assert any("quorum" in reason for reason in found.resources["p"].why_not)


def test_no_fencing_device_is_a_reason():
    found = status(Observed(dummy("p"), properties=""))
    assert any("fencing" in reason for reason in found.resources["p"].why_not)


def test_unclean_node():
    history = (*running("p", "bob"), Op("fence", "alice", agent=("stonith", "", "fence_dummy")))
    found = status(Observed(dummy("p") + DEVICE, history, properties="", states={"alice": "online", "bob": "lost"}))
    assert found.node("bob").state == "unclean"
    assert any(p.action.startswith("fence") and p.resource == "bob" for p in found.planned)
    assert not found.as_desired


def test_a_granted_ticket_runs_and_a_missing_one_holds():
    ticket = '<rsc_ticket id="t" ticket="site" rsc="p"/>'
    found = status(Observed(dummy("p"), constraints=ticket))
    assert holds(found, "p") == [("ticket", "site")]
    granted = '<tickets><ticket_state id="site" granted="true"/></tickets>'
    found = status(Observed(dummy("p"), running("p", "bob"), constraints=ticket, extra_status=granted))
    assert found.as_desired


# ---- the command


@pytest.fixture
def cib(tmp_path):
    def write(observed: Observed) -> str:
        path = tmp_path / "cib.xml"
        path.write_bytes(observed.cib())
        return f"file:{path}"

    return write


@pytest.mark.parametrize(
    ("states", "arguments", "code"),
    [
        ({"alice": "online", "bob": "online"}, [], 0),
        ({"alice": "online", "bob": "fenced"}, [], 2),
        ({"alice": "online", "bob": "fenced"}, ["p"], 0),
        ({"alice": "online", "bob": "online"}, ["nothing"], 1),
    ],
)
def test_exit_codes(cib, capsys, states, arguments, code):
    cluster = cib(Observed(dummy("p"), running("p", "alice"), states=states))
    assert main(["status", *arguments, "--cluster", cluster]) == code


def test_not_as_desired_exits_2_and_unreadable_7(cib, tmp_path, capsys):
    assert main(["status", "p", "--cluster", cib(Observed(dummy("p")))]) == 2
    assert main(["status", "--cluster", f"file:{tmp_path}/none.xml"]) == 7


def test_json_has_everything_of_the_tree(cib, capsys):
    assert (
        main(["status", "--json", "--cluster", cib(Observed(GROUP, running("a", "alice") + running("b", "alice")))])
        == 0
    )
    shown = json.loads(capsys.readouterr().out)
    assert (shown["format"], shown["version"], shown["as_desired"], shown["settled"]) == (
        "pacewright-status",
        1,
        True,
        True,
    )
    assert [m["id"] for m in shown["resources"][0]["members"]] == ["a", "b"]
    assert [n["name"] for n in shown["nodes"]] == ["alice", "bob"]


def test_unknown_id_suggests_a_close_one(cib, capsys):
    assert main(["status", "p_IB", "--cluster", cib(Observed(dummy("p_IP")))]) == 1
    assert "'p_IP'" in capsys.readouterr().err
