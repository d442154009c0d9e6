"""Values that YAML takes and a cluster does not: each is one line, with its place and a suggestion, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.unit.architectures.clouds import configuration, deployment, expanded
from tests.unit.architectures.test_mistakes import CLOUD, CONTAINERS, LINE, both, having, put

from pacewright.cli.main import main
from pacewright.sources.spec import read

NODE = "[c0, c1, c2]"
SERVICES = CLOUD[CLOUD.index("  services:\n") : CLOUD.index("  fencing:")]


def node(name: str):
    """That name in place of c0, in its role and under fencing."""
    return both(put(NODE, f"[{name}, c1, c2]"), put("      c0: ", f"      {name}: "))


def control(address: str):
    return put("192.0.2.100", address)


ODD: dict[str, tuple[Any, str, int]] = {
    "empty name": (node('""'), "bad-node-name", 7),
    "space in a name": (node('"c 0"'), "bad-node-name", 7),
    "two names in one": (node('"c0,c9"'), "bad-node-name", 7),
    "a path": (node('"c0/x"'), "bad-node-name", 7),
    "an option": (node('"--help"'), "bad-node-name", 7),
    "a line end in a name": (node(r'"c0\nc9"'), "bad-node-name", 7),
    "letters that host names do not have": (node("knöten"), "bad-node-name", 7),
    "a dot at the end": (node("c0."), "bad-node-name", 7),
    "a name too long": (node("x" * 300), "bad-node-name", 7),
    "one host in two cases": (both(put(NODE, "[c0, C0, c1, c2]"), put("      c1: ", "      C0: {params: {ip: 192.0.2.9}}\n      c1: ")),
                              "node-twice", 7),
    "no roles": (lambda t: t.replace("    controller: [c0, c1, c2]\n    database: [d0, d1, d2]\n", "").replace("roles:", "roles: {}"),
                 "no-roles", 6),
    "nodes as a mapping": (put(NODE, "{c0: , c1: }"), "wrong-type", 7),
    "nodes in a list in a list": (put(NODE, "[[c0, c1], c2]"), "wrong-type", 7),
    "a node that is nothing": (put(NODE, "[c0, ~]"), "wrong-type", 7),
    "no services": (put(SERVICES, "  services: []\n"), "no-services", 13),
    "a service named twice": (put(SERVICES, "  services: [haproxy, galera, rabbitmq, keystone, keystone]\n"), "service-twice", 13),
    "a service twice, by another name": (put("    nova:", "    cinder:\n    volume: {service: cinder-volume}\n    nova:"),
                                         "service-twice", 20),
    "a service with an odd name": (put("    nova:", '    "mem cached": {service: memcached}\n    nova:'), "bad-service-name", 19),
    "a role instead of keys": (put("{role: database}", "database"), "wrong-type", 15),
    "address with its interface": (control('"fe80::1%eth0"'), "bad-address", 10),
    "address of one link": (control('"fe80::1"'), "missing-interface", 10),
    "address in brackets": (control('"[fd00::1]"'), "bad-address", 10),
    "an IPv4 address as IPv6": (control('"::ffff:192.0.2.1"'), "bad-address", 10),
    "loopback": (control("127.0.0.1"), "bad-address", 10),
    "multicast": (control("224.0.0.1"), "bad-address", 10),
    "no address at all": (control("0.0.0.0"), "bad-address", 10),
    "the broadcast address of all": (control("255.255.255.255"), "bad-address", 10),
    "netmask of another network": (put("netmask: 24", "netmask: 16"), "bad-netmask", 11),
    "interface with a space": (put("netmask: 24", 'netmask: 24, interface: "eth 0"'), "bad-interface", 11),
    "interface too long": (put("netmask: 24", "netmask: 24, interface: averyverylongname0"), "bad-interface", 11),
    "the device has the name of a resource": (put("c0: {params", "c0: {id: haproxy, params"), "duplicate-id", 14),
    "two devices of one name": (both(put("c0: {params", "c0: {id: f, params"), put("c1: {params", "c1: {id: f, params")),
                                "duplicate-id", 24),
    "two nodes with one board": (put("192.0.2.202", "192.0.2.201"), "device-twice", 24),
    "a device for another node": (put("c0: {params: {", "c0: {params: {pcmk_host_list: c1, "), "device-of-another", 23),
    "tag with a space": (both(CONTAINERS, having('containers: {tag: "a b"}')), "bad-image", 13),
    "no tag": (both(CONTAINERS, having('containers: {tag: ""}')), "bad-image", 13),
    "registry as a URL": (both(CONTAINERS, having('containers: {registry: "http://x/"}')), "bad-image", 13),
    "image in capitals": (both(CONTAINERS, having("containers: {images: {galera: MariaDB}}")), "bad-image", 13),
    "operation mistyped": (both(CONTAINERS, having("containers: {operations: {strat: {timeout: 9s}}}")), "unknown-operation", 13),
    "database on a role that is not there": (having("database: {way: galera, role: dbs}"), "unknown-role", 13),
    "database on two roles": (having("database: {way: galera, role: controller}"), "store-twice", 16),
    "external, and deployed": (having("database: external"), "store-twice", 16),
    "removed order mistyped": (lambda t: t + "orders: {order-none: }\n", "unknown-override", 29),
    "removed resource mistyped": (lambda t: t + "resources: {haprxy: }\n", "unknown-override", 29),
    "changed order mistyped": (lambda t: t + "orders: {order-none: {kind: Mandatory}}\n", "unknown-override", 29),
    "changed location mistyped": (lambda t: t + "locations: {location-x: {score: 9}}\n", "unknown-override", 29),
    "changed colocation mistyped": (lambda t: t + "colocations: {colocation-x: {score: 9}}\n", "unknown-override", 29),
    "a mark that cannot be seen": (put("release: train", "release: tr\u200bain"), "unknown-release", 3),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_value_is_one_line_with_its_place_and_a_suggestion(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("IPMI", "x")
    spoil, code, line = ODD[name]
    path = tmp_path / "cloud.yaml"
    path.write_text(spoil(CLOUD))
    capsys.readouterr()
    assert main(["check", str(path)]) == 1
    out, err = capsys.readouterr()
    told = [each for each in (out + err).splitlines() if ": error: " in each or not LINE.fullmatch(each)]
    told = [each for each in told if not each.startswith(f"{path}: errors:")]
    assert len(told) == 1, told
    found = LINE.fullmatch(told[0])
    assert found, told
    assert (found["file"], int(found["line"]), found["code"]) == (str(path), line, code), told
    assert found["rest"].endswith(")"), told
    assert told[0].isprintable()


def test_every_address_of_a_classic_deployment_is_there():
    vips = {"IP": "192.0.2.1", "public": "192.0.2.2"}
    spec = deployment(
        "classic", "folsom", ["mysql", "rabbitmq", "keystone"], vips=vips, options={"admin-password": "x"}
    )
    made = expanded(spec)["resources"]
    assert [made[name]["params"]["ip"] for name in ("p_IP", "p_IP-public")] == list(vips.values())


def test_two_bundles_of_one_kind_have_storage_of_their_own():
    services = {"galera": {}, "galera-cell1": {"service": "galera", "role": "cell1"}}
    roles = {"controller": ["c0", "c1"], "cell1": ["d0", "d1"]}
    made = configuration(deployment("containers", "train", services, roles=roles)).resources
    maps = {r.id: [m.id for m in r.storage.mappings] for r in made if r.id.startswith("galera-bundle")}
    assert set(maps) == {"galera-bundle", "galera-bundle-cell1"}
    assert maps["galera-bundle-cell1"] == [f"{each}-cell1" for each in maps["galera-bundle"]]


def overridden(more: str, architecture: str = "full"):
    spec = yaml.safe_dump(
        deployment(architecture, "mitaka", ["haproxy", "galera", "rabbitmq", "memcached", "keystone", "heat"])
    )
    made = read((spec + more).encode(), "cloud.yaml").configuration
    return {r.id for r in made.resources}, {c.id for c in made.constraints}


@pytest.mark.parametrize("removed", ["openstack-heat-engine", "openstack-heat-engine-clone"])
def test_with_a_removed_resource_goes_what_was_generated_for_it(removed):
    resources, constraints = overridden("")
    left, kept = overridden(f"resources: {{{removed}: }}\n")
    assert resources - left == {"openstack-heat-engine-clone"}
    named = {each for each in constraints if "heat-engine" in each}
    assert len(named) == 2
    assert constraints - kept == named


def test_what_the_deployer_wrote_of_a_removed_resource_is_told(tmp_path, capsys):
    path = tmp_path / "cloud.yaml"
    path.write_text(CLOUD + "resources: {haproxy: }\norders: {mine: {first: haproxy-clone, then: galera-master}}\n")
    assert main(["check", str(path)]) == 1
    assert "haproxy-clone" in "".join(capsys.readouterr())


def test_the_domain_makes_full_names():
    services = ["galera"]
    made = expanded(deployment("containers", "train", services, options={"domain": "example.org"}))
    assert "controller-0:controller-0.example.org" in made["resources"]["galera"]["params"]["cluster_host_map"]
    assert configuration(deployment("containers", "train", services)).resources
