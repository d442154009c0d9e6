"""Every folder of tests/cases: the spec before, the spec after, the plan that is expected between them.

Two laws for each: planning after applying is empty, and what the cluster then does is what the plan said.
``pytest tests/tools/test_cases.py --write-cases`` writes ``expected.yaml`` anew: read the difference before committing it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from pacewright.cli.main import main

CASES = sorted(
    p.parent
    for p in (Path(__file__).parent.parent / "cases").glob("*/after.yaml")
    if not (p.parent / "live.xml").exists()
)


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    if shutil.which("crm_simulate", path="/usr/sbin:/usr/bin") is None:
        pytest.skip("crm_simulate is not installed (Debian: pacemaker-cli-utils)")
    monkeypatch.setenv("CASE_PASSWORD", "s3cret-of-the-case")
    return f"embedded:{tmp_path}/cluster"


def run(capsys, *arguments: str) -> tuple[int, dict, str]:
    code = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), out + err


def shown(plan: dict) -> dict:
    """The plan in few words: what a person checks."""
    changes = [f"{c['action']} {c['address']}" for c in plan["changes"]]
    details = {
        c["address"]: {d["path"]: [d["before"], d["after"]] for d in c["details"]}
        for c in plan["changes"]
        if c["action"] == "update"
    }
    effects = [
        " ".join(w for w in (e["action"], e["resource"], e["source"] and e["source"] + " ->", e["node"]) if w)
        for e in plan["effects"]
    ]
    return {"changes": changes, "details": details, "effects": effects, "left_over": plan["left_over"]}


RUNS_THERE = {"start", "restart", "recover", "reload", "move", "migrate", "promote"}


def every(resources: list[dict]):
    for each in resources:
        yield each
        yield from every(each["members"])


def unobserved(plan: dict, status: dict) -> list[dict]:
    """Predicted effects that the state afterwards does not bear out."""
    running = {(r["id"], node) for r in every(status["resources"]) for node in r["nodes"]}
    last = {(e["base"], e["node"]): e for e in plan["effects"] if e["action"] != "fence"}
    return [e for key, e in last.items() if (key in running) != (e["action"] in RUNS_THERE)]


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_case(case, cluster, capsys, request, tmp_path):
    options = (case / "arguments").read_text().split() if (case / "arguments").exists() else []
    if (case / "before.yaml").exists():
        code, done, _ = run(capsys, "apply", str(case / "before.yaml"), "--yes", "--cluster", cluster)
        assert (code, done["as_desired"]) == (0, True), done
    after = str(case / "after.yaml")
    code, plan, everything = run(capsys, "plan", after, *options, "--cluster", cluster)
    assert "s3cret-of-the-case" not in everything
    if request.config.getoption("--write-cases"):
        (case / "expected.yaml").write_text(
            yaml.safe_dump(shown(plan), sort_keys=False, default_flow_style=None, width=120)
        )
    assert shown(plan) == yaml.safe_load((case / "expected.yaml").read_text())
    assert code == (2 if plan["changes"] else 0)

    code, done, _ = run(capsys, "apply", after, "--yes", *options, "--cluster", cluster)
    assert (code, done["settled"], done["as_desired"]) == (0, True, True), done
    _, status, _ = run(capsys, "status", "--cluster", cluster)
    assert unobserved(plan, status) == []
    code, again, _ = run(capsys, "plan", after, *options, "--cluster", cluster)
    assert (code, again["changes"], again["pending"]) == (0, [], [])
