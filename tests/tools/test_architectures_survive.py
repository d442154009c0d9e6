"""Each architecture loses a node, as Pacemaker's scheduler sees it: everything that should survive runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needs import needs
from pacewright.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"
LOSSES = [
    ("classic", "alice"),
    ("classic", "charlie"),
    ("full", "controller-0"),
    ("lightweight", "controller-1"),
    ("composable", "controller-0"),
    ("composable", "database-1"),
    ("composable", "cell1-2"),
    ("containers", "controller-0"),
    ("containers", "controller-2"),
]
WITHOUT_STICKINESS = ["classic"]  # as the listing that it follows


def asked(capsys, *words: str) -> dict:
    capsys.readouterr()
    main([*words, "--json"])
    document: dict = json.loads(capsys.readouterr().out)
    return document


@needs("crm_simulate")
@pytest.mark.parametrize(("example", "node"), LOSSES, ids=[f"{e}-{n}" for e, n in LOSSES])
def test_a_node_s_loss_leaves_every_service_running(example, node, tmp_path, capsys):
    cluster = ["--cluster", f"embedded:{tmp_path}/cluster"]
    assert main(["apply", str(EXAMPLES / f"{example}.yaml"), "--yes", *cluster]) == 0
    before = {r["id"]: r for r in asked(capsys, "status", *cluster)["resources"]}
    assert main(["embedded", "fail", node, *cluster]) == 0
    after = asked(capsys, "status", *cluster)
    assert [n["name"] for n in after["nodes"] if n["state"] == "offline" and n["kind"] == "member"] == [node]
    for resource in after["resources"]:
        name = resource["id"]
        assert resource["as_desired"], (name, resource["why_not"])
        assert resource["active"] > 0, name
        assert node not in resource["nodes"], name
        if before[name]["promoted_expected"]:
            assert resource["promoted"] > 0, name
        alone = before[name]["kind"] in ("primitive", "group")
        if alone and node not in before[name]["nodes"] and example not in WITHOUT_STICKINESS:
            assert resource["nodes"] == before[name]["nodes"], f"{name} moved without need"
