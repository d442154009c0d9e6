"""A service outside Pacemaker on real nodes: what it needs is found missing, installed, found changed, mended; and killed,
it comes back without Pacemaker."""

from __future__ import annotations

import json

import pytest

from laboratory import Laboratory, until

UNIT, PACEMAKERS = "heat-engine.service", "rabbitmq-server.service"
DROP_IN = f"/etc/systemd/system/{UNIT}.d/40-pacewright.conf"
SETTINGS = "/etc/heat/heat.conf.d/40-pacewright.conf"
# A shell that stays, with the command line of a program of OpenStack; and a limit that the drop-in must lift.
SLEEPING = """\
[Unit]
StartLimitIntervalSec=300
StartLimitBurst=1
[Service]
ExecStart=/bin/sh -c 'sleep infinity; true' --config-file /etc/heat/heat.conf
Restart=no
[Install]
WantedBy=multi-user.target
"""
GONE = "/etc/systemd/system/gone.service.d"
SPEC = """\
deployment: cloud
openstack:
  release: zed
  architecture: lightweight
  distribution: debian
  roles: {controller: [%s]}
  vips: {control: 192.0.2.150}
  services: [haproxy, galera, rabbitmq, heat-engine]
  fencing: none
"""
MADE = (f"/etc/systemd/system/{UNIT}", f"/etc/systemd/system/{PACEMAKERS}")


@pytest.fixture
def ready(empty_lab: Laboratory, tmp_path):
    """The lab with both units on every node, and the path of the spec on the host."""
    lab = empty_lab
    for node in lab.nodes:
        for path in MADE:
            lab.put(node, path, SLEEPING)
        lab.exec(node, "mkdir", "-p", "/etc/heat")
        lab.put(node, "/etc/heat/heat.conf", "[database]\nconnection = mysql+pymysql://heat@192.0.2.150/heat\n")
        lab.exec(node, "systemctl", "daemon-reload")
        lab.exec(node, "systemctl", "enable", PACEMAKERS)
        assert lab.exec(node, "systemctl", "start", UNIT).returncode == 0
    path = tmp_path / "cloud.yaml"
    path.write_text(SPEC % ", ".join(lab.nodes))
    yield lab, str(path)
    for node in lab.nodes:
        lab.exec(node, "systemctl", "disable", "--now", UNIT, PACEMAKERS)
        lab.exec(node, "rm", "-rf", *MADE, "/etc/heat", f"/etc/systemd/system/{UNIT}.d", GONE)
        lab.exec(node, "systemctl", "daemon-reload")


def outside(lab: Laboratory, path: str, option: str, expect: int) -> dict:
    document: dict = json.loads(lab.host("outside", path, option, "--json", expect=expect).stdout)
    return document


def findings(document: dict, node: str) -> set[str]:
    return {each["code"] for each in document["findings"] if each["node"] == node}


def main_pid(lab: Laboratory, node: str) -> str:
    return lab.exec(node, "systemctl", "show", "--property=MainPID", "--value", UNIT).stdout.strip()


def killed_and_back(lab: Laboratory, nodes: tuple[str, ...]) -> None:
    pids = {node: main_pid(lab, node) for node in nodes}
    for node, pid in pids.items():
        assert lab.exec(node, "kill", "-9", pid).returncode == 0
    until(lambda: all(main_pid(lab, n) not in ("0", pid) for n, pid in pids.items()), 10, "the unit is back")


def test_found_installed_mended_and_restarted_without_pacemaker(ready):
    lab, path = ready
    first, second = lab.nodes[:2]
    before = outside(lab, path, "--check", expect=2)
    missing = {"unit-not-enabled", "restart-not-for-ever", "unit-enabled", "drop-in-missing", "setting-missing"}
    assert all(findings(before, node) == missing for node in lab.nodes)

    pids = {node: main_pid(lab, node) for node in lab.nodes}
    installed = outside(lab, path, "--install", expect=0)
    assert installed["findings"] == []
    assert f"disabled {PACEMAKERS}" in installed["done"][second]
    assert {node: main_pid(lab, node) for node in lab.nodes} == pids, "a unit was started anew"
    assert lab.exec(first, "systemctl", "is-enabled", UNIT).stdout.strip() == "enabled"
    assert lab.exec(first, "stat", "-c", "%a %U", DROP_IN, SETTINGS).stdout.split() == ["644", "root", "644", "root"]
    assert outside(lab, path, "--install", expect=0)["done"] == {node: [] for node in lab.nodes}

    lab.exec(second, "sed", "-i", "s/Restart=always/Restart=no/", DROP_IN)
    lab.exec(second, "rm", SETTINGS)
    stranger = f"{GONE}/40-pacewright.conf"
    lab.exec(second, "mkdir", "-p", GONE)
    lab.put(second, stranger, "# Written by pacewright.\n")
    found = outside(lab, path, "--check", expect=2)
    assert findings(found, first) == set()
    assert findings(found, second) == {
        "drop-in-differs", "drop-in-missing", "drop-in-left-over", "reload-needed", "setting-missing",
    }  # fmt: skip
    assert outside(lab, path, "--install", expect=0)["findings"] == []
    assert lab.exec(second, "test", "-e", stranger).returncode == 1

    lab.exec(first, "sed", "-i", "1a max_retries = 10", "/etc/heat/heat.conf")
    found = outside(lab, path, "--check", expect=2)  # the command line names that file: it wins over the folder
    assert findings(found, first) == {"setting-overridden"}
    killed_and_back(lab, (first, second))
    killed_and_back(lab, (first, second))  # which is over the unit's own limit


def test_a_node_that_cannot_be_asked_is_named(empty_lab: Laboratory, tmp_path):
    path = tmp_path / "cloud.yaml"
    path.write_text(SPEC % ", ".join([*empty_lab.nodes[:1], "nobody"]))
    document = outside(empty_lab, str(path), "--check", expect=1)
    assert list(document["left_out"]) == ["nobody"]
    assert findings(document, empty_lab.nodes[0])
