"""What we write stays theirs to change: pcs and crmsh edit and delete it, and the next plan shows what they did."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from pacewright.cli.main import main

SPEC = """\
deployment: site
nodes: {alice: {}, bob: {}}
properties: {no-quorum-policy: stop}
resources:
  a: {agent: "ocf:pacemaker:Dummy", params: {fake: one}, operations: {monitor: {interval: 10s}}}
  b: {agent: "ocf:pacemaker:Dummy"}
  g: {group: [a, b]}
  c: {agent: "ocf:pacemaker:Dummy"}
orders: {g-then-c: {first: g, then: c}}
"""


@pytest.fixture
def cluster(tmp_path, capsys):
    if shutil.which("crm_simulate", path="/usr/sbin:/usr/bin") is None:
        pytest.skip("crm_simulate is not installed (Debian: pacemaker-cli-utils)")
    (tmp_path / "site.yaml").write_text(SPEC)
    assert main(["apply", str(tmp_path / "site.yaml"), "--yes", "--cluster", f"embedded:{tmp_path}/c"]) == 0
    capsys.readouterr()
    return tmp_path


def tool(*command: str, cib: str) -> None:
    program = shutil.which(command[0], path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip(f"{command[0]} is not installed")
    environment = {**os.environ, "CIB_file": cib, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": ""}
    done = subprocess.run(
        [program, *command[1:]], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)


def planned(folder, capsys) -> dict[str, str]:
    main(["plan", str(folder / "site.yaml"), "--json", "--cluster", f"embedded:{folder}/c"])
    plan = json.loads(capsys.readouterr().out)
    return {c["address"]: c["action"] for c in plan["changes"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (["pcs", "-f", "CIB", "resource", "update", "a", "fake=two"], {"resource a": "update"}),
        (
            ["pcs", "-f", "CIB", "resource", "delete", "c", "--force"],
            {"resource c": "create", "order g-then-c": "create"},
        ),
        (["pcs", "-f", "CIB", "property", "set", "no-quorum-policy=freeze"], {"property no-quorum-policy": "update"}),
        (["crm", "-F", "resource", "param", "a", "set", "fake", "two"], {"resource a": "update"}),
        (["crm", "-F", "configure", "delete", "g-then-c"], {"order g-then-c": "create"}),
    ],
    ids=["pcs-update", "pcs-delete", "pcs-property", "crm-param", "crm-delete"],
)  # fmt: skip
def test_a_change_by_another_tool_is_planned_back(cluster, capsys, change, expected):
    path = str(cluster / "c" / "cib.xml")
    assert planned(cluster, capsys) == {}
    tool(*[path if word == "CIB" else word for word in change], cib=path)
    assert planned(cluster, capsys) == expected
    assert main(["apply", str(cluster / "site.yaml"), "--yes", "--cluster", f"embedded:{cluster}/c"]) == 0
    capsys.readouterr()
    assert planned(cluster, capsys) == {}
