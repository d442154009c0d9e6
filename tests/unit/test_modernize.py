"""Old words, present words, and the list of what was replaced."""

from dataclasses import replace

import pytest

from pacewright.cib.address import objects_of
from pacewright.cib.document import cib_document
from pacewright.cib.meaning import meaning
from pacewright.cib.modernization.modernize import modernize
from support import configuration, dummy


def modern(resources="", **sections):
    """The objects' meanings by address and the substitutions as (code, subject, after)."""
    new, substitutions = modernize(configuration(resources, **sections))
    return objects_of(new), [(s.code, s.subject, s.after) for s in substitutions]


def test_nothing_old_nothing_replaced():
    old = configuration(dummy("a"))
    new, substitutions = modernize(old)
    assert substitutions == []
    assert new is old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="upstart" type="cinder-api"', "systemd:cinder-api"),
        ('class="upstart" type="libvirt-bin"', "systemd:libvirtd"),
        ('class="upstart" type="quantum-plugin-openvswitch-agent"', "systemd:neutron-openvswitch-agent"),
        ('class="ocf" provider="openstack" type="quantum-agent-dhcp"', "ocf:openstack:neutron-agent-dhcp"),
        ('class="systemd" type="quantum-server"', "systemd:neutron-server"),
    ],
)
def test_agents(old, new):
    objects, substitutions = modern(f'<primitive id="p_quantum" {old}/>')
    assert objects["resource p_quantum"].agent == new
    assert substitutions == [("agent", "resource p_quantum", new)]


def test_agents_that_only_sound_alike_are_left_alone():
    objects, substitutions = modern('<primitive id="p" class="ocf" provider="acme" type="quantum-computer"/>')
    assert objects["resource p"].agent == "ocf:acme:quantum-computer"
    assert substitutions == []


def test_paths_and_users_of_a_renamed_service_but_never_secrets():
    objects, substitutions = modern(
        '<primitive id="p" class="ocf" provider="openstack" type="quantum-server"><instance_attributes id="i">'
        '<nvpair id="n1" name="config" value="/etc/quantum/quantum.conf"/>'
        '<nvpair id="n2" name="os_password" value="quantum"/></instance_attributes></primitive>'
    )
    values = meaning(objects["resource p"])["params"]
    assert values == {"config": "/etc/neutron/neutron.conf", "os_password": "quantum"}
    assert {code for code, _, _ in substitutions} == {"agent", "parameter"}


def test_a_master_becomes_a_promotable_clone_with_the_same_meaning():
    old = configuration(
        f'<master id="m">{dummy("a")}<meta_attributes id="mm"><nvpair id="x" name="master-max" value="1"/>'
        '<nvpair id="y" name="target-role" value="Master"/></meta_attributes></master>'
    )
    new, substitutions = modernize(old)
    before, after = objects_of(old)["resource m"], objects_of(new)["resource m"]
    assert (before.tag, after.tag) == ("master", "clone")
    assert after.promotable
    assert meaning(before) == meaning(after)
    assert {s.code for s in substitutions} == {"promotable", "meta-attribute", "role"}
    assert all(s.done for s in substitutions)


def test_a_master_keeps_its_place_among_the_resources():
    new, _ = modernize(configuration(f'<!-- one -->{dummy("b")}<master id="m">{dummy("a")}</master>{dummy("c")}'))
    ids = [r.get("id") for r in cib_document(new).find("configuration/resources") if isinstance(r.tag, str)]
    assert ids == ["b", "m", "c"]


def test_roles_in_operations_constraints_and_rules():
    resources = '<primitive id="a" class="ocf" provider="x" type="Y"><operations>\
<op id="o" name="monitor" interval="1" role="Master"/></operations></primitive>'
    constraints = '<rsc_colocation id="c" rsc="a" rsc-role="Slave" with-rsc="a" with-rsc-role="Master" score="1"/>\
<rsc_location id="l" rsc="a"><rule id="r" role="Master" score="1">\
<expression id="e" attribute="x" operation="defined"/></rule></rsc_location>'
    objects, substitutions = modern(resources, constraints=constraints)
    assert objects["resource a"].ops[0].role == "Promoted"
    assert (objects["colocation c"].role, objects["colocation c"].with_role) == ("Unpromoted", "Promoted")
    assert objects["location l"].rules[0].role == "Promoted"
    assert sorted(subject for _, subject, _ in substitutions) == [
        "colocation c", "colocation c", "location l", "resource a",
    ]  # fmt: skip


