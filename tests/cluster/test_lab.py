"""The lab itself: power, network, fencing, ways in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laboratory import host_pacewright, until
from pacewright.cluster.lab import LabRunner

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "lab.yaml"
VIP = "192.0.2.100"


def state(lab) -> dict:
    return json.loads(lab.control("status", "--json").stdout)


def cluster_state(lab, node: str) -> str:
    return next(n["cluster"] for n in state(lab)["nodes"] if n["name"] == node)


def test_nodes_are_whole_and_encrypted(empty_lab):
    shown = state(empty_lab)
    assert [n["name"] for n in shown["nodes"]][:3] == ["controller-0", "controller-1", "controller-2"]
    assert {n["cluster"] for n in shown["nodes"]} == {"online"}
    assert shown["quorum"] is True
    keys = empty_lab.exec("controller-1", "corosync-cmapctl", "totem.crypto_cipher", "totem.transport").stdout
    assert "aes256" in keys
    assert "knet" in keys
    assert empty_lab.exec("controller-1", "systemctl", "is-system-running").stdout.strip() == "running"


def test_exec_passes_code_input_and_output_through(lab):
    done = lab.control(
        "exec", "controller-1", "--", "sh", "-c", "cat /etc/hostname; echo to stderr >&2; exit 37", expect=37
    )
    assert (done.stdout.strip(), done.stderr.strip()) == ("controller-1", "to stderr")


def test_a_killed_node_is_fenced_by_its_bmc_and_comes_back(empty_lab):
    before = empty_lab.exec("controller-2", "cat", "/proc/sys/kernel/random/boot_id", "/proc/1/stat").stdout
    empty_lab.control("kill", "controller-2")
    until(lambda: cluster_state(empty_lab, "controller-2") != "online", 30, "the loss noticed")
    until(lambda: cluster_state(empty_lab, "controller-2") == "online", 90, "controller-2 back")
    assert empty_lab.exec("controller-2", "cat", "/proc/sys/kernel/random/boot_id", "/proc/1/stat").stdout != before
    history = empty_lab.exec("controller-0", "stonith_admin", "--history", "controller-2").stdout
    assert "was able to reboot node controller-2" in history or "reboot" in history, history
    events = empty_lab.control("logs", "--events").stdout
    assert "controller-2: power on (IPMI)" in events


def fenced(lab, node: str) -> int:
    return lab.control("logs", "--events", "--lines", "1000").stdout.count(f"{node}: power off (IPMI)")


@pytest.mark.parametrize("trouble", ["freeze", "cut"])
def test_a_node_that_hangs_or_is_cut_off_is_fenced(empty_lab, trouble):
    before = fenced(empty_lab, "controller-1")
    empty_lab.control(trouble, "controller-1")
    until(lambda: fenced(empty_lab, "controller-1") > before, 60, "controller-1 fenced")
    empty_lab.control("heal")


def test_the_example_runs_and_survives_a_power_cut(empty_lab):
    empty_lab.host("apply", str(EXAMPLE), "--yes")
    home = json.loads(empty_lab.host("status", "vip", "--json").stdout)["resources"][0]["nodes"][0]
    other = next(n for n in empty_lab.nodes if n != home)
    assert empty_lab.exec(other, "ping", "-c1", "-W2", VIP).returncode == 0
    empty_lab.control("kill", home)
    until(lambda: empty_lab.exec(other, "ping", "-c1", "-W1", VIP).returncode != 0, 20, "the address silent")
    took = until(
        lambda: empty_lab.exec(other, "ping", "-c1", "-W1", VIP).returncode == 0, 90, "the address answers again"
    )
    print(f"the address answered again after {took:.0f} s")
    until(lambda: cluster_state(empty_lab, home) == "online", 90, f"{home} back")
    empty_lab.host("wait", "--timeout", "90")
    empty_lab.host("status")


def test_two_nodes_that_do_not_hear_each_other(empty_lab):
    def reached(node: str, address: str) -> bool:
        return empty_lab.exec(node, "ping", "-c1", "-W1", address).returncode == 0

    empty_lab.exec(
        "controller-0", "crm_attribute", "--type", "crm_config", "--name", "stonith-enabled", "--update", "false"
    )
    empty_lab.control("cut", "controller-1:controller-0")
    assert not reached("controller-0", "192.0.2.12")
    assert reached("controller-0", "192.0.2.13")
    assert reached("controller-2", "192.0.2.12")
    assert state(empty_lab)["cuts"] == ["controller-0:controller-1"]
    empty_lab.control("heal", "controller-1")
    assert reached("controller-0", "192.0.2.12")
    assert state(empty_lab)["cuts"] == []


def test_ssh_from_node_to_node_with_checked_keys(lab):
    done = lab.exec("controller-0", "ssh", "-o", "BatchMode=yes", "root@controller-2", "hostname")
    assert (done.returncode, done.stdout.strip()) == (0, "controller-2"), done.stderr


def test_every_way_in_shows_the_same_cluster(empty_lab):
    def seen(document: str) -> list:
        return [r["id"] for r in json.loads(document)["resources"]]

    through_lab = seen(empty_lab.host("status", "--json").stdout)
    live = seen(empty_lab.pacewright("status", "--json", node="controller-2").stdout)
    over_ssh = seen(empty_lab.pacewright("status", "--json", "--cluster", "ssh:controller-1").stdout)
    done = host_pacewright("status", "--json", "--cluster", f"lab:{empty_lab.name}/controller-1")
    assert through_lab == live == over_ssh == seen(done.stdout)
    assert through_lab


def test_a_command_needs_the_right_names(lab):
    assert "controller-9" in lab.control("kill", "controller-9", expect=64).stderr
    assert host_pacewright("lab", "exec", "--name", "nowhere", "x", "--", "true").returncode == 1
    assert host_pacewright("status", "--cluster", "lab:nowhere").returncode == 7
    assert host_pacewright("lab", "up", "--name", lab.name).returncode == 1
    assert host_pacewright("lab", "up", "--nodes", "0", "--name", "none").returncode == 64
    assert host_pacewright("lab", "up", "--release", "potato", "--name", "none").returncode == 64
    assert host_pacewright("lab", "up", "--name", "../x").returncode == 64
    assert host_pacewright("lab", "down", "--name", "none").returncode == 0


def test_variables_of_the_host_stay_there(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    seen = lab.control("exec", "controller-0", "--", "env").stdout.splitlines()
    assert not [v for v in seen if str(tmp_path) in v]
    with LabRunner(lab.name, "controller-0", "n0").files({"a": b"there"}) as paths:
        assert lab.exec("controller-0", "cat", paths["a"]).stdout == "there"
