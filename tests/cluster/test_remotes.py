"""A remote node in a lab of its own: one member, one node with pacemaker_remote instead of corosync."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from laboratory import ADDITIONS, Laboratory, own_lab, until
from pacewright.lab.needs import missing_needs

SPEC = """
deployment: remote
resources:
  agent: {agent: "ocf:pacemaker:Dummy", operations: {monitor: {interval: 5s}}}
  unit: {agent: "systemd:haproxy", operations: {monitor: {interval: 10s}}}
locations:
  agent-there: {resource: agent, node: remote-0, score: INFINITY}
  unit-there: {resource: unit, node: remote-0, score: INFINITY}
"""


@pytest.fixture(scope="module")
def remote_lab() -> Iterator[Laboratory]:
    if missing := missing_needs():
        pytest.skip(f"SKIPPED LOUDLY: no remote node tested: {'; '.join(missing)}")
    with own_lab("test", "--nodes", "1", "--remotes", "1", "--with", ADDITIONS) as lab:
        yield lab


def status(lab: Laboratory) -> dict:
    return json.loads(lab.host("status", "--json", expect=None).stdout)


def places(lab: Laboratory) -> dict[str, list[str]]:
    return {r["id"]: r["nodes"] for r in status(lab)["resources"]}


def test_services_run_on_a_remote_node_which_is_fenced_and_comes_back(remote_lab, tmp_path):
    lab = remote_lab
    node = next(n for n in status(lab)["nodes"] if n["name"] == "remote-0")
    assert (node["kind"], node["state"]) == ("remote", "online")
    assert lab.exec("remote-0", "systemctl", "is-active", "pacemaker_remote").stdout == "active\n"
    assert lab.exec("remote-0", "systemctl", "is-active", "corosync").returncode != 0

    spec = tmp_path / "remote.yaml"
    spec.write_text(SPEC)
    assert "settled, as desired" in lab.host("apply", str(spec), "--yes").stdout
    assert lab.exec("remote-0", "systemctl", "is-active", "haproxy").stdout == "active\n"
    boot = lab.exec("remote-0", "cat", "/etc/machine-id", "/proc/1/stat").stdout

    lab.control("kill", "remote-0")
    until(lambda: "remote-0: power on (IPMI)" in lab.control("logs", "--events").stdout, 90, "remote-0 fenced")
    until(lambda: places(lab).get("unit") == ["remote-0"] and status(lab)["as_desired"], 120, "its resources back")
    lab.host("wait", "--timeout", "60")
    assert lab.exec("remote-0", "cat", "/etc/machine-id", "/proc/1/stat").stdout != boot
    assert lab.exec("remote-0", "systemctl", "is-active", "haproxy").stdout == "active\n"
    assert "nothing to do" in lab.host("apply", str(spec), "--yes").stdout


def test_a_remote_node_is_removed_without_a_trace(remote_lab):
    lab = remote_lab
    lab.control("remove", "remote-0")
    seen = status(lab)
    assert [n["name"] for n in seen["nodes"]] == ["controller-0"]
    assert not {"remote-0", "fence-remote-0"} & {r["id"] for r in seen["resources"]}
