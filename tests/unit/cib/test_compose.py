"""What a deployment may change, and what it must leave alone."""

from dataclasses import replace

import pytest

from pacewright.catalogue.secrets import is_secret
from pacewright.cib.address import objects_of
from pacewright.cib.desired.comparison import compare
from pacewright.cib.desired.compose import compose
from pacewright.cib.desired.ownership import Record, records, with_record
from pacewright.model.change import Action, Reason
from support import configuration, dummy

HAND = '<nvpair id="{0}-tr" name="target-role" value="Stopped"/>'


def owning(live, *addresses, stated=(), deployment="site"):
    return with_record(live, Record(deployment, frozenset(addresses), frozenset(stated), "p1"))


def changes(live, spec, *, prune=False, deployment="site"):
    done = compose(live, spec, deployment, prune=prune)
    found = compare(live, done.desired, reasons=done.removed, adopted=done.adopted)
    return done, {c.address: c for c in found}


def test_new_objects_are_created_and_foreign_ones_left_alone():
    done, found = changes(configuration(dummy("theirs")), configuration(dummy("ours")))
    assert [(c.address, c.action) for c in found.values()] == [("resource ours", Action.CREATE)]
    assert "resource theirs" in objects_of(done.desired)
    assert done.record.owned == {"resource ours"}


def test_an_unowned_object_is_adopted_even_if_equal():
    done, found = changes(configuration(dummy("p", "1")), configuration(dummy("p", "1")))
    assert done.adopted == ("resource p",)
    assert found["resource p"].adopts
    assert found["resource p"].details == ()


def test_an_owned_equal_object_is_no_change():
    live = owning(configuration(dummy("p", "1")), "resource p")
    assert changes(live, configuration(dummy("p", "1")))[1] == {}


def test_another_deployments_object_is_named():
    live = owning(configuration(dummy("p", "1")), "resource p", deployment="other")
    done, _ = changes(live, configuration(dummy("p", "2")))
    assert done.foreign == {"resource p": "other"}
    assert done.adopted == ()


def test_what_the_spec_no_longer_states_inside_an_object_goes_away():
    live = owning(configuration(dummy("p", "1", '<nvpair id="s" name="resource-stickiness" value="5"/>')), "resource p")
    _, found = changes(live, configuration(dummy("p")))
    details = {d.path: (d.before, d.after) for d in found["resource p"].details}
    assert details == {"params/fake": ("1", None), "meta/resource-stickiness": (5, None)}


def test_the_operators_hand_is_kept():
    live = owning(configuration(dummy("p", "1", HAND.format("p"))), "resource p")
    done, found = changes(live, configuration(dummy("p", "2")))
    assert [d.path for d in found["resource p"].details] == ["params/fake"]
    assert objects_of(done.desired)["resource p"].meta[0].pairs[0].value == "Stopped"


def test_the_operators_hand_goes_when_the_last_spec_stated_it():
    live = owning(configuration(dummy("p", "1", HAND.format("p"))), "resource p", stated=["resource p target-role"])
    _, found = changes(live, configuration(dummy("p", "1")))
    assert [(d.path, d.after) for d in found["resource p"].details] == [("meta/target-role", None)]


def test_what_a_spec_states_of_the_hand_is_recorded():
    done, _ = changes(configuration(), configuration(dummy("p", "1", HAND.format("p"))))
    assert done.record.stated == {"resource p target-role"}


def test_ids_and_spellings_of_another_tool_stay():
    live = configuration(
        '<primitive id="p" class="ocf" provider="pacemaker" type="Dummy"><operations>'
        '<op id="p-mon" name="monitor" interval="30000ms" timeout="20"/></operations></primitive>'
    )
    spec = configuration(
        '<primitive id="p" class="ocf" provider="pacemaker" type="Dummy"><operations>'
        '<op id="x" name="monitor" interval="30s" timeout="60s"/></operations></primitive>'
    )
    done, found = changes(owning(live, "resource p"), spec)
    assert [(d.path, d.before, d.after) for d in found["resource p"].details] == [
        ("operations/monitor/timeout", "20s", "60s")
    ]
    operation = objects_of(done.desired)["resource p"].operations.items[0]
    assert (operation.id, operation.interval, operation.timeout) == ("p-mon", "30000ms", "60s")


