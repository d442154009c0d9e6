"""Whether nodes have what a plan newly needs, on real nodes: entered from the lab's host, and by ssh from one of them."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager

import pytest

AGENT = "/usr/lib/ocf/resource.d/pacemaker/Stateful"
SPEC = """\
deployment: site
resources:
  one: {agent: "ocf:pacemaker:Stateful", operations: {monitor: {interval: 10s}}}
"""
BAN = "locations:\n  elsewhere: {resource: one, node: %s, score: -INFINITY}\n"
UNITS = """\
deployment: site
resources:
  template: {agent: "systemd:getty@tty9", operations: {monitor: {interval: 60s}}}
  missing: {agent: "systemd:no-such-unit", operations: {monitor: {interval: 60s}}}
"""
BOTH_WAYS = pytest.mark.parametrize("way", ["host", "live"])


@contextmanager
def done_to(lab, node: str, do: tuple[str, ...], undo: tuple[str, ...]):
    assert lab.exec(node, *do).returncode == 0
    try:
        yield
    finally:
        assert lab.exec(node, *undo).returncode == 0


def without_agent(lab, node: str):
    return done_to(lab, node, ("mv", AGENT, f"{AGENT}.away"), ("mv", f"{AGENT}.away", AGENT))


def planned(lab, way: str, tmp_path, text: str, *options: str, expect: int) -> dict[str, list[dict]]:
    """Reports of the plan by their code."""
    if way == "host":
        path = tmp_path / "site.yaml"
        path.write_text(text)
        done = json.loads(lab.host("plan", str(path), "--json", *options, expect=expect).stdout)
    else:
        done = lab.json("plan", lab.spec(text), *options, expect=expect)
    found: dict[str, list[dict]] = {}
    for each in done["reports"]:
        found.setdefault(each["code"], []).append(each)
    return found


@BOTH_WAYS
def test_an_agent_missing_on_one_node(empty_lab, tmp_path, way):
    node = empty_lab.nodes[1]
    with without_agent(empty_lab, node):
        (report,) = planned(empty_lab, way, tmp_path, SPEC, expect=1)["agent-missing"]
        assert report["severity"] == "error"
        assert f"is not installed on {node}, where" in report["message"]
        allowed = planned(empty_lab, way, tmp_path, SPEC, "--allow-missing-agents", expect=2)
        assert [r["severity"] for r in allowed["agent-missing"]] == ["warning"]
        assert "agent-missing" not in planned(empty_lab, way, tmp_path, SPEC + BAN % node, expect=2)


@BOTH_WAYS
def test_units_are_asked_of_systemd(empty_lab, tmp_path, way):
    (report,) = planned(empty_lab, way, tmp_path, UNITS, expect=1)["agent-missing"]
    assert report["subject"] == "resource missing"
    assert all(node in report["message"] for node in empty_lab.nodes)


def test_what_is_running_already_asks_nobody(empty_lab):
    path = empty_lab.spec(SPEC)
    empty_lab.pacewright("apply", path, "--yes", "--wait", "60")
    with without_agent(empty_lab, empty_lab.nodes[1]):
        changed = empty_lab.spec(SPEC.replace("10s", "20s"))
        assert not any(r["code"] == "agent-missing" for r in empty_lab.json("plan", changed, expect=2)["reports"])
    empty_lab.pacewright("apply", path, "--yes", "--wait", "60")


def test_a_node_whose_ssh_is_down_is_named_and_the_plan_goes_on(empty_lab, tmp_path):
    node, path = empty_lab.nodes[1], empty_lab.spec(SPEC)
    anew = ["env", f"XDG_RUNTIME_DIR=/run/{tmp_path.name}", "pacewright"]  # no connection from before
    with done_to(
        empty_lab, node, ("systemctl", "stop", "ssh.socket", "ssh.service"), ("systemctl", "start", "ssh.service")
    ):
        started = time.monotonic()
        done = empty_lab.exec(empty_lab.nodes[0], *anew, "plan", path, "--json")
        assert time.monotonic() - started < 10
        assert done.returncode == 2, done.stderr
        (report,) = [r for r in json.loads(done.stdout)["reports"] if r["code"] == "node-not-reached"]
        assert report["severity"] == "warning"
        assert f"{node} (" in report["message"]
        told = empty_lab.exec(empty_lab.nodes[0], *anew, "apply", path)
        assert told.returncode == 2  # nobody to confirm: nothing was written
        assert "node-not-reached" in told.stderr
