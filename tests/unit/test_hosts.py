"""On which nodes which agents are newly needed."""

import pytest

from pacewright.cib.codec import read_cib
from pacewright.cib.desired.hosts import Need, needs, newly_needed
from support import cib, configuration, dummy

NODES = {"alice": "member", "bob": "member", "carol": "member", "dave": "remote"}
ALL = "alice bob carol dave"
BAN_BOB = '<rsc_location id="l" rsc="{}" node="bob" score="-INFINITY"{}/>'
RULE = '<rsc_location id="l" rsc="a"><rule id="r" score="-INFINITY"><expression id="e" attribute="x" operation="defined"/></rule></rsc_location>'


def hosts(resources: str, resource: str = "a", **sections: str) -> tuple[str, bool]:
    """Nodes that need the agent of one resource, and whether that is certain."""
    found = [n for n in needs(configuration(resources, **sections), NODES) if n.resource == resource]
    assert len({n.certain for n in found}) <= 1
    return " ".join(n.node for n in found), all(n.certain for n in found)


def test_a_resource_may_run_everywhere():
    assert hosts(dummy("a")) == (ALL, True)


@pytest.mark.parametrize(
    ("resources", "constraints", "expected"),
    [
        (dummy("a"), BAN_BOB.format("a", ""), ("alice carol dave", True)),
        (dummy("a"), BAN_BOB.format("b", ""), (ALL, True)),
        (dummy("a"), BAN_BOB.format("a", "").replace("-INFINITY", "-1000"), (ALL, True)),
        (dummy("a"), BAN_BOB.format("a", ' role="Promoted"'), (ALL, True)),
        (dummy("a"), BAN_BOB.format("a", ' role="Started"'), ("alice carol dave", True)),
        (dummy("a"), '<rsc_location id="l" rsc-pattern="^a$" node="bob" score="-INFINITY"/>', ("alice carol dave", True)),
        (dummy("a"), '<rsc_location id="l" rsc-pattern="^b" node="bob" score="-INFINITY"/>', (ALL, True)),
        (dummy("a"), '<rsc_location id="l" rsc-pattern="[" node="bob" score="-INFINITY"/>', (ALL, False)),
        (dummy("a"), RULE, (ALL, False)),
        (f'<group id="g">{dummy("a")}</group>', BAN_BOB.format("g", ""), ("alice carol dave", True)),
        (f'<clone id="c"><group id="g">{dummy("a")}</group></clone>', BAN_BOB.format("c", ""), ("alice carol dave", True)),
        (f'<group id="g">{dummy("b")}{dummy("a")}</group>', BAN_BOB.format("b", ""), ("alice carol dave", True)),
        (f'<group id="g">{dummy("a")}{dummy("b")}</group>', BAN_BOB.format("b", ""), (ALL, True)),
        (dummy("a"), '<rsc_location id="l" rsc="a" node="bob" score="0" resource-discovery="exclusive"/>', ("bob", True)),
        (dummy("a") + dummy("b"), BAN_BOB.format("b", "") + '<rsc_colocation id="k" rsc="a" with-rsc="b" score="INFINITY"/>', ("alice carol dave", True)),
        (dummy("a") + dummy("b"), BAN_BOB.format("b", "") + '<rsc_colocation id="k" rsc="a" with-rsc="b" score="100"/>', (ALL, True)),
        (dummy("a") + dummy("b"), BAN_BOB.format("b", "") + '<rsc_colocation id="k" rsc="b" with-rsc="a" score="INFINITY"/>', (ALL, True)),
        (dummy("a") + dummy("b"), '<rsc_colocation id="k" score="INFINITY"><resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/></resource_set></rsc_colocation>', (ALL, False)),
        (dummy("a") + dummy("b"), '<rsc_colocation id="k" rsc="a" with-rsc="b" score="INFINITY"/><rsc_colocation id="k2" rsc="b" with-rsc="a" score="INFINITY"/>', (ALL, True)),
        (dummy("a") + dummy("b"), RULE.replace('rsc="a"', 'rsc="b"') + '<rsc_colocation id="k" rsc="a" with-rsc="b" score="INFINITY"/>', (ALL, False)),
    ],
)  # fmt: skip
def test_what_forbids_a_node(resources, constraints, expected):
    assert hosts(resources, constraints=constraints) == expected


def test_a_ban_of_a_tag_is_one_of_what_it_names():
    tags = '<tags><tag id="t"><obj_ref id="a"/></tag></tags>'
    assert hosts(dummy("a"), constraints=BAN_BOB.format("t", ""), rest=tags) == ("alice carol dave", True)


def test_an_opt_in_cluster_runs_only_what_is_listed():
    opt_in = (
        '<cluster_property_set id="o"><nvpair id="o-s" name="symmetric-cluster" value="false"/></cluster_property_set>'
    )
    listed = '<rsc_location id="l" rsc="a" node="carol" score="0"/>'
    assert hosts(dummy("a"), constraints=listed, crm_config=opt_in) == ("carol", True)
    assert hosts(dummy("a"), constraints=listed + RULE.replace('"l"', '"l2"'), crm_config=opt_in) == (ALL, False)


def test_fence_agents_run_on_members_and_a_template_gives_the_agent():
    assert hosts('<primitive id="a" class="stonith" type="fence_ipmilan"/>') == ("alice bob carol", True)
    template = '<template id="t" class="systemd" type="httpd"/><primitive id="a" template="t"/>'
    assert {n.agent for n in needs(configuration(template), NODES)} == {"systemd:httpd"}
    assert hosts(template, constraints=BAN_BOB.format("t", "")) == ("alice carol dave", True)


def test_what_lives_in_an_image_or_in_pacemaker_itself_is_not_asked_for():
    bundle = '<bundle id="b"><podman image="i" replicas="1"/><network control-port="1"/>' + dummy("a") + "</bundle>"
    assert list(needs(configuration(bundle), NODES)) == []
    assert list(needs(configuration('<primitive id="r" class="ocf" provider="pacemaker" type="remote"/>'), NODES)) == []


@pytest.mark.parametrize(
    ("live", "desired", "expected"),
    [
        ((dummy("a"), ""), (dummy("a", fake="2"), ""), ""),
        (("", ""), (dummy("a"), ""), ALL),
        ((dummy("a"), ""), (dummy("a") + dummy("b"), ""), ALL),
        ((dummy("a"), ""), (dummy("a").replace("Dummy", "Other"), ""), ALL),
        ((dummy("a"), BAN_BOB.format("a", "")), (dummy("a"), ""), "bob"),
        ((dummy("a"), ""), (dummy("a"), BAN_BOB.format("a", "")), ""),
        ((dummy("a"), ""), ("", ""), ""),
    ],
    ids=["parameter", "new", "another", "other-agent", "allowed-anew", "banned", "deleted"],
)
def test_only_what_is_new_counts(live, desired, expected):
    before, after = (read_cib(cib(r, constraints=c).encode())[0] for r, c in (live, desired))
    assert " ".join(n.node for n in newly_needed(before, after, NODES)) == expected


def test_a_need_names_its_resource():
    (need,) = needs(configuration(dummy("a")), {"bob": "member"})
    assert need == Need("a", "ocf:pacemaker:Dummy", "bob", True)
