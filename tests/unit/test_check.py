"""What ``check`` finds in a configuration, without agents or schemas: the code and the subject."""

import pytest

from pacewright.cib.checks.check import check
from pacewright.model.report import Severity
from support import configuration, dummy


def found(code, resources="", **sections):
    """(severity, subject) of the reports with this code."""
    options = {k: sections.pop(k) for k in ("schema", "known") if k in sections}
    reports = check(configuration(resources, **sections), schema=options.get("schema"), nodes=options.get("known"))
    return [(str(r.severity), r.subject) for r in reports if r.code == code]


def op(name, interval, extra="", number=1):
    return f'<op id="op{number}" name="{name}" interval="{interval}" {extra}/>'


def with_operations(*operations):
    inside = "".join(operations)
    return f'<primitive id="a" class="ocf" provider="x" type="Y"><operations>{inside}</operations></primitive>'


def properties(**values):
    pairs = "".join(f'<nvpair id="{n}" name="{n}" value="{v}"/>' for n, v in values.items())
    return f'<cluster_property_set id="cib-bootstrap-options">{pairs}</cluster_property_set>'.replace("_", "-").replace(
        "cluster-property-set", "cluster_property_set"
    )


def clone(identity, inner, **meta):
    pairs = "".join(f'<nvpair id="{identity}-{n}" name="{n.replace("_", "-")}" value="{v}"/>' for n, v in meta.items())
    return f'<clone id="{identity}">{inner}<meta_attributes id="{identity}-m">{pairs}</meta_attributes></clone>'


SOUND = (
    with_operations(op("monitor", "10s"))
    + '<primitive id="f" class="stonith" type="fence_x">\
<operations><op id="fo" name="monitor" interval="60s"/></operations></primitive>'
)


def test_nothing_is_said_against_a_sound_configuration():
    assert check(configuration(SOUND)) == []


@pytest.mark.parametrize(
    ("constraint", "subject"),
    [
        ('<rsc_location id="c" rsc="zz" node="alice" score="1"/>', "location c"),
        ('<rsc_colocation id="c" rsc="a" with-rsc="zz" score="1"/>', "colocation c"),
        ('<rsc_order id="c" first="zz" then="a"/>', "order c"),
        ('<rsc_ticket id="c" ticket="t" rsc="zz"/>', "ticket c"),
        ('<rsc_order id="c"><resource_set id="s"><resource_ref id="zz"/></resource_set></rsc_order>', "order c"),
    ],
)
def test_a_constraint_on_a_missing_resource(constraint, subject):
    assert found("dangling-reference", dummy("a"), constraints=constraint) == [("error", subject)]


@pytest.mark.parametrize(
    ("rest", "subject"),
    [
        ('<tags><tag id="t"><obj_ref id="zz"/></tag></tags>', "tag t"),
        (
            '<fencing-topology><fencing-level id="l" target="alice" index="1" devices="zz"/></fencing-topology>',
            "level alice 1",
        ),
        ('<acls><acl_target id="u"><role id="zz"/></acl_target></acls>', "acl-target u"),
        ('<rsc_defaults><meta_attributes id-ref="zz"/></rsc_defaults>', "resource-defaults"),
    ],
)
def test_other_references_to_what_is_not_there(rest, subject):
    assert found("dangling-reference", dummy("a"), rest=rest) == [("error", subject)]


def test_a_missing_template():
    assert found("dangling-reference", '<primitive id="a" template="zz"/>') == [("error", "resource a")]


def test_constraints_may_name_tags_templates_guests_and_instances():
    resources = (
        '<template id="t" class="ocf" provider="x" type="Y"/>'
        + dummy("a", meta='<nvpair id="m" name="remote-node" value="guest"/>')
        + clone("c", dummy("b"))
    )
    constraints = "".join(
        f'<rsc_location id="l{n}" rsc="{name}" node="alice" score="1"/>'
        for n, name in enumerate(("t", "web", "guest", "b:1"))
    )
    tags = '<tags><tag id="web"><obj_ref id="a"/></tag></tags>'
    assert found("dangling-reference", resources, constraints=constraints, rest=tags) == []


def test_an_id_ref_to_another_kind_of_element():
    rest = '<rsc_defaults><meta_attributes id-ref="a"/></rsc_defaults>'
    assert found("wrong-reference", dummy("a"), rest=rest) == [("error", "resource-defaults")]


