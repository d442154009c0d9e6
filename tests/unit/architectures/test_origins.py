"""Which rule made an object is told by ``explain --origin`` and by comments of ``convert --expand``."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from pacewright.cli.main import main
from pacewright.sources.spec import read

EXAMPLE = Path(__file__).parents[3] / "examples" / "full.yaml"
DEPLOYMENTS = [p for p in sorted(EXAMPLE.parent.glob("*.yaml")) if "\nopenstack:" in p.read_text()]


def test_explain_names_rule_and_place(capsys):
    assert main(["explain", "openstack-core-clone", "--origin", str(EXAMPLE), "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)["objects"]
    assert told["address"] == "resource openstack-core-clone"
    assert told["rule"].startswith("full: openstack-core/openstack-core on role controller")
    assert told["file"] == str(EXAMPLE)
    assert told["line"] is not None


def test_a_constraint_names_the_service_that_wanted_it(capsys):
    assert main(["explain", "order-openstack-core-clone-httpd-clone-mandatory", "--origin", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert "httpd-clone starts after openstack-core-clone" in out
    assert "asked for by services/httpd" in out


def test_a_name_that_nothing_has_gets_a_suggestion(capsys):
    assert main(["explain", "haproxy-clon", "--origin", str(EXAMPLE)]) == 1
    assert "did you mean 'haproxy-clone'?" in capsys.readouterr().err


@pytest.mark.parametrize("example", DEPLOYMENTS, ids=[p.stem for p in DEPLOYMENTS])
def test_every_generated_object_has_its_rule_in_a_comment(example, capsys):
    assert main(["convert", str(example), "--to", "spec", "--expand"]) == 0
    lines = capsys.readouterr().out.splitlines()
    section = ""
    bare = []
    for above, line in itertools.pairwise(lines):
        section = line.rstrip(":") if not line.startswith((" ", "#")) else section
        if line.startswith("  ") and line[2] not in " #" and (section != "nodes" or "attributes" in line):
            bare += [] if above.startswith("  # ") else [line]
    assert bare == []


def test_what_stands_in_lists_and_what_nodes_get_has_its_rule_too(tmp_path, capsys):
    text = (EXAMPLE.parent / "containers.yaml").read_text().replace("!secret file:secrets/ipmi", "x")
    text = text.replace("tag: pcmklatest}", "tag: pcmklatest, operations: {start: {timeout: 200s}}}")
    device = "{id: stonith-fence_ipmilan-525400dbdcc, params: {ip: 192.168.24.201}}"
    assert device in text
    path = tmp_path / "cloud.yaml"
    path.write_text(text.replace(device, f"[{device}, {{agent: fence_xvm}}]"))
    assert main(["convert", str(path), "--to", "spec", "--expand"]) == 0
    told = {line: above for above, line in itertools.pairwise(capsys.readouterr().out.splitlines())}
    rule = next(line for line in told if "rule: resource ocf:heartbeat:podman and op start" in line)
    assert told[rule] == "  # start of all containers"
    levels = [line for line in told if line.startswith("  - {target: controller-0")]
    assert len(levels) == 2
    assert all(told[line].startswith("  # ") for line in levels)
    assert "galera runs on role controller" in told["  controller-1:"]


def test_what_is_expanded_means_the_same(capsys):
    assert main(["convert", str(EXAMPLE), "--to", "spec", "--expand"]) == 0
    again = read(capsys.readouterr().out.encode(), "expanded.yaml").configuration
    assert again.resources == read(EXAMPLE.read_bytes(), "full.yaml").configuration.resources


def test_a_deployment_is_not_lost_without_being_asked(capsys):
    assert main(["convert", str(EXAMPLE), "--to", "spec"]) == 1
    assert "add --expand" in capsys.readouterr().err
