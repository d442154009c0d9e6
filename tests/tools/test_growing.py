"""One node is the deployment without high availability; three are the same spec with three nodes in the role."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needs import needs
from pacewright.cli.main import main

pytestmark = needs("crm_simulate", "cibadmin", "crm_diff")

ONE = """\
deployment: cloud
openstack:
  release: train
  architecture: lightweight
  roles: {controller: [c0]}
  vips: {control: 192.0.2.100, public: 10.0.0.4}
  services: [haproxy, galera, rabbitmq, redis, memcached, keystone, cinder, nova]
"""
FENCING = "  fencing:\n    params: {username: admin, password: x}\n    nodes:\n" + "".join(
    f"      c{n}: {{params: {{ip: 192.0.2.20{n}}}}}\n" for n in range(3)
)


def test_one_node_grows_to_three_by_its_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, cluster = tmp_path / "cloud.yaml", ["--cluster", f"embedded:{tmp_path / 'cluster'}"]
    spec.write_text(ONE)
    assert main(["apply", str(spec), "--yes", *cluster]) == 0
    spec.write_text(ONE.replace("[c0]", "[c0, c1, c2]") + FENCING)
    capsys.readouterr()
    assert main(["plan", str(spec), *cluster]) == 1
    assert "it has to join the cluster first" in capsys.readouterr().err
    for node in ("c1", "c2"):
        assert main(["embedded", "join", node, *cluster]) == 0
    capsys.readouterr()
    assert main(["plan", str(spec), "--json", *cluster]) == 2
    plan = json.loads(capsys.readouterr().out)
    # Only what has the nodes' names or number among its parameters restarts.
    restarted = {e["resource"].partition(":")[0]: e["reason"] for e in plan["effects"] if e["action"] == "restart"}
    assert restarted == dict.fromkeys(("galera", "rabbitmq"), "resource definition change")
    assert not {e["action"] for e in plan["effects"]} & {"stop", "move", "fence"}
    assert main(["apply", str(spec), "--yes", *cluster]) == 0
    assert main(["plan", str(spec), *cluster]) == 0
    assert main(["embedded", "fail", "c0", *cluster]) == 0
    capsys.readouterr()
    main(["status", "--json", *cluster])
    status = json.loads(capsys.readouterr().out)
    assert [r["id"] for r in status["resources"] if r["state"] != "running"] == []