def test_left_over_objects_are_kept_without_prune_and_deleted_with_their_references_with_it():
    live = owning(
        configuration(
            dummy("a") + dummy("b"),
            constraints='<rsc_order id="o" first="a" then="b"/>'
            '<rsc_colocation id="c" score="5"><resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/>'
            '<resource_ref id="theirs"/></resource_set></rsc_colocation>',
        ),
        "resource a", "resource b",
    )  # fmt: skip
    spec = configuration(dummy("a"))
    done, found = changes(live, spec)
    assert (done.left_over, found) == (("resource b",), {})
    done, found = changes(live, spec, prune=True)
    assert {a: (c.action, c.reason) for a, c in found.items()} == {
        "resource b": (Action.DELETE, Reason.PRUNED),
        "order o": (Action.DELETE, Reason.DANGLING),
        "colocation c": (Action.UPDATE, Reason.STATED),
    }
    assert done.record.owned == {"resource a"}


def test_properties_are_owned_one_by_one():
    theirs = '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="batch-limit" value="5"/></cluster_property_set>'
    ours = '<cluster_property_set id="any"><nvpair id="y" name="no-quorum-policy" value="stop"/></cluster_property_set>'
    done, found = changes(configuration(crm_config=theirs), configuration(crm_config=ours))
    assert list(found) == ["property no-quorum-policy"]
    (only,) = done.desired.properties
    assert [(p.name, p.value) for p in only.pairs] == [("batch-limit", "5"), ("no-quorum-policy", "stop")]


def test_a_pair_that_is_there_with_our_value_is_neither_adopted_nor_owned():
    same = '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="batch-limit" value="5"/></cluster_property_set>'
    done, found = changes(configuration(crm_config=same), configuration(crm_config=same))
    assert (found, done.adopted, done.record.owned) == ({}, (), frozenset())


def test_a_pair_with_another_value_needs_adoption():
    old = '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="batch-limit" value="5"/></cluster_property_set>'
    done, found = changes(configuration(crm_config=old), configuration(crm_config=old.replace('"5"', '"6"')))
    assert done.adopted == ("property batch-limit",)
    assert [(d.before, d.after) for d in found["property batch-limit"].details] == [(5, 6)]


def test_pacemakers_own_properties_are_no_business_of_a_spec():
    spec = '<cluster_property_set id="a"><nvpair id="x" name="dc-version" value="1"/></cluster_property_set>'
    assert changes(configuration(), configuration(crm_config=spec))[1] == {}


def test_node_attributes_are_owned_one_by_one_and_unknown_nodes_are_errors():
    attribute = '<instance_attributes id="i{0}"><nvpair id="v{0}" name="{0}" value="1"/></instance_attributes>'
    live = configuration(nodes=f'<node id="1" uname="alice">{attribute.format("rack")}</node>')
    spec = configuration(
        nodes=f'<node id="9" uname="alice">{attribute.format("role")}</node><node id="3" uname="alcie"/>'
    )
    done, found = changes(live, spec)
    assert list(found) == ["node alice attribute role"]
    assert [(r.code, r.suggestion) for r in done.reports] == [("unknown-node", "did you mean 'alice'?")]
    assert [n.name for n in done.desired.nodes] == ["alice"]


def test_a_member_moved_into_a_group_leaves_its_old_place():
    live = owning(
        configuration(f'<group id="g">{dummy("a")}</group>{dummy("b")}'), "resource g", "resource a", "resource b"
    )
    done, found = changes(live, configuration(f'<group id="g">{dummy("a")}{dummy("b")}</group>'))
    assert list(found) == ["resource g"]
    assert [(d.before, d.after) for d in found["resource g"].details] == [(["a"], ["a", "b"])]
    assert [r.id for r in done.desired.resources] == ["g"]


def test_a_left_over_group_whose_members_went_elsewhere_is_deleted():
    live = owning(configuration(f'<group id="old">{dummy("a")}</group>'), "resource old", "resource a")
    done, found = changes(live, configuration(f'<group id="new">{dummy("a")}</group>'))
    assert {a: (c.action, c.reason) for a, c in found.items()} == {
        "resource new": (Action.CREATE, Reason.STATED),
        "resource old": (Action.DELETE, Reason.EMPTIED),
    }
    assert [r.id for r in done.desired.resources] == ["new"]


