"""Eleven services on three nodes leave Pacemaker while they run, and come back: no process ends, the address answers."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import migration
from laboratory import Laboratory, until


@pytest.fixture
def cloud(empty_lab: Laboratory, tmp_path: Path) -> Iterator[Laboratory]:
    migration.install(empty_lab)
    for architecture in ("full", "lightweight"):
        (tmp_path / f"{architecture}.yaml").write_text(migration.spec(empty_lab, architecture))
    empty_lab.host("apply", str(tmp_path / "full.yaml"), "--yes")
    yield empty_lab
    empty_lab.reset()
    migration.remove(empty_lab)


class Polling:
    """Ten pings a second from a node that does not have the address."""

    def __init__(self, lab: Laboratory) -> None:
        place = json.loads(lab.host("status", f"ip-{migration.ADDRESS}", "--json").stdout)["resources"][0]["nodes"]
        self.lab, self.node = lab, next(n for n in lab.nodes if n not in place)
        command = lab.entered(self.node, "ping", "-q", "-i", "0.1", "-W", "1", migration.ADDRESS)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def lost(self) -> tuple[int, int]:
        """Sent and lost."""
        assert self.lab.exec(self.node, "pkill", "-INT", "-x", "ping").returncode == 0
        said = self.process.communicate(timeout=20)[0]
        sent, received = re.search(r"(\d+) packets transmitted, (\d+) received", said).groups()
        return int(sent), int(sent) - int(received)


def migrate(lab: Laboratory, path: Path, expect: int = 0, *words: str) -> dict:
    return json.loads(lab.host("migrate", str(path), "--json", *words, expect=expect).stdout)


def test_services_change_hands_and_back_while_they_run(cloud: Laboratory, tmp_path: Path):
    lab, first = cloud, cloud.nodes[0]
    before, journals = migration.runs(lab), migration.cursor(lab)
    assert migration.all_active(before)
    polling = Polling(lab)

    shown = migrate(lab, tmp_path / "lightweight.yaml", 2, "--dry-run")
    assert {each["unit"] for each in shown["to_systemd"]} == {f"{name}.service" for name in migration.MOVED}
    assert {(e["action"], e["base"]) for e in shown["effects"]} == {("stop", "openstack-core")}
    assert migrate(lab, tmp_path / "lightweight.yaml", 2)["error"] == "Declined"  # no terminal, no --yes
    done = migrate(lab, tmp_path / "lightweight.yaml", 0, "--yes", "--one-by-one")
    assert done["findings"] == done["not_as_desired"] == []
    assert migration.runs(lab) == before
    named = migration.properties(lab, first, migration.WATCHED)
    assert (named["UnitFileState"], named["Restart"]) == ("enabled", "always")
    assert "50-pacemaker.conf" not in named["DropInPaths"]
    assert json.loads(lab.host("migrate", str(tmp_path / "lightweight.yaml"), "--json").stdout)["nothing_to_do"]

    done = migrate(lab, tmp_path / "full.yaml", 0, "--yes")
    assert done["findings"] == done["not_as_desired"] == []
    assert len(done["to_pacemaker"]) == len(migration.MOVED)
    assert migration.runs(lab) == before
    assert migration.stops_since(lab, journals) == []
    sent, lost = polling.lost()
    assert sent > 100
    assert lost == 0
    assert migration.left_behind(lab) == []
    assert lab.host("plan", str(tmp_path / "full.yaml"), "--prune").returncode == 0

    named = migration.properties(lab, first, migration.WATCHED)
    assert (named["UnitFileState"], named["Restart"]) == ("disabled", "no")
    assert {"pacemaker.service", "pacemaker_remote.service"} <= set(named["Before"].split())
    pid = migration.main_pid(lab, first, migration.WATCHED)
    assert lab.exec(first, "kill", "-9", pid).returncode == 0
    until(lambda: migration.main_pid(lab, first, migration.WATCHED) not in ("0", pid), 30, "Pacemaker started it again")
    lab.host("wait", "--timeout", "60")
    refused = migrate(lab, tmp_path / "lightweight.yaml", 1, "--yes")  # a failure is on record
    assert {each["code"] for each in refused["reports"]} == {"resource-failed"}
    assert len(json.loads(lab.host("status", "--json", expect=None).stdout)["resources"]) > len(migration.MOVED)