@pytest.mark.parametrize(("score", "kind"), [("INFINITY", "Mandatory"), ("0", "Optional"), ("100", "Mandatory")])
def test_a_score_of_an_order_is_its_kind(score, kind):
    objects, substitutions = modern(
        dummy("a") + dummy("b"), constraints=f'<rsc_order id="o" first="a" then="b" score="{score}"/>'
    )
    assert (objects["order o"].score, objects["order o"].kind) == (None, kind)
    assert substitutions == [("order-score", "order o", f"kind={kind}")]


def properties(*pairs):
    inside = "".join(f'<nvpair id="n{i}" name="{n}" value="{v}"/>' for i, (n, v) in enumerate(pairs))
    return f'<cluster_property_set id="cib-bootstrap-options">{inside}</cluster_property_set>'


def test_properties_under_their_present_names_and_values():
    new, substitutions = modernize(
        configuration(crm_config=properties(("no_quorum_policy", "stop"), ("stonith-action", "poweroff")))
    )
    assert [(p.name, p.value) for p in new.properties[0].pairs] == [
        ("no-quorum-policy", "stop"),
        ("stonith-action", "off"),
    ]
    assert [s.code for s in substitutions] == ["property", "value"]


def test_properties_that_have_become_defaults():
    new, _ = modernize(
        configuration(crm_config=properties(("default-resource-stickiness", "5"), ("default-action-timeout", "9s")))
    )
    assert new.properties[0].pairs == ()
    assert [(p.name, p.value) for p in new.resource_defaults[0].pairs] == [("resource-stickiness", "5")]
    assert [(p.name, p.value) for p in new.operation_defaults[0].pairs] == [("timeout", "9s")]


def test_a_default_that_is_set_wins_over_the_old_property():
    pair = '<nvpair id="s" name="resource-stickiness" value="7"/>'
    defaults = f'<rsc_defaults><meta_attributes id="d">{pair}</meta_attributes></rsc_defaults>'
    new, substitutions = modernize(
        configuration(crm_config=properties(("default-resource-stickiness", "5")), rest=defaults)
    )
    assert [(p.name, p.value) for p in new.resource_defaults[0].pairs] == [("resource-stickiness", "7")]
    assert [s.done for s in substitutions] == [True, False]


LIFETIME = '<lifetime><rule id="lr"><date_expression id="d" operation="lt" end="2030-01-01"/></rule></lifetime>'


def test_the_lifetime_of_a_location_becomes_a_rule():
    objects, substitutions = modern(
        dummy("a"), constraints=f'<rsc_location id="l" rsc="a" node="alice" score="-INFINITY">{LIFETIME}</rsc_location>'
    )
    location = objects["location l"]
    assert (location.node, location.score, location.lifetime) == (None, None, None)
    assert meaning(location)["rules"] == [
        {"score": "-INFINITY", "expression": "#uname eq alice and date lt 2030-01-01"}
    ]
    assert substitutions == [("lifetime", "location l", "rule")]


def test_other_lifetimes_are_listed_as_not_replaced():
    constraint = f'<rsc_order id="o" first="a" then="b">{LIFETIME}</rsc_order>'
    objects, substitutions = modern(dummy("a") + dummy("b"), constraints=constraint)
    assert objects["order o"].lifetime is not None
    assert substitutions == [("lifetime", "order o", None)]


def test_several_rules_become_several_locations():
    rules = "".join(
        f'<rule id="r{n}" score="{n}"><expression id="e{n}" attribute="x" operation="defined"/></rule>' for n in (1, 2)
    )
    objects, _ = modern(dummy("a"), constraints=f'<rsc_location id="l" rsc="a">{rules}</rsc_location>')
    assert [r.score for r in objects["location l"].rules] == ["1"]
    assert [r.score for r in objects["location l-2"].rules] == ["2"]


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ('<bundle id="b"><rkt image="x"/></bundle>', "runtime"),
        ('<primitive id="b" class="nagios" type="check_x"/>', "class"),
    ],
)
def test_what_has_no_present_form_stays_and_is_listed(resource, code):
    old = configuration(resource)
    new, substitutions = modernize(old)
    assert objects_of(new) == objects_of(old)
    assert [(s.code, s.done) for s in substitutions] == [(code, False)]


def test_present_words_need_a_present_schema():
    old = replace(configuration('<primitive id="a" class="upstart" type="x"/>'), schema="pacemaker-1.2")
    new, substitutions = modernize(old)
    assert new.schema == "pacemaker-3.9"
    assert substitutions[-1].code == "schema"


def test_once_is_enough():
    old = configuration(f'<master id="m">{dummy("a")}</master>', crm_config=properties(("no_quorum_policy", "stop")))
    new, _ = modernize(old)
    assert modernize(new) == (new, [])