def test_an_unknown_node_is_an_error_only_where_the_nodes_are_known_for_certain():
    constraint = '<rsc_location id="l" rsc="a" node="carol" score="1"/>'
    assert found("unknown-node", dummy("a"), constraints=constraint) == [("warning", "location l")]
    assert found("unknown-node", dummy("a"), constraints=constraint, known=["alice"]) == [("error", "location l")]
    assert found("unknown-node", dummy("a"), constraints=constraint, nodes="") == []


def test_node_names_compare_without_case():
    constraint = '<rsc_location id="l" rsc="a" node="ALICE" score="1"/>'
    assert found("unknown-node", dummy("a"), constraints=constraint) == []


ORDERS = '<rsc_order id="o1" first="a" then="b" {0}/><rsc_order id="o2" first="b" then="a" {0}/>'


@pytest.mark.parametrize("kind", ["", 'kind="Mandatory"', 'score="INFINITY"'])
def test_mandatory_orders_that_wait_for_each_other(kind):
    assert found("order-cycle", dummy("a") + dummy("b"), constraints=ORDERS.format(kind)) == [("error", "order o1")]


@pytest.mark.parametrize("kind", ['kind="Optional"', 'score="0"', 'kind="Serialize"', 'first-action="stop"'])
def test_other_orders_both_ways_are_no_cycle(kind):
    assert found("order-cycle", dummy("a") + dummy("b"), constraints=ORDERS.format(kind)) == []


def test_a_cycle_through_a_group():
    resources = f'<group id="g">{dummy("a")}{dummy("b")}</group>'
    constraint = '<rsc_order id="o" first="b" then="a"/>'
    assert found("order-cycle", resources, constraints=constraint) == [("error", "order o")]


def test_promotion_after_start_of_what_starts_after_the_clone_is_no_cycle():
    resources = clone("c", dummy("b"), promotable="true") + dummy("a")
    constraints = (
        '<rsc_order id="o1" first="c" first-action="start" then="a" then-action="start"/>'
        '<rsc_order id="o2" first="a" first-action="start" then="c" then-action="promote"/>'
    )
    assert found("order-cycle", resources, constraints=constraints) == []


def test_a_cycle_through_sets():
    sets = (
        '<rsc_order id="o"><resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/></resource_set></rsc_order>'
    )
    back = '<rsc_order id="p" first="b" then="a"/>'
    assert found("order-cycle", dummy("a") + dummy("b"), constraints=sets + back) == [("error", "order o")]


def test_colocation_with_itself():
    constraint = '<rsc_colocation id="c" rsc="a" with-rsc="a" score="INFINITY"/>'
    assert found("colocation-with-itself", dummy("a"), constraints=constraint) == [("error", "colocation c")]


def test_colocations_that_contradict_each_other():
    constraints = "".join(
        f'<rsc_colocation id="c{n}" rsc="a" with-rsc="b" score="{score}"/>'
        for n, score in enumerate(("INFINITY", "-INFINITY"))
    )
    assert found("contradicting-colocations", dummy("a") + dummy("b"), constraints=constraints) == [
        ("error", "colocation c1")
    ]


@pytest.mark.parametrize(("nodes", "expected"), [("alice bob", 1), ("alice", 0)])
def test_banned_everywhere(nodes, expected):
    constraints = "".join(f'<rsc_location id="l{n}" rsc="a" node="{n}" score="-INFINITY"/>' for n in nodes.split())
    assert found("banned-everywhere", dummy("a"), constraints=constraints) == [("warning", "resource a")] * expected


def test_nowhere_allowed_in_an_opt_in_cluster():
    config = properties(symmetric_cluster="false")
    allowed = '<rsc_location id="l" rsc="a" node="alice" score="1"/>'
    assert found("nowhere-allowed", dummy("a"), crm_config=config) == [("warning", "resource a")]
    assert found("nowhere-allowed", dummy("a"), crm_config=config, constraints=allowed) == []


@pytest.mark.parametrize(
    ("resources", "code", "subject"),
    [
        ('<group id="g"/>', "empty-group", "resource g"),
        ('<clone id="c"/>', "empty-clone", "resource c"),
        (f'<group id="g">{dummy("a")}<group id="h">{dummy("b")}</group></group>', "misplaced-resource", "resource g"),
        (f'<clone id="c">{dummy("a")}{dummy("b")}</clone>', "misplaced-resource", "resource c"),
        (
            clone("c", '<primitive id="u" class="systemd" type="x"/>', promotable="true"),
            "promotion-impossible",
            "resource c",
        ),
        (f'<bundle id="b"><podman image="x"/>{dummy("a")}</bundle>', "bundle-unreachable", "resource b"),
        ('<bundle id="b"><podman/></bundle>', "no-image", "resource b"),
        ('<primitive id="1a" class="ocf" provider="x" type="Y"/>', "invalid-id", "resource 1a"),
        ('<primitive id="a b" class="ocf" provider="x" type="Y"/>', "invalid-id", "resource a b"),
        (dummy("a") + dummy("a"), "duplicate-id", "resource a"),
    ],
)
def test_structure(resources, code, subject):
    assert ("error", subject) in found(code, resources)