def test_members_that_are_not_ours_step_out_of_a_pruned_group():
    live = owning(configuration(f'<group id="g">{dummy("a")}{dummy("theirs")}</group>'), "resource g", "resource a")
    done, _ = changes(live, configuration(), prune=True)
    assert [r.id for r in done.desired.resources] == ["theirs"]


def test_an_id_in_use_by_something_else_is_an_error():
    live = configuration(constraints='<rsc_location id="p" rsc="x" node="alice" score="1"/>')
    done, _ = changes(live, configuration(dummy("p")))
    assert [r.code for r in done.reports] == ["id-in-use"]


def test_conditional_defaults_are_owned_as_sets():
    rule = '<rule id="r{0}" boolean-op="and"><op_expression id="e{0}" name="start"/></rule>'
    sets = (
        '<op_defaults><meta_attributes id="{0}">'
        + rule
        + '<nvpair id="n{0}" name="timeout" value="{1}"/></meta_attributes></op_defaults>'
    )
    live = owning(configuration(rest=sets.format("mine", "10s")), "operation-default-set mine")
    spec = configuration(rest=sets.format("mine", "20s"))
    done, found = changes(live, spec)
    assert [(d.path, d.before, d.after) for d in found["operation-default-set mine"].details] == [
        ("attributes/timeout", "10s", "20s")
    ]
    assert changes(owning(done.desired, "operation-default-set mine"), spec)[1] == {}


def test_a_conditional_default_without_an_id_is_found_again_by_its_rule():
    rule = '<rule id="r" boolean-op="and"><op_expression id="e" name="start"/></rule>'
    text = (
        '<op_defaults><meta_attributes id="x">'
        + rule
        + '<nvpair id="n" name="timeout" value="{0}"/></meta_attributes></op_defaults>'
    )
    spec = configuration(rest=text.format("10s"))
    nameless = replace(spec.op_defaults, items=(replace(spec.operation_defaults[0], id=None),))
    first = compose(configuration(), replace(spec, op_defaults=nameless), "site")
    live = with_record(first.desired, first.record)
    longer = configuration(rest=text.format("20s"))
    nameless = replace(longer.op_defaults, items=(replace(longer.operation_defaults[0], id=None),))
    _, found = changes(live, replace(longer, op_defaults=nameless))
    assert [c.action for c in found.values()] == [Action.UPDATE]


def test_the_record_survives_reading_back():
    record = Record(
        "site", frozenset(("resource a", "level pattern a;b% 1")), frozenset(("resource a target-role",)), "p"
    )
    assert records(with_record(configuration(), record)) == {"site": record}


@pytest.mark.parametrize("prune", [False, True])
def test_planning_after_applying_is_empty(prune):
    live = owning(
        configuration(dummy("gone") + dummy("p", "1"), constraints='<rsc_order id="o" first="gone" then="p"/>'),
        "resource gone", "resource p", "order o",
    )  # fmt: skip
    spec = configuration(
        f'<clone id="c"><group id="g">{dummy("p", "2")}{dummy("q")}</group></clone>',
        constraints='<rsc_location id="l" rsc="c"><rule id="r" score="5"><expression id="e" attribute="#uname" '
        'operation="eq" value="alice"/></rule></rsc_location>',
    )
    first = compose(live, spec, "site", prune=prune)
    after = with_record(first.desired, replace(first.record, plan="p2"))
    again = compose(after, spec, "site", prune=prune)
    assert compare(after, again.desired, reasons=again.removed, adopted=again.adopted) == ()


def test_a_secret_among_properties_and_node_attributes_is_marked():
    node = """<node id="1" uname="alice"><instance_attributes id="n"><nvpair id="n-p" name="ipmi_password" value="{0}"/>
        <nvpair id="n-x" name="rack" value="{0}"/></instance_attributes></node>"""
    found = compare(
        configuration(nodes=node.format("old")), configuration(nodes=node.format("new")), is_secret=is_secret
    )
    assert {c.address: [d.secret for d in c.details] for c in found} == {
        "node alice attribute ipmi_password": [True],
        "node alice attribute rack": [False],
    }
