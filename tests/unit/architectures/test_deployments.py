"""The section ``openstack``: what is read, what it stands for, what is told of mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.unit.architectures.clouds import deployment

from pacewright.model.errors import SpecError
from pacewright.sources.spec import read, write

CLOUD = """\
deployment: cloud
openstack:
  release: mitaka
  architecture: full
  roles: {controller: [c0, c1, c2]}
  vips:
    control: 192.0.2.100
  services:
    haproxy:
    galera:
  fencing:
    params: {username: admin, password: !secret "env:IPMI"}
    nodes:
      c0: {params: {ip: 192.0.2.201}}
      c1: {params: {ip: 192.0.2.202}}
      c2: [{params: {ip: 192.0.2.203}}, {agent: fence_xvm, id: last-resort}]
"""


def expanded(text: str) -> dict:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!secret", lambda loader, node: f"!secret {loader.construct_scalar(node)}")
    return yaml.load(write(read(text.encode(), "cloud.yaml").configuration), Loader)


def mistakes(text: str) -> list[tuple[str, int]]:
    with pytest.raises(SpecError) as raised:
        read(text.encode(), "cloud.yaml")
    return [(r.code, r.place.line) for r in raised.value.reports]


def test_devices_of_another_agent_do_not_take_the_parameters_that_all_share():
    fencing = {"params": {"username": "admin"}, "nodes": {
        "controller-0": [{"params": {"ip": "192.0.2.1"}}, {"agent": "stonith:fence_sbd", "params": {"devices": "/dev/sbd"}}],
        "controller-1": {"agent": "stonith:fence_ipmilan", "params": {"ip": "192.0.2.2"}},
        "controller-2": {"params": {"ip": "192.0.2.3"}},
    }}  # fmt: skip
    made = expanded(yaml.safe_dump(deployment("lightweight", "train", ["haproxy"], fencing=fencing)))["resources"]
    params = {
        name: set(each["params"]) - {"pcmk_host_list"} for name, each in made.items() if name.startswith("stonith")
    }
    assert params == {
        "stonith-fence_sbd-controller-0": {"devices"},
        **{f"stonith-fence_ipmilan-controller-{n}": {"username", "ip"} for n in range(3)},
    }


def test_a_vip_is_where_its_balancer_is():
    spec = expanded(CLOUD)
    assert spec["resources"]["ip-192.0.2.100"]["params"] == {"ip": "192.0.2.100", "cidr_netmask": 32}
    assert spec["orders"]["order-ip-192.0.2.100-haproxy-clone-Optional"] == {
        "first": "ip-192.0.2.100", "then": "haproxy-clone", "kind": "Optional",
    }  # fmt: skip
    assert spec["colocations"]["colocation-ip-192.0.2.100-haproxy-clone-INFINITY"] == {
        "resource": "ip-192.0.2.100", "with-resource": "haproxy-clone", "score": "INFINITY",
    }  # fmt: skip


def test_fencing_devices_levels_and_secrets():
    spec = expanded(CLOUD)
    device = spec["resources"]["stonith-fence_ipmilan-c0"]
    assert device["agent"] == "stonith:fence_ipmilan"
    assert device["params"] == {
        "username": "admin", "password": "!secret env:IPMI", "ip": "192.0.2.201", "pcmk_host_list": "c0",
    }  # fmt: skip
    assert spec["resources"]["last-resort"]["agent"] == "stonith:fence_xvm"
    assert spec["fencing-topology"] == [
        {"target": "c2", "index": 1, "devices": ["stonith-fence_ipmilan-c2"]},
        {"target": "c2", "index": 2, "devices": ["last-resort"]},
    ]
    assert spec["properties"]["stonith-enabled"] is True


def test_two_nodes_do_not_shoot_at_the_same_time():
    text = CLOUD.replace("[c0, c1, c2]", "[c0, c1]").replace("      c2: ", "      #")
    params = [expanded(text)["resources"][f"stonith-fence_ipmilan-{n}"]["params"] for n in ("c0", "c1")]
    assert ["pcmk_delay_base" in p for p in params] == [True, False]


def test_one_node_needs_no_fencing_and_grows_by_its_roles_alone():
    alone = CLOUD.replace("[c0, c1, c2]", "[c0]").partition("  fencing:")[0]
    assert expanded(alone)["properties"]["stonith-enabled"] is False
    assert mistakes(alone.replace("[c0]", "[c0, c1, c2]")) == [("no-fencing", 3)]
    assert (
        expanded(alone.replace("[c0]", "[c0, c1, c2]") + "  fencing: none\n")["properties"]["stonith-enabled"] is False
    )


def test_what_the_spec_says_itself_is_laid_over():
    spec = expanded(
        CLOUD + "resources:\n  haproxy-clone: {meta: {interleave: true}}\n  ip-192.0.2.100: {params: {nic: eth0}}\n"
        "  galera: {operations: {start: {timeout: 300s}, demote: }}\n  mine: {agent: 'ocf:heartbeat:Dummy'}\n"
        "orders:\n  order-ip-192.0.2.100-haproxy-clone-Optional:\n"
    )
    assert spec["resources"]["haproxy-clone"] == {"clone": "haproxy", "meta": {"interleave": True}}
    assert spec["resources"]["ip-192.0.2.100"]["params"] == {"ip": "192.0.2.100", "cidr_netmask": 32, "nic": "eth0"}
    assert spec["resources"]["galera"]["operations"]["start"] == {"timeout": "300s"}
    assert "demote" not in spec["resources"]["galera"]["operations"]
    assert "mine" in spec["resources"]
    assert "orders" not in spec


def test_every_object_has_an_origin_with_a_place():
    loaded = read(CLOUD.encode(), "cloud.yaml")
    origin = loaded.origins["resource galera-master"]
    assert origin.path == "services/galera"
    assert "infra" in origin.rule or "galera" in origin.rule
    assert loaded.place_of("resource galera-master").line == 10
    assert loaded.place_of("resource ip-192.0.2.100").line == 7


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mitaka", "mitakka", [("unknown-release", 3)]),
        ("architecture: full", "architecture: fully", [("bad-choice", 4)]),
        ("    galera:", "    gallera:", [("unknown-service", 10)]),
        ("    galera:", "    galera: {role: database}", [("unknown-role", 10)]),
        ("{controller: [c0, c1, c2]}", "{controller: [c0, c1, c2], database: []}", [("role-without-nodes", 5)]),
        ("[c0, c1, c2]", "[c0, c1, c1]", [("node-twice", 5)]),
        ("control: 192.0.2.100", "control: 192.0.2.300", [("bad-address", 7)]),
        ("control: 192.0.2.100", "control: {address: 192.0.2.100, network: 198.51.100.0/24}", [("address-outside", 7)]),
        ("control: 192.0.2.100", "control: {address: 192.0.2.100, netmask: 64}", [("bad-netmask", 7)]),
        ("control: 192.0.2.100", "{a: 192.0.2.100, b: 192.0.2.100}", [("address-twice", 7)]),
        ("      c1: {params: {ip: 192.0.2.202}}\n", "", [("node-without-fencing", 13)]),
        ("      c1: ", "      c9: ", [("unknown-node", 15), ("node-without-fencing", 13)]),
        ("deployment: cloud", "resources: {galera-mastre: {meta: {ordered: true}}}", [("unknown-override", 1)]),
        ("  release", "  relaese", [("unknown-key", 3)]),
    ],
)
def test_a_mistake_is_one_line_with_its_place(old, new, expected):
    text = CLOUD.replace(old, new, 1)
    assert text != CLOUD
    assert sorted(mistakes(text)) == sorted(expected)


def test_the_documented_deployment_and_its_overrides_are_right():
    text = (Path(__file__).parents[3] / "docs" / "openstack.md").read_text()
    deployment, overrides = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert "galera-cell1-master" in {r.id for r in read(deployment.encode(), "openstack.md").configuration.resources}
    spec = expanded(deployment + overrides)
    assert spec["resources"]["haproxy-clone"]["meta"] == {"interleave": True}
    assert spec["resources"]["openstack-heat-engine"]["operations"]["start"] == {"timeout": "300s"}
    assert "order-delay-clone-openstack-aodh-evaluator-clone-mandatory" not in spec["orders"]
    assert "order-delay-clone-openstack-aodh-evaluator-clone-mandatory" in expanded(deployment)["orders"]