def test_options_of_promotion_on_a_plain_clone():
    assert found("not-promotable", clone("c", dummy("a"), promoted_max="1")) == [
        ("warning", "resource c/meta/promoted-max")
    ]
    assert found("not-promotable", clone("c", dummy("a"), promoted_max="1", promotable="true")) == []


def test_several_instances_a_node_need_globally_unique():
    assert found("not-globally-unique", clone("c", dummy("a"), clone_node_max="2")) == [
        ("warning", "resource c/meta/clone-node-max")
    ]
    assert found("not-globally-unique", clone("c", dummy("a"), clone_node_max="2", globally_unique="true")) == []


@pytest.mark.parametrize(("interleave", "expected"), [("false", 1), ("true", 0)])
def test_a_clone_that_waits_for_a_clone_should_interleave(interleave, expected):
    resources = clone("c1", dummy("a")) + clone("c2", dummy("b"), interleave=interleave)
    constraint = '<rsc_order id="o" first="c1" then="c2"/>'
    reports = found("clone-not-interleaved", resources, constraints=constraint)
    assert reports == [("warning", "resource c2")] * expected


def test_interleave_may_be_a_default():
    resources = clone("c1", dummy("a")) + clone("c2", dummy("b"))
    pair = '<nvpair id="p" name="interleave" value="true"/>'
    rest = f'<rsc_defaults><meta_attributes id="d">{pair}</meta_attributes></rsc_defaults>'
    constraint = '<rsc_order id="o" first="c1" then="c2"/>'
    assert found("clone-not-interleaved", resources, constraints=constraint, rest=rest) == []


def test_one_operation_twice():
    twice = with_operations(op("monitor", "10s"), op("monitor", "10000ms", number=2))
    assert found("duplicate-operation", twice) == [("error", "resource a/operations/monitor")]
    once_a_name = with_operations(op("monitor", "10s"), op("monitor", "11s", number=2))
    assert found("duplicate-operation", once_a_name) == []


def test_monitors_of_two_roles_with_one_interval():
    equal = with_operations(op("monitor", "10s", 'role="Promoted"'), op("monitor", "10", number=2))
    assert found("equal-intervals", equal) == [("error", "resource a/operations/monitor")]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (op("stop", "0", 'on-fail="stop"'), ["resource a/operations/stop"]),
        (op("stop", "0", 'on-fail="block"'), []),
        (op("monitor", "10s", 'on-fail="demote"'), ["resource a/operations/monitor"]),
        (op("monitor", "10s", 'on-fail="demote" role="Master"'), []),
        (op("promote", "0", 'on-fail="demote"'), []),
    ],
)
def test_on_fail_that_pacemaker_ignores(operation, expected):
    assert found("value-ignored", with_operations(operation)) == [("warning", subject) for subject in expected]


def test_a_promoted_target_role_outside_a_promotable_clone():
    resource = dummy("a", meta='<nvpair id="m" name="target-role" value="Master"/>')
    assert found("value-ignored", resource) == [("warning", "resource a/meta/target-role")]
    assert found("value-ignored", clone("c", resource, promotable="true")) == []


def test_constraints_name_the_clone():
    constraint = '<rsc_location id="l" rsc="{}" node="alice" score="1"/>'
    assert found("inside-clone", clone("c", dummy("a")), constraints=constraint.format("a")) == [
        ("warning", "location l")
    ]
    assert found("inside-clone", clone("c", dummy("a")), constraints=constraint.format("c")) == []


def test_a_resource_without_monitor():
    assert found("no-monitor", dummy("a")) == [("info", "resource a")]
    assert found("no-monitor", with_operations(op("monitor", "10s", 'enabled="false"'))) == [("info", "resource a")]


def test_unknown_options_come_with_a_suggestion():
    reports = check(configuration(dummy("a", meta='<nvpair id="m" name="target-rol" value="Started"/>')))
    report = next(r for r in reports if r.code == "unknown-meta")
    assert report.severity is Severity.WARNING
    assert report.subject == "resource a/meta/target-rol"
    assert "target-role" in (report.suggestion or "")
    assert found("unknown-property", crm_config=properties(stonith_enabld="true", cluster_name="x")) == [
        ("warning", "property stonith-enabld")
    ]


