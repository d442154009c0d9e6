"""Containers and roles: bundles with what their sources say of them, and where they may run."""

from __future__ import annotations

from pathlib import Path

import pytest

from architectures.clouds import CONTROLLERS, deployment, expanded
from pacewright.model.errors import SpecError
from pacewright.sources.spec import read

EXAMPLES = Path(__file__).parents[3] / "examples"
SERVICES = ["galera", "rabbitmq", "redis", "haproxy", "ovn-dbs", "cinder"]
OVN = {"vips": {"control": "192.0.2.100", "ovn-dbs": "192.0.2.101"}}
# id: (image, replicas, promoted-max, control port, inner resource)
BUNDLES = {
    "galera-bundle": ("mariadb", 3, 3, 3123, "galera"),
    "rabbitmq-bundle": ("rabbitmq", 3, None, 3122, "rabbitmq"),
    "redis-bundle": ("redis", 3, 1, 3124, "redis"),
    "ovn-dbs-bundle": ("ovn-northd", 3, 1, 3125, "ovndb_servers"),
    "haproxy-bundle": ("haproxy", 3, None, None, None),
    "openstack-cinder-volume": ("cinder-volume", 1, None, None, None),
}
PROPERTIES = {
    "galera-bundle": "galera-role", "rabbitmq-bundle": "rabbitmq-role", "redis-bundle": "redis-role",
    "haproxy-bundle": "haproxy-role", "ovn-dbs-bundle": "ovn-dbs-role", "openstack-cinder-volume": "cinder-volume-role",
    "ip-192.0.2.100": "haproxy-role",
}  # fmt: skip


def cloud(release: str, **more):
    return expanded(deployment("containers", release, SERVICES, **{**OVN, **more}))


@pytest.mark.parametrize("release", ["queens", "train"])
def test_bundles_are_as_their_table(release):
    resources = cloud(release)["resources"]
    found = {identity: r for identity, r in resources.items() if "bundle" in r}
    assert sorted(found) == sorted(BUNDLES)
    for identity, (image, replicas, promoted, port, inner) in BUNDLES.items():
        bundle = found[identity]["bundle"]
        assert bundle["image"] == f"{image}:latest"
        assert (bundle["replicas"], bundle.get("promoted-max"), bundle["network"]) == (replicas, promoted, "host")
        assert found[identity].get("network", {}).get("control-port") == port
        assert found[identity].get("contains") == inner
        assert bundle["run-command"] == "/bin/bash /usr/local/bin/kolla_start"


@pytest.mark.parametrize(
    ("release", "engine"), [("pike", "docker"), ("rocky", "docker"), ("stein", "podman"), ("train", "podman")]
)
def test_the_engine_is_that_of_the_release(release, engine):
    resources = cloud(release)["resources"]
    assert {r["bundle"]["runtime"] for r in resources.values() if "bundle" in r} == {engine}
    said = cloud(release, containers={"runtime": "docker"})["resources"]
    assert {r["bundle"]["runtime"] for r in said.values() if "bundle" in r} == {"docker"}


def test_inner_resources_write_attributes_of_their_hosts():
    resources = cloud("train")["resources"]
    for name in ("galera", "rabbitmq", "redis", "ovndb_servers"):
        assert resources[name]["meta"]["container-attribute-target"] == "host"


def test_where_a_resource_may_run_is_a_property_of_nodes():
    spec = cloud("train")
    for resource, name in PROPERTIES.items():
        assert spec["locations"][f"location-{resource}"] == {
            "resource": resource, "discovery": "exclusive", "rules": [{"rule": f"{name} eq true", "score": 0}],
        }  # fmt: skip
        assert all(spec["nodes"][node]["attributes"][name] is True for node in CONTROLLERS)


def test_an_address_of_its_own_follows_the_promoted_one():
    spec = expanded(deployment("containers", "train", [*SERVICES, "ovn-dbs-vip"], **OVN))
    assert spec["colocations"]["colocation-ip-192.0.2.101-ovn-dbs-bundle-INFINITY"]["with-role"] == "Promoted"
    assert spec["locations"]["location-ip-192.0.2.101"]["rules"][0]["rule"] == "ovn-dbs-role eq true"
    assert "colocation-ip-192.0.2.101-haproxy-bundle-INFINITY" not in spec["colocations"]


def test_images_have_registry_prefix_and_tag_or_a_name_of_their_own():
    images = {"registry": "cluster.common.tag", "prefix": "rhosp16-openstack-", "tag": "pcmklatest", "images": {"redis": "localhost/redis:7"}}  # fmt: skip
    resources = cloud("train", containers=images)["resources"]
    assert resources["galera-bundle"]["bundle"]["image"] == "cluster.common.tag/rhosp16-openstack-mariadb:pcmklatest"
    assert resources["redis-bundle"]["bundle"]["image"] == "localhost/redis:7"


def test_operations_of_containers_are_defaults_with_a_rule():
    spec = cloud("train", containers={"operations": {"start": {"timeout": "333s", "on-fail": "block"}}})
    assert spec["operation-defaults"] == [
        {"attributes": {"timeout": "120s"}},
        {
            "score": 10, "rule": "resource ocf:heartbeat:podman and op start",
            "attributes": {"timeout": "333s", "on-fail": "block"},
        },
    ]  # fmt: skip


def test_two_bundles_cannot_differ_in_operations_of_their_containers():
    services = {"galera": {"container-operations": {"start": {"timeout": "400s"}}}, "haproxy": {}}
    with pytest.raises(SpecError) as raised:
        expanded(deployment("containers", "train", services, **OVN))
    [report] = raised.value.reports
    assert report.code == "bundles-differ"
    assert "galera-bundle and haproxy-bundle cannot differ in the timeout" in report.message
    alone = expanded(deployment("containers", "train", {"galera": services["galera"]}, vips=None))
    assert alone["operation-defaults"][1]["attributes"] == {"timeout": "400s"}


def test_a_role_has_nodes_of_its_own_and_a_cell_has_services_of_its_own():
    configuration = read((EXAMPLES / "composable.yaml").read_bytes(), "composable.yaml").configuration
    roles = {
        node.name: sorted(p.name for s in node.attributes for p in s.pairs if p.name) for node in configuration.nodes
    }  # fmt: skip
    assert roles["database-0"] == ["galera-role"]
    assert roles["messaging-1"] == ["rabbitmq-role"]
    assert roles["cell1-2"] == ["galera-cell1-role", "rabbitmq-cell1-role"]
    assert roles["controller-0"] == ["cinder-volume-role", "haproxy-role", "redis-role"]
    names = {r.id for r in configuration.resources}
    assert {"galera-master", "galera-cell1-master", "rabbitmq-clone", "rabbitmq-cell1-clone"} <= names


@pytest.mark.parametrize(("release", "bits"), [("mitaka", 64), ("newton", 64), ("ocata", 128), ("train", 128)])
def test_netmasks_of_ipv6(release, bits):
    vips = {"public": {"address": "fd00::5", "interface": "eth1"}}
    spec = expanded(deployment("full" if release == "mitaka" else "lightweight", release, ["haproxy"], vips=vips))
    params = spec["resources"]["ip-fd00..5"]["params"]
    assert (params["ip"], params["cidr_netmask"]) == ("fd00::5", bits)
    assert ("lvs_ipv6_addrlabel" in params) == (bits == 128)
