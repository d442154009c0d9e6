"""Ownership, adoption, stale plans and several writers, on the embedded cluster through the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pacewright.cli.main import main
from support import cib, dummy

pytestmark = pytest.mark.skipif(
    shutil.which("crm_simulate", path="/usr/sbin:/usr/bin") is None,
    reason="crm_simulate is not installed (Debian: pacemaker-cli-utils)",
)
DUMMY = 'agent: "ocf:pacemaker:Dummy"'


class Site:
    """An embedded cluster with a folder for specs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.cib = folder / "cluster" / "cib.xml"
        self.cluster = f"embedded:{folder}/cluster"

    def spec(self, name: str, resources: dict[str, str], more: str = "", deployment: str | None = None) -> str:
        lines = [f"deployment: {deployment or name}", "nodes: {alice: {}, bob: {}}", "resources:"]
        lines += [f"  {identity}: {{{body}}}" for identity, body in resources.items()]
        path = self.folder / f"{name}.yaml"
        path.write_text("\n".join([*lines, more]) + "\n")
        return str(path)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--cluster", self.cluster])
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> tuple[int, dict]:
        code, out, _ = self.run(*arguments, "--json")
        return code, json.loads(out)

    def epoch(self) -> str:
        from lxml import etree

        return etree.parse(self.cib).getroot().get("epoch")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pacewright", *arguments, "--cluster", self.cluster]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def site(tmp_path, capsys):
    return Site(tmp_path, capsys)


def test_nothing_to_do_writes_nothing(site):
    path = site.spec("one", {"a": DUMMY})
    assert site.run("apply", path, "--yes")[0] == 0
    before = site.cib.read_bytes()
    code, done = site.json("apply", path, "--yes")
    assert (code, done["written"]) == (0, False)
    assert site.cib.read_bytes() == before


def test_without_a_terminal_apply_asks_nobody_and_writes_nothing(site, monkeypatch):
    path = site.spec("one", {"a": DUMMY})
    site.run("plan", path)
    before = site.epoch()
    code, _, err = site.run("apply", path)
    assert (code, site.epoch()) == (2, before)
    assert "--yes" in err


def test_a_saved_plan_is_applied_without_asking_and_only_once(site):
    path, saved = site.spec("one", {"a": DUMMY}), str(site.folder / "saved.plan")
    assert site.run("plan", path, "--out", saved)[0] == 2
    assert site.run("apply", saved)[0] == 0
    assert site.json("apply", saved)[1]["written"] is False


def test_a_saved_plan_whose_spec_has_changed_is_stale(site):
    path, saved = site.spec("one", {"a": DUMMY}), str(site.folder / "saved.plan")
    site.run("plan", path, "--out", saved)
    site.spec("one", {"a": DUMMY, "b": DUMMY})
    assert site.run("apply", saved)[0] == 3


def test_a_saved_plan_of_another_cluster_is_refused(site):
    path, saved = site.spec("one", {"a": DUMMY}), str(site.folder / "saved.plan")
    site.run("plan", path, "--out", saved)
    code = main(["apply", saved, "--cluster", f"embedded:{site.folder}/other"])
    assert code == 3, site.capsys.readouterr()


def test_different_values_for_one_object_the_second_is_refused_and_told(site):
    site.run("apply", site.spec("one", {"a": DUMMY + ", params: {fake: one}"}), "--yes")
    second = site.spec("two", {"a": DUMMY + ", params: {fake: two}"}, deployment="one")
    saved = str(site.folder / "saved.plan")
    assert site.run("plan", second, "--out", saved)[0] == 2
    assert (
        site.run("apply", site.spec("three", {"a": DUMMY + ", params: {fake: three}"}, deployment="one"), "--yes")[0]
        == 0
    )
    code, _, err = site.run("apply", saved)
    assert code == 3
    assert "resource a" in err
    assert "'three'" in err
    assert 'value="three"' in site.cib.read_text()


def test_a_change_elsewhere_does_not_make_a_plan_stale(site):
    site.run("apply", site.spec("one", {"a": DUMMY}), "--yes")
    saved = str(site.folder / "saved.plan")
    site.run("plan", site.spec("two", {"b": DUMMY}), "--out", saved)
    site.run("apply", site.spec("three", {"c": DUMMY}), "--yes")
    code, out, err = site.run("apply", saved)
    assert code == 0, (out, err)
    assert site.json("status")[1]["as_desired"] is True