def test_a_property_set_of_another_program_is_left_alone():
    foreign = '<cluster_property_set id="hana"><nvpair id="h" name="sync_state" value="SOK"/></cluster_property_set>'
    assert found("unknown-property", crm_config=foreign) == []


@pytest.mark.parametrize(
    ("resources", "constraints", "crm_config", "subject"),
    [
        ("", "", properties(no_quorum_policy="sotp"), "property no-quorum-policy"),
        ("", "", properties(stonith_enabled="maybe"), "property stonith-enabled"),
        ("", "", properties(dc_deadtime="soon"), "property dc-deadtime"),
        (dummy("a", meta='<nvpair id="m" name="on-fail" value="explode"/>'), "", "", "resource a/meta/on-fail"),
        (dummy("a", meta='<nvpair id="m" name="target-role" value="Up"/>'), "", "", "resource a/meta/target-role"),
        (with_operations(op("monitor", "often")), "", "", "resource a/operations/monitor/interval"),
        (dummy("a"), '<rsc_location id="l" rsc="a" node="alice" score="lots"/>', "", "location l/score"),
        (dummy("a") + dummy("b"), '<rsc_order id="o" first="a" then="b" kind="Maybe"/>', "", "order o/kind"),
    ],
)
def test_values_of_the_wrong_kind(resources, constraints, crm_config, subject):
    assert found("bad-value", resources, constraints=constraints, crm_config=crm_config) == [("error", subject)]


@pytest.mark.parametrize("value", ["10", "10s", "1min", "PT10S", "P10S", "10000ms"])
def test_spellings_of_times(value):
    assert found("bad-value", with_operations(op("monitor", value))) == []


def test_default_as_a_value_unsets():
    assert found("bad-value", dummy("a", meta='<nvpair id="m" name="is-managed" value="#default"/>')) == []


def test_fencing():
    off = properties(stonith_enabled="false")
    assert found("fencing-disabled", dummy("a"), crm_config=off) == [("warning", "property stonith-enabled")]
    assert found("no-fencing", dummy("a")) == [("warning", None)]
    assert found("no-fencing", dummy("a"), crm_config=properties(stonith_watchdog_timeout="10s")) == []
    assert found("no-fencing", SOUND) == []


def secret(name, value):
    return (
        '<primitive id="f" class="stonith" type="fence_x"><instance_attributes id="i">'
        f'<nvpair id="n" name="{name}" value="{value}"/></instance_attributes></primitive>'
    )


@pytest.mark.parametrize("name", ["passwd", "os_password", "client_secret", "auth_token"])
def test_secrets_in_plain_text_are_named_without_their_value(name):
    reports = [r for r in check(configuration(secret(name, "hunter2"))) if r.code == "plain-secret"]
    assert [(str(r.severity), r.subject) for r in reports] == [("warning", f"resource f/params/{name}")]
    assert "hunter2" not in str(reports)


@pytest.mark.parametrize(
    ("name", "value"), [("passwd_script", "/x"), ("passwd", "lrm://"), ("passwd", ""), ("ip", "1")]
)
def test_no_secrets(name, value):
    assert found("plain-secret", secret(name, value)) == []


@pytest.mark.parametrize(
    ("resources", "crm_config", "subject"),
    [
        ('<primitive id="a" class="upstart" type="x"/>', "", "resource a"),
        ('<primitive id="a" class="nagios" type="check_x"/>', "", "resource a"),
        (f'<master id="m">{dummy("a")}</master>', "", "resource m"),
        ('<bundle id="b"><rkt image="x"/></bundle>', "", "resource b"),
        (dummy("a"), properties(remove_after_stop="true"), "property remove-after-stop"),
    ],
)
def test_what_pacemaker_3_dropped_is_an_error_only_for_its_own_schema(resources, crm_config, subject):
    code = "removed-in-pacemaker-3"
    assert found(code, resources, crm_config=crm_config) == [("warning", subject)]
    assert found(code, resources, crm_config=crm_config, schema="pacemaker-4.0") == [("error", subject)]


def test_what_pacemaker_3_still_reads_is_not_told():
    constraint = '<rsc_order id="o" first="a" then="b" score="INFINITY"/>'
    assert found("removed-in-pacemaker-3", dummy("a") + dummy("b"), constraints=constraint) == []
