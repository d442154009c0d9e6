"""A transition carried out: the history that nodes would have written."""

from __future__ import annotations

from pathlib import Path

from pacewright.cib.agent_metadata import AgentMetadata, parse_metadata
from pacewright.cib.scheduler.digests import digest, restart_parameters
from pacewright.cib.scheduler.history import advance, settle, with_flights_landed
from pacewright.cib.scheduler.nodestate import NodeState, StatusSection
from pacewright.cib.scheduler.transition import read_transition
from pacewright.cib.xml import Node, parse, to_text

RECORDED = Path(__file__).parent / "recorded"
EMPTY = b"<pacemaker-result><actions/></pacemaker-result>"


def carried_out(name: str) -> Node:
    root = parse((RECORDED / f"{name}.cib.xml").read_bytes())
    answer, graph = ((RECORDED / f"{name}{end}").read_bytes() for end in (".xml", ".graph.xml"))
    return advance(root, read_transition(answer, graph), now=1000)


def state(root: Node, node: str) -> NodeState:
    return StatusSection(root).named(node)


def history(root: Node, node: str, resource: str) -> dict[str, tuple[str | None, str | None]]:
    return {str(e.get("id")): (e.get("operation"), e.get("rc-code")) for e in state(root, node).operations(resource)}


def test_the_original_is_left_alone() -> None:
    root = parse((RECORDED / "failover.cib.xml").read_bytes())
    before = to_text(root)
    answer, graph = ((RECORDED / f"failover{end}").read_bytes() for end in (".xml", ".graph.xml"))
    after = advance(root, read_transition(answer, graph))
    assert to_text(root) == before != to_text(after)


def test_a_fenced_node_is_down_and_forgotten() -> None:
    alice = state(carried_out("failover"), "alice")
    assert not alice.online
    assert (alice.element.get("join"), alice.element.get("expected")) == ("down", "down")
    assert list(alice.element) == []


def test_a_live_migration_ends_at_its_destination() -> None:
    root = carried_out("failover")
    assert history(root, "bob", "vm") == {"vm_last_0": ("stop", "0")}
    assert history(root, "carol", "vm").items() >= {
        "vm_migrate_from_0": ("migrate_from", "0"), "vm_monitor_10000": ("monitor", "0"),
    }.items()  # fmt: skip
    arrival = next(e for e in state(root, "carol").operations("vm") if e.get("operation") == "migrate_from")
    assert (arrival.get("migrate_source"), arrival.get("migrate_target")) == ("bob", "carol")


def test_promotion_scores_follow_the_instances() -> None:
    root = carried_out("failover")
    assert state(root, "bob").attribute("master-st") == "10"
    assert state(root, "alice").attribute("master-st") is None


def test_a_guest_node_comes_up_with_its_connection() -> None:
    root = carried_out("bundle")
    guest = state(root, "redis-bundle-0")
    assert (guest.remote, guest.element.get("in_ccm")) == (True, "true")
    assert history(root, "redis-bundle-0", "redis")["redis_last_0"] == ("start", "0")
    assert history(root, "bob", "redis-bundle-podman-0") == {"redis-bundle-podman-0_last_0": ("monitor", "7")}


def test_call_ids_rise_and_time_is_the_given_one() -> None:
    before = StatusSection(parse((RECORDED / "failover.cib.xml").read_bytes())).last_call()
    new = [e for e in carried_out("failover").iter("lrm_rsc_op") if e.get("last-rc-change") == "1000"]
    calls = [int(str(e.get("call-id"))) for e in new]
    assert len(calls) == 5
    assert min(calls) > before
    assert len(set(calls)) == len(calls)


def test_the_digest_is_pacemakers() -> None:
    # Taken from crm_resource --digests (2.1.5).
    assert digest({}) == "f2317cad3d54cec5d7d7aa7d0bf35cf8"
    assert digest({"1": "192.168.100.182"}) == "228e5b6a6590df0e8af9a9964014ed59"
    assert digest({"state": "/tmp/a <b", "passwd": "zz", "fake": "zz"}) == "1f783e344a93c33d53f3a90bfc7eb71f"


def test_the_digest_escapes_as_pacemakers_generation_does() -> None:
    old, new = "3.16.1", "3.20.0"
    assert digest({"a": "it's"}, old) != digest({"a": "it's"}, new)
    assert digest({"a": 'x < "y" & z'}, old) == digest({"a": 'x < "y" & z'}, new)
    assert digest({"a": "a\tb"}, old) == digest({"a": "a    b"}, old) != digest({"a": "a\tb"}, new)


def agent(version: str, reload: str) -> AgentMetadata:
    text = f"""<resource-agent name="x"><version>{version}</version><parameters>
      <parameter name="path" unique="1"/><parameter name="size" reloadable="1"/></parameters>
      <actions><action name="{reload}"/></actions></resource-agent>"""
    metadata = parse_metadata("ocf:x:x", text.encode())
    assert metadata is not None
    return metadata


def test_what_a_reload_cannot_change() -> None:
    assert restart_parameters(agent("1.1", "reload-agent")) == ("path",)
    assert restart_parameters(agent("1.0", "reload")) == ("path",)
    assert restart_parameters(agent("1.1", "reload")) is None
    assert restart_parameters(agent("", "reload-agent")) is None


def test_operations_in_flight_land() -> None:
    root = parse(
        b'<cib><configuration/><status><node_state uname="a"><lrm><lrm_resources><lrm_resource id="r">'
        b'<lrm_rsc_op id="r_last_0" operation="start" call-id="-1" rc-code="193" op-status="-1"'
        b' transition-key="3:7:0:x"/></lrm_resource>'
        b"</lrm_resources></lrm></node_state></status></cib>"
    )
    entry = next(with_flights_landed(root).iter("lrm_rsc_op"))
    assert (entry.get("rc-code"), entry.get("op-status"), entry.get("call-id")) == ("0", "0", "1")
    assert next(root.iter("lrm_rsc_op")).get("op-status") == "-1"


class Scheduler:
    """Always wants the same, ``times`` times."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.answer = EMPTY

    @property
    def graph(self) -> bytes:
        return (RECORDED / "failover.graph.xml").read_bytes() if self.left > 0 else b"<transition_graph/>"

    def __call__(self, _cib: bytes) -> Scheduler:
        self.left -= 1
        return self


def test_settling_ends_when_nothing_is_left() -> None:
    outcome = settle(parse((RECORDED / "failover.cib.xml").read_bytes()), Scheduler(2))
    assert (outcome.settled, len(outcome.transitions)) == (True, 1)


def test_a_scheduler_that_wants_the_same_for_ever_does_not_settle() -> None:
    outcome = settle(parse((RECORDED / "failover.cib.xml").read_bytes()), Scheduler(1000))
    assert not outcome.settled
    assert len(outcome.transitions) < 5