def test_an_unowned_object_needs_adopt(site):
    site.run("apply", site.spec("one", {"z": DUMMY}), "--yes")
    resources = dummy("a", "old")
    done = subprocess.run(
        ["cibadmin", "--create", "--scope", "resources", "--xml-text", resources],
        env={**os.environ, "CIB_file": str(site.cib)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    path = site.spec("one", {"z": DUMMY, "a": DUMMY + ", params: {fake: new}"})
    code, plan = site.json("plan", path)
    assert (code, plan["adopted"]) == (2, ["resource a"])
    before = site.epoch()
    code, _, err = site.run("apply", path, "--yes")
    assert (code, site.epoch()) == (1, before)
    assert "resource a" in err
    assert "adoption-needed" in err
    assert site.run("apply", path, "--yes", "--adopt")[0] == 0
    assert site.json("plan", path)[1]["changes"] == []


def test_another_deployments_object_is_refused_even_with_adopt(site):
    site.run("apply", site.spec("one", {"a": DUMMY}), "--yes")
    code, _, err = site.run("apply", site.spec("two", {"a": DUMMY}), "--yes", "--adopt")
    assert code == 1
    assert "owned-by-other" in err


def test_a_forbidden_effect_exits_4_and_changes_nothing(site):
    site.run("apply", site.spec("one", {"a": DUMMY + ", params: {state: /run/a}"}), "--yes")
    path, before = site.spec("one", {"a": DUMMY + ", params: {state: /run/b}"}), site.epoch()
    assert site.run("plan", path, "--forbid", "restart")[0] == 4
    assert site.run("apply", path, "--yes", "--forbid", "restart")[0] == 4
    assert site.epoch() == before
    assert site.run("apply", path, "--yes", "--forbid", "stop,move")[0] == 0


def test_the_operators_hand_is_kept_and_held_is_no_failure(site):
    path = site.spec("one", {"a": DUMMY})
    site.run("apply", path, "--yes")
    done = subprocess.run(
        ["crm_resource", "--resource", "a", "--meta", "--set-parameter", "target-role", "--parameter-value", "Stopped"],
        env={**os.environ, "CIB_file": str(site.cib)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    changed = site.spec("one", {"a": DUMMY + ", params: {fake: x}"})
    code, done = site.json("apply", changed, "--yes")
    assert (code, done["as_desired"]) == (0, True)
    assert "target-role" in site.cib.read_text()


def test_secrets_are_nowhere_but_in_the_cib(site):
    (site.folder / "password").write_text("correct-horse\n")
    body = 'agent: "stonith:fence_ipmilan", params: {ip: 192.0.2.1, username: u, password: !secret "file:password"}'
    path, saved = site.spec("one", {"f": body}), str(site.folder / "saved.plan")
    shown = "".join(site.run("plan", path, "--out", saved)[1:])
    shown += "".join(site.run("apply", saved, "--json")[1:])
    (site.folder / "password").write_text("battery-staple\n")
    shown += "".join(site.run("plan", path)[1:])
    shown += "".join(site.run("apply", path, "--yes")[1:])
    shown += "".join(site.run("status", "--json")[1:]) + "".join(site.run("explain", "f", "--json")[1:])
    assert "correct-horse" not in shown + Path(saved).read_text()
    assert "battery-staple" not in shown
    assert "battery-staple" in site.cib.read_text()


def test_a_file_cluster_can_be_planned_on_but_not_written(site):
    live = site.folder / "live.xml"
    live.write_text(cib())
    path = site.spec("one", {"a": DUMMY})
    assert main(["plan", path, "--cluster", f"file:{live}"]) == 2
    before = live.read_bytes()
    assert main(["apply", path, "--yes", "--cluster", f"file:{live}"]) == 64
    assert live.read_bytes() == before


@pytest.mark.parametrize("kind", ["same", "disjoint", "conflicting"])
def test_two_writers_at_once(site, kind):
    """The same spec is written once, disjoint ones both land, of two values for one object one wins and is told."""
    site.run("apply", site.spec("base", {"base": DUMMY}), "--yes")
    for number in range(50 if kind == "disjoint" else 4):
        bodies = {
            "same": [{f"r{number}": DUMMY}] * 2,
            "disjoint": [{f"a{number}": DUMMY}, {f"b{number}": DUMMY}],
            "conflicting": [{f"r{number}": DUMMY + f", params: {{fake: {w}}}"} for w in ("x", "y")],
        }[kind]
        names = [f"d{number}{w}" for w in "xy"] if kind == "disjoint" else [f"d{number}"] * 2
        paths = [site.spec(f"{n}-{w}", b, deployment=n) for n, b, w in zip(names, bodies, "xy", strict=True)]
        writers = [site.start("apply", p, "--yes", "--no-wait", "--json") for p in paths]
        results = [w.communicate(timeout=120) for w in writers]
        codes = [w.returncode for w in writers]
        written = [json.loads(out)["written"] for out, _ in results if '"written"' in out]
        text = site.cib.read_text()
        if kind == "same":
            assert (codes, sorted(written)) == ([0, 0], [False, True]), results
        elif kind == "disjoint":
            assert (codes, written) == ([0, 0], [True, True]), results
            assert f'id="a{number}"' in text
            assert f'id="b{number}"' in text
        else:
            assert 0 in codes, results
            if codes == [0, 0]:  # the second began after the first had ended: an ordinary change
                assert written == [True, True]
            else:
                assert sorted(codes) == [0, 3], results
                assert f"resource r{number}" in "".join(err for _, err in results)


def test_what_needs_a_newer_schema_is_refused_by_name(site):
    live = site.folder / "live.xml"
    live.write_text(cib().replace("pacemaker-3.9", "pacemaker-2.10"))
    spec = site.spec("one", {"a": DUMMY}, 'operation-defaults: [{rule: "op start", attributes: {timeout: 10s}}]')
    code = main(["plan", spec, "--cluster", f"file:{live}"])
    err = site.capsys.readouterr().err
    assert code == 1
    assert "schema-too-old" in err
    assert "cibadmin --upgrade" in err


def test_a_saved_plan_can_be_forbidden_more_but_not_allowed_more(site):
    site.run("apply", site.spec("one", {"a": DUMMY + ", params: {state: /run/a}"}), "--yes")
    path, saved = site.spec("one", {"a": DUMMY + ", params: {state: /run/b}"}), str(site.folder / "saved.plan")
    site.run("plan", path, "--out", saved)
    before = site.epoch()
    code, _, err = site.run("apply", saved, "--forbid", "restart")
    assert (code, site.epoch()) == (4, before)
    assert "restart" in err
    assert site.run("apply", saved, "--prune")[0] == 64
    assert site.run("apply", saved)[0] == 0


def test_a_saved_plan_is_not_taken_for_a_spec(site):
    path, saved = site.spec("one", {"a": DUMMY}), str(site.folder / "saved.plan")
    site.run("plan", path, "--out", saved)
    assert site.run("plan", saved)[0] == 64


def test_numbers_and_kinds_are_shown_as_what_they_are(site):
    orders = "orders: {o: {first: a, then: b, kind: Optional}}"
    locations = "locations: {l: {resource: a, node: alice, score: 1}}"
    path = site.spec("one", {"a": DUMMY, "b": DUMMY}, f"{orders}\n{locations}")
    code, out, _ = site.run("plan", path)
    assert code == 2
    assert "+ order o" in out
    assert "score: 1" in out
    assert "true" not in out
    assert {c["address"]: c["kind"] for c in site.json("plan", path)[1]["changes"]}["order o"] == "order"


def test_a_time_out_after_the_write_says_that_it_is_written(site):
    code, _, err = site.run("apply", site.spec("one", {"a": DUMMY}), "--yes", "--wait", "0")
    assert code == 6
    assert "written" in err
    assert 'id="a"' in site.cib.read_text()


@pytest.mark.parametrize(
    "words", [["--forbid", ""], ["--wait", "-5"], ["--wait", "nan"], ["--cluster", ""]], ids=" ".join
)
def test_an_empty_guard_or_an_odd_time_is_a_usage_error(site, words):
    assert main(["apply", site.spec("one", {"a": DUMMY}), "--yes", *words]) == 64


def test_what_is_deleted_while_promoted_is_warned_of(tmp_path, capsys):
    cluster = ["--cluster", f"embedded:{tmp_path}/cluster"]
    spec = tmp_path / "d.yaml"
    base = "deployment: d\nresources:\n  kept: {agent: ocf:pacemaker:Dummy}\n"
    spec.write_text(
        base + "  db: {agent: ocf:pacemaker:Stateful}\n  db-clone: {clone: db, meta: {promotable: true}}\n"
        "  web: {agent: ocf:pacemaker:Dummy}\n  web-clone: {clone: web}\n"
    )
    assert main(["apply", str(spec), "--yes", *cluster]) == 0
    spec.write_text(base)
    capsys.readouterr()
    assert main(["plan", str(spec), "--prune", "--json", *cluster]) == 2
    reports = json.loads(capsys.readouterr().out)["reports"]
    assert [r["subject"] for r in reports if r["code"] == "deleted-while-promoted"] == ["resource db-clone"]
    assert main(["plan", str(spec), "--json", *cluster]) == 0
    assert "deleted-while-promoted" not in capsys.readouterr().out
