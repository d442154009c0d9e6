"""Plan, apply, status on real daemons."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SPEC = """\
deployment: site
resources:
  first: {{agent: "ocf:pacemaker:Dummy", params: {{fake: {fake}}}, operations: {{monitor: {{interval: 10s}}}}}}
  second: {{agent: "ocf:pacemaker:Dummy", operations: {{monitor: {{interval: 10s}}}}}}
orders:
  o: {{first: first, then: second}}
"""


def spec(tmp_path: Path, text: str, name: str = "site") -> str:
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)
    return str(path)


def test_apply_settles_and_a_second_apply_writes_nothing(empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1))
    assert empty.json("plan", path, expect=2)["changes"]
    done = empty.json("apply", path, "--yes", "--wait", "60")
    assert (done["written"], done["settled"], done["as_desired"]) == (True, True, True)
    assert "first" in empty.run("crm_mon", "-1").stdout
    before = empty.cib_version()
    assert empty.json("apply", path, "--yes")["written"] is False
    assert empty.cib_version() == before
    assert empty.json("plan", path)["changes"] == []
    assert empty.pacewright("status", "first", "second").returncode == 0


def test_a_saved_plan_is_refused_when_somebody_else_changed_the_same(empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1))
    empty.pacewright("apply", path, "--yes", "--wait", "60")
    changed = spec(tmp_path, SPEC.format(fake=2))
    saved = str(tmp_path / "site.plan")
    empty.pacewright("plan", changed, "--out", saved, expect=2)
    done = empty.run("crm_resource", "--resource", "first", "--set-parameter", "fake", "--parameter-value", "3")
    assert done.returncode == 0, done.stderr
    stale = empty.pacewright("apply", saved, expect=3)
    assert "resource first" in stale.stderr
    value = empty.run("crm_resource", "--resource", "first", "--get-parameter", "fake").stdout.strip()
    assert value == "3"


def test_a_status_change_between_plan_and_apply_does_not_refuse(empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1))
    saved = str(tmp_path / "site.plan")
    empty.pacewright("plan", path, "--out", saved, expect=2)
    done = empty.run("attrd_updater", "--name", "noise", "--update", "1")
    assert done.returncode == 0, done.stderr
    empty.pacewright("apply", saved, "--wait", "60")


def test_two_writers_of_one_spec_write_once(empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1))
    command = [*empty.entered, sys.executable, "-m", "pacewright", "apply", path, "--yes", "--wait", "90", "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    results = [p.communicate(timeout=120) for p in both]
    assert [p.returncode for p in both] == [0, 0], results
    assert sorted('"written": true' in out for out, _ in results) == [False, True]


def test_forbidden_restart_is_refused_and_nothing_is_written(empty, tmp_path):
    empty.pacewright("apply", spec(tmp_path, SPEC.format(fake=1)), "--yes", "--wait", "60")
    before = empty.cib_version()[0]
    without = (
        SPEC.format(fake=1)
        .replace('first: {agent: "ocf:pacemaker:Dummy"', 'first: {agent: "ocf:pacemaker:Stateful"')
        .replace("params: {fake: 1}, ", "")
    )
    refused = empty.pacewright("apply", spec(tmp_path, without), "--yes", "--forbid", "restart,stop,move", expect=4)
    assert "first" in refused.stderr
    assert empty.cib_version()[0] == before
