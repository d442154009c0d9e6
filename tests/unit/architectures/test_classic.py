"""The classic architecture, against the listing of the article that it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from pacewright.cib.address import objects_of
from pacewright.cib.meaning import meaning
from pacewright.sources.crm import read as read_crm
from pacewright.sources.spec import read as read_spec

EXAMPLES = Path(__file__).parents[3] / "examples"


def objects(configuration):
    return {address: meaning(each) for address, each in objects_of(configuration).items()}


def members(resource):
    """The primitives that it holds, or itself."""
    held = getattr(resource, "members", None) or ([resource.child] if getattr(resource, "child", None) else [])
    return [each for one in held for each in members(one)] if held else [resource]


def test_the_article_s_deployment_is_the_article_s_listing():
    listing = read_crm((EXAMPLES / "folsom.crm").read_bytes(), "folsom.crm").configuration
    ours = read_spec((EXAMPLES / "classic.yaml").read_bytes(), "classic.yaml").configuration
    expected = objects(listing)
    assert len(expected) > 45
    assert objects(ours) == expected
    assert [n.name for n in ours.nodes] == [n.name for n in listing.nodes]
    # The listing says nothing of properties; that there is no fencing is said in ours.
    assert [(p.name, p.value) for s in ours.properties for p in s.pairs] == [("stonith-enabled", "false")]


@pytest.mark.parametrize(
    ("distribution", "agents"),
    [
        ("ubuntu", {"upstart:cinder-api", "upstart:nova-api-ec2", "upstart:quantum-plugin-openvswitch-agent"}),
        ("debian", {"systemd:cinder-api", "systemd:nova-api-ec2", "systemd:quantum-plugin-openvswitch-agent"}),
        ("rhel", {
            "systemd:openstack-cinder-api", "systemd:openstack-nova-objectstore", "systemd:quantum-openvswitch-agent",
        }),
    ],
)  # fmt: skip
def test_jobs_of_upstart_are_ubuntu_s_alone(distribution, agents):
    spec = (EXAMPLES / "classic.yaml").read_text().replace("distribution: ubuntu", f"distribution: {distribution}")
    resources = [m for r in read_spec(spec.encode(), "classic.yaml").configuration.resources for m in members(r)]
    made = {f"{r.agent_class}:{r.type}" for r in resources}
    assert agents <= made
    assert {agent.partition(":")[0] for agent in made} == {"ocf", next(iter(agents)).partition(":")[0]}
    # RDO's packages have no unit for EC2's API alone, so there it comes with nova-api or not at all.
    assert ("p_nova-api-ec2" in {r.id for r in resources}) == (distribution != "rhel")


def test_members_of_groups_stand_in_the_listing_s_order():
    ours = read_spec((EXAMPLES / "classic.yaml").read_bytes(), "classic.yaml").configuration
    nova = next(r for r in ours.resources if r.id == "g_nova")
    assert [m.id for m in nova.members] == [
        "p_nova-api-ec2", "p_nova-api-metadata", "p_nova-api-os-compute", "p_nova-consoleauth", "p_nova-novnc",
        "p_nova-objectstore", "p_nova-cert", "p_nova-scheduler",
    ]  # fmt: skip
