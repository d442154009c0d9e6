"""A deployer's mistakes, each made in a sound deployment: one line with place, code and suggestion. What is suggested,
done to the letter, mends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pacewright.cli.main import main

CLOUD = """\
deployment: cloud
openstack:
  release: train
  architecture: lightweight
  distribution: rhel
  roles:
    controller: [c0, c1, c2]
    database: [d0, d1, d2]
  vips:
    control: 192.0.2.100
    public: {address: 10.0.0.4, netmask: 24, network: 10.0.0.0/24}
    internal: {address: "fd00:1::5", network: "fd00:1::/64"}
  services:
    haproxy:
    galera: {role: database}
    rabbitmq:
    redis:
    keystone:
    nova:
  fencing:
    params: {username: admin, password: !secret "env:IPMI"}
    nodes:
      c0: {params: {ip: 192.0.2.201}}
      c1: {params: {ip: 192.0.2.202}}
      c2: {params: {ip: 192.0.2.203}}
      d0: {params: {ip: 192.0.2.204}}
      d1: {params: {ip: 192.0.2.205}}
      d2: {params: {ip: 192.0.2.206}}
"""
LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): (?P<severity>\w+): (?P<rest>.*) \[(?P<code>[a-z-]+)\]")
Edit = Callable[[str], str]
UNLIKE = "did you mean '([^']+)'\\?"


def put(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) >= 1, old
        return text.replace(old, new, 1)

    return edit


def both(*edits: Edit) -> Edit:
    def edit(text: str) -> str:
        for each in edits:
            text = each(text)
        return text

    return edit


CONTAINERS = put("architecture: lightweight", "architecture: containers")


def having(line: str) -> Edit:
    """Another key of the deployment."""
    return put("  services:\n", f"  {line}\n  services:\n")


# What is done wrong; code; line; the suggestion, as an expression; how it is followed: a text, and what stands in its
# place, where \1 is what the suggestion names.
MISTAKES: dict[str, tuple[Edit, str, int, str, str, str]] = {
    "service mistyped": (
        put("keystone:", "keystnoe:"), "unknown-service", 18, UNLIKE, "keystnoe", r"\1"),
    "no such release": (
        put("release: train", "release: trian"), "unknown-release", 3, UNLIKE, "trian", r"\1"),
    "nothing like a release": (
        put("release: train", "release: '2016.9'"), "unknown-release", 3, "from essex to (\\w+)", "'2016.9'", r"\1"),
    "architecture mistyped": (
        put("lightweight", "lightwieght"), "bad-choice", 4, UNLIKE, "lightwieght", r"\1"),
    "distribution by its maker": (
        put("rhel", "redhat"), "bad-choice", 5, "one of (\\w+),", "redhat", r"\1"),
    "no unit on that distribution": (
        both(put("train", "kilo"), put("rhel", "ubuntu"), put("lightweight", "full")),
        "no-unit", 18, "another distribution", "ubuntu", "debian"),
    "service of a later release": (
        both(put("train", "mitaka"), put("    nova:", "    placement:\n    nova:")),
        "not-in-release", 19, "leave it out: it is there since newton", "    placement:\n", ""),
    "release before that service": (
        both(put("train", "mitaka"), put("    nova:", "    placement:\n    nova:")),
        "not-in-release", 19, "it is there since (\\w+)", "mitaka", r"\1"),
    "service that is no more": (
        put("    nova:", "    nova-consoleauth:\n    nova:"),
        "not-in-release", 19, "leave it out: it is there since essex, until (\\w+)", "train", r"\1"),
    "release before containers": (
        both(CONTAINERS, put("train", "mitaka")), "not-in-release", 4, "since (\\w+), or", "mitaka", r"\1"),
    "release before containers, the other way": (
        both(CONTAINERS, put("train", "mitaka")),
        "not-in-release", 4, "'(architecture: \\w+)'", "architecture: containers", r"\1"),
    "everything in Pacemaker, long after": (
        put("lightweight", "full"), "not-in-release", 4, "'(architecture: \\w+)'", "architecture: full", r"\1"),
    "everything in Pacemaker, before": (
        both(put("train", "havana"), put("lightweight", "full")), "not-in-release", 4, "since (\\w+) until", "havana", r"\1"),
    "agents that start what is no more": (
        put("lightweight", "classic"), "not-in-release", 4, "'(architecture: \\w+)'", "architecture: classic", r"\1"),
    "role without nodes": (
        put("[d0, d1, d2]", "[]"), "role-without-nodes", 8, "'database: \\[NODE, ...\\]'", "[]", "[d0, d1, d2]"),
    "role with nothing": (
        put(" [d0, d1, d2]", ""), "role-without-nodes", 8, "'database: \\[NODE, ...\\]'", "database:\n",
        "database: [d0, d1, d2]\n"),
    "role for nothing": (
        put("    database:", "    spare: []\n    database:"),
        "role-without-nodes", 8, "without the role if nothing is to run on it", "    spare: []\n", ""),
    "role mistyped": (
        put("role: database", "role: databse"), "unknown-role", 15, UNLIKE, "databse", r"\1"),
    "no such role": (
        put("role: database", "role: mysql"), "unknown-role", 15, "roles are controller, (\\w+)", "mysql", r"\1"),
    "role of the broker mistyped": (
        both(put("    rabbitmq:\n", ""), put("    internal:", "    rabbitmq: 192.0.2.101\n    internal:"),
             having("broker: {way: filesystem, role: x}"),
             having("options: {rabbitmq-device: 'nfs:/rabbitmq', rabbitmq-fstype: nfs}")),
        "unknown-role", 14, "roles are (\\w+),", "role: x", r"role: \1"),
    "node twice in a role": (
        put("[c0, c1, c2]", "[c0, c1, c2, c1]"), "node-twice", 7, "'(controller: [^']+)'",
        "controller: [c0, c1, c2, c1]", r"\1"),
    "address outside its network": (
        put("10.0.0.4,", "10.0.1.4,"), "address-outside", 11, "an address from (\\S+) to", "10.0.1.4", r"\1"),
    "address outside, the highest": (
        put("10.0.0.4,", "10.0.1.4,"), "address-outside", 11, "to ([\\d.]+)", "10.0.1.4", r"\1"),
    "address of the other version": (
        put("10.0.0.4,", '"fd00:2::5",'), "address-outside", 11, "an address from (\\S+) to", '"fd00:2::5"', r"\1"),
    "version 6 outside its network": (
        put("fd00:1::5", "fd00:2::5"), "address-outside", 12, "an address from (\\S+) to", "fd00:2::5", r"\1"),
    "network of one address": (
        put("10.0.0.0/24", "10.0.0.9/32"), "address-outside", 11, "([\\d.]+), the only one", "10.0.0.4", r"\1"),
    "the network's own address": (
        put("10.0.0.4,", "10.0.0.0,"), "bad-address", 11, "an address from (\\S+) to", "address: 10.0.0.0",
        r"address: \1"),
    "the broadcast address": (
        put("10.0.0.4,", "10.0.0.255,"), "bad-address", 11, "to ([\\d.]+)", "10.0.0.255", r"\1"),
    "address with its mask": (
        put("192.0.2.100", "192.0.2.100/24"), "bad-address", 10, "({address: [^}]+})", "192.0.2.100/24", r"\1"),
    "a name for an address": (
        put("192.0.2.100", "api.example.org"), "bad-address", 10, "as ([\\d.]+),", "api.example.org", r"\1"),
    "no network": (
        put("10.0.0.0/24", "10.0.0.0-10.0.0.255"), "bad-network", 11, "'([^']+)'", "10.0.0.0-10.0.0.255", r"\1"),
    "too many bits": (
        put("netmask: 24", "netmask: 64"), "bad-netmask", 11, "leave it out", "netmask: 64, ", ""),
    "dotted netmask": (
        put("netmask: 24", "netmask: 255.255.255.0"), "bad-netmask", 11, "'(\\d+)'", "255.255.255.0", r"\1"),
    "two VIPs with one address": (
        put("192.0.2.100", "10.0.0.4"), "address-twice", 11, "another address", "control: 10.0.0.4",
        "control: 192.0.2.100"),
    "two services on one port": (
        put("    rabbitmq:", "    galera-cell1: {service: galera, role: database}\n    rabbitmq:"),
        "port-twice", 16, "one of them on a role of other nodes", "galera, role: database", "galera, role: controller"),
    "two services on one port, one too many": (
        put("    rabbitmq:", "    mysql: {role: database}\n    rabbitmq:"),
        "port-twice", 16, "only one of them", "    mysql: {role: database}\n", ""),
    "no database": (
        put("    galera: {role: database}\n", ""), "missing-database", 17, "'(database: galera)'", "  services:\n",
        "  \\1\n  services:\n"),
    "the database is somebody else's": (
        put("    galera: {role: database}\n", ""), "missing-database", 17, "'(database: external)'", "  services:\n",
        "  \\1\n  services:\n"),
    "database mistyped": (
        both(put("    galera: {role: database}\n", ""), having("database: galeraa")),
        "bad-choice", 13, UNLIKE, "galeraa", r"\1"),
    "a VIP is missing": (
        both(CONTAINERS, put("    nova:", "    ovn-dbs:\n    ovn-dbs-vip:\n    nova:")),
        "missing-vip", 9, "under 'vips:', '(ovn-dbs: )...'", "  vips:\n", "  vips:\n    \\g<1>192.0.2.102\n"),
    "an option is missing": (
        both(put("train", "havana"), put("lightweight", "classic")), "missing-option", 3, "under '(options):', '(admin-password: )...'",
        "  services:\n", "  \\1: {\\2secret}\n  services:\n"),
    "nothing says where the database's filesystem is": (
        both(put("    galera: {role: database}\n", ""), put("    internal:", "    mysql: 192.0.2.101\n    internal:"),
             having("database: filesystem")),
        "missing-option", 14, "under '(options):', '(mysql-device: )...'",
        "  services:\n", "  \\1: {\\2'nfs.example.org:/mysql', mysql-fstype: nfs}\n  services:\n"),
    "option mistyped": (
        having("options: {neutron-plugn: ml2}"), "unknown-option", 13, UNLIKE, "neutron-plugn", r"\1"),
    "option that nothing asks for": (
        having("options: {colour: blue}"), "unknown-option", 13, "without it", "  options: {colour: blue}\n", ""),
    "value of an option mistyped": (
        having("options: {neutron-plugin: mido}"), "unknown-value", 13, UNLIKE, "mido}", r"\1}"),
    "value of an option that is none": (
        having("options: {rabbitmq-agent: x}"), "unknown-value", 13, "one of ([a-z-]+),", "x}", r"\1}"),
    "yes for true": (
        having("options: {two-node-mode: yes}"), "unknown-value", 13, "write '(true)'", "yes", r"\1"),
    "a number in words": (
        having("options: {ha-queues: two}"), "unknown-value", 13, "a whole number", "two}", "2}"),
    "image of a service mistyped": (
        both(CONTAINERS, having("containers: {images: {galrea: 'mariadb:1'}}")),
        "unknown-service", 13, UNLIKE, "galrea", r"\1"),
    "image of what has no container": (
        both(CONTAINERS, having("containers: {images: {keystone: 'keystone:1'}}")),
        "unknown-service", 13, "containers are (\\w+)", "{keystone:", r"{\1:"),
    "image missing": (
        both(CONTAINERS, having("containers: {images: {galera: ''}}")),
        "no-image", 13, "leave it out", "galera: ''", ""),
    "operations of one container": (
        both(CONTAINERS, put("    galera: {role: database}\n", ""),
             put("  fencing:", "    galera: {role: database, container-operations: {start: {timeout: 300s}}}\n  fencing:")),
        "bundles-differ", 19, "give it under '(containers): (operations)', for all",
        ", container-operations: {start: {timeout: 300s}}}", r"}\n  \1: {\2: {start: {timeout: 300s}}}"),
    "no fencing": (
        lambda text: text.partition("  fencing:")[0], "no-fencing", 3, "say '(fencing: none)'", "  services:\n",
        "  \\1\n  services:\n"),
    "fencing refused with another word": (
        lambda text: text.partition("  fencing:")[0] + "  fencing: false\n", "bad-choice", 20, "write '(none)'", "false",
        r"\1"),
    "node without a device": (
        put("      c1: {params: {ip: 192.0.2.202}}\n", ""), "node-without-fencing", 22, "'(c1: {params: {)...}}'",
        "      c2: ", "      \\1ip: 192.0.2.202}}\n      c2: "),
    "device of a node mistyped": (
        put("      c1: ", "      c11: "), "unknown-node", 24, UNLIKE, "c11", r"\1"),
    "device of no node": (
        put("      c1: ", "      old: {params: {ip: 192.0.2.209}}\n      c1: "), "unknown-node", 24, "leave it out",
        "      old: {params: {ip: 192.0.2.209}}\n", ""),
    "override mistyped": (
        lambda text: text + "resources: {galera-mastre: {meta: {ordered: true}}}\n", "unknown-override", 29, UNLIKE,
        "galera-mastre", r"\1"),
    "key mistyped": (
        put("  vips:", "  vip:"), "unknown-key", 9, UNLIKE, "  vip:", r"  \1:"),
}  # fmt: skip


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[re.Match[str]]]:
    """The exit code, and every report but those of what is not installed here."""
    capsys.readouterr()
    code = main(["check", str(path)])
    out, err = capsys.readouterr()
    found = [LINE.fullmatch(line) for line in (out + err).splitlines()]
    return code, [each for each in found if each and each["severity"] == "error"]


def test_the_deployment_is_sound(tmp_path, capsys):
    path = tmp_path / "cloud.yaml"
    path.write_text(CLOUD)
    assert check(path, capsys) == (0, [])
    path.write_text(CONTAINERS(CLOUD))
    assert check(path, capsys) == (0, [])


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_its_suggestion_mends_it(name, tmp_path, capsys):
    spoil, code, line, suggestion, old, new = MISTAKES[name]
    path = tmp_path / "cloud.yaml"
    spoiled = spoil(CLOUD)
    path.write_text(spoiled)
    exit_code, reports = check(path, capsys)
    assert exit_code == 1
    assert [(r["file"], int(r["line"]), r["code"]) for r in reports] == [(str(path), line, code)]
    rest = reports[0]["rest"]
    assert rest.endswith(")"), f"no suggestion: {rest}"
    found = re.search(suggestion, rest[rest.index(" (") :])
    assert found, rest
    mended = put(old, found.expand(new))(spoiled)
    path.write_text(mended)
    assert check(path, capsys) == (0, []), mended
