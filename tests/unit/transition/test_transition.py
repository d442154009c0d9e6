"""The scheduler's recorded answers (Pacemaker 2.1.5) as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from pacewright.cib.scheduler.transition import Transition, base_of, executable, read_transition
from pacewright.cib.xml import parse
from pacewright.model.effects import Action, Effect, Operation
from pacewright.model.errors import SpecError

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str, number: int = 1) -> Transition:
    answer, graph = ((RECORDED / f"{name}{end}").read_bytes() for end in (".xml", ".graph.xml"))
    return read_transition(answer, graph, number)


def test_effects_of_a_failover() -> None:
    summary = [e for e in recorded("failover", 3).summary if not e.base.startswith("pacewright-")]
    assert summary == [
        Effect(Action.FENCE, "", "", "alice", "", "peer is no longer part of the cluster", 3),
        Effect(Action.MIGRATE, "vm", "vm", "carol", "bob", "", 3),
        Effect(Action.STOP, "st:0", "st", "alice", "", "node availability", 3),
        Effect(Action.PROMOTE, "st:1", "st", "bob", "", "", 3),
    ]


def test_operations_are_what_nodes_execute_in_order() -> None:
    operations = [o for o in recorded("failover").operations() if not o.resource.startswith("pacewright-")]
    vm = [o for o in operations if o.resource == "vm"]
    assert vm == [Operation("vm", "migrate_to", "bob"), Operation("vm", "migrate_from", "carol"),
                  Operation("vm", "stop", "bob")]  # fmt: skip
    assert operations.index(Operation("", "fence", "alice")) < operations.index(Operation("st", "promote", "bob"))


def test_what_a_bundle_implies_belongs_to_the_bundle() -> None:
    transition = recorded("bundle")
    assert [(e.resource, e.base) for e in transition.summary] == [
        ("redis-bundle-ip-192.0.2.10", "redis-bundle"),
        ("redis-bundle-podman-0", "redis-bundle"),
        ("redis-bundle-0", "redis-bundle"),
        ("redis:0", "redis"),
    ]


@pytest.mark.parametrize("name", ["failover", "bundle"])
def test_every_action_comes_after_its_inputs(name: str) -> None:
    graph = parse((RECORDED / f"{name}.graph.xml").read_bytes())
    order = [action.id for action in executable(graph)]
    assert len(order) == len(graph.findall("synapse/action_set/*"))
    for synapse in graph.iterfind("synapse"):
        for action in synapse.iterfind("action_set/*"):
            for needed in synapse.iterfind("inputs/trigger/*"):
                assert order.index(int(str(needed.get("id")))) < order.index(int(str(action.get("id"))))


def test_an_action_whose_input_never_comes_is_left_out() -> None:
    graph = parse(
        b'<transition_graph><synapse><action_set><rsc_op id="1" operation="start" operation_key="a_start_0"/>'
        b"</action_set>"
        b'<inputs><trigger><rsc_op id="9" operation="stop" operation_key="b_stop_0"/></trigger></inputs></synapse>'
        b'<synapse><action_set><rsc_op id="2" operation="start" operation_key="c_start_0"/></action_set><inputs/>'
        b"</synapse>"
        b"</transition_graph>"
    )
    assert [action.key for action in executable(graph)] == ["c_start_0"]


def answer(*actions: str) -> bytes:
    return f"<pacemaker-result><cluster_status/><actions>{''.join(actions)}</actions></pacemaker-result>".encode()


@pytest.mark.parametrize(
    ("xml", "effect"),
    [
        ('<rsc_action action="restart" resource="a" source="alice" reason="resource definition change"/>',
         Effect(Action.RESTART, "a", "a", "alice", "", "resource definition change")),
        ('<rsc_action action="re-promote" resource="a:0" role="Promoted" source="alice"/>',
         Effect(Action.RESTART, "a:0", "a", "alice")),
        ('<rsc_action action="recover" resource="a" source="alice" dest="bob"/>',
         Effect(Action.RECOVER, "a", "a", "bob", "alice")),
        ('<rsc_action action="promote" resource="a:1" role="Stopped" next-role="Promoted" dest="bob"/>',
         Effect(Action.PROMOTE, "a:1", "a", "bob")),
        ('<node_action task="Fence (off)" node="db-0 (resource: db-docker-0)" reason="guest is unclean"/>',
         Effect(Action.FENCE, "", "", "db-0", "", "guest is unclean")),
    ],
)  # fmt: skip
def test_spellings_of_the_summary(xml: str, effect: Effect) -> None:
    assert read_transition(answer(xml), b"").summary == (effect,)


def test_what_cannot_be_carried_out_is_no_effect() -> None:
    transition = read_transition(answer('<rsc_action action="start" resource="a" node="b" blocked="true"/>'), b"")
    assert transition.summary == ()
    assert [e.resource for e in transition.blocked] == ["a"]


@pytest.mark.parametrize(
    "xml", ['<node_action task="Fence (on)" node="a"/>', '<rsc_action action="juggle" resource="a"/>']
)
def test_unfencing_and_unknown_words_are_no_effects(xml: str) -> None:
    transition = read_transition(answer(xml), b"")
    assert transition.summary == transition.blocked == ()


def test_an_answer_that_is_no_xml_is_an_error() -> None:
    with pytest.raises(SpecError):
        read_transition(b"crm_simulate: cannot", b"")


def test_base_of_an_instance() -> None:
    assert base_of("redis:12", {}) == "redis"
    assert base_of("redis-bundle-0", {"redis-bundle-0": "redis-bundle"}) == "redis-bundle"


STUCK_ANSWER = b"""<pacemaker-result><actions>
 <rsc_action action="start" resource="d:0" node="alice"/><rsc_action action="stop" resource="p" node="bob"/>
</actions></pacemaker-result>"""
STUCK_GRAPH = b"""<transition_graph>
 <synapse><action_set><rsc_op id="4" operation="start" operation_key="d_start_0" on_node="alice" on_node_uuid="1">
   <primitive id="d" long-id="d:0"/></rsc_op></action_set>
  <inputs><trigger><pseudo_event id="99" operation_key="g_running_0"/></trigger></inputs></synapse>
 <synapse><action_set><pseudo_event id="5" operation="stop" operation_key="p_stop_0"/></action_set><inputs/></synapse>
</transition_graph>"""


def test_what_waits_for_an_action_that_never_comes_is_blocked() -> None:
    """Pacemaker's summary tells of the start as of any other, but its graph never gets there: the DC goes idle."""
    transition = read_transition(STUCK_ANSWER, STUCK_GRAPH)
    assert [e.resource for e in transition.blocked] == ["d:0"]
    assert [e.resource for e in transition.summary] == ["p"]  # of a fenced node: a pseudo event is enough
    assert not transition.runnable
