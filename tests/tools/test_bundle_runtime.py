"""docker to podman, and a changed image, on the embedded cluster: an outage of that one bundle, foreseen and no larger."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SPEC = """\
deployment: cloud
resources:
  db-bundle:
    bundle: {runtime: docker, image: "registry.example/db:1", replicas: 3, promoted-max: 1, network: host}
    network: {control-port: 3123}
    contains: db
  db: {agent: "ocf:pacemaker:Stateful"}
  cache-bundle:
    bundle: {runtime: docker, image: "registry.example/cache:1", replicas: 3, network: host, run-command: run}
  web: {agent: "ocf:pacemaker:Dummy"}
  web-clone: {clone: web}
  vip: {agent: "ocf:pacemaker:Dummy"}
colocations:
  vip-with-cache: {resource: vip, with-resource: cache-bundle, score: INFINITY}
orders:
  cache-then-vip: {first: cache-bundle, then: vip, kind: Mandatory}
"""


def pacewright(folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pacewright", "--cluster", f"embedded:{folder}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def applied(tmp_path):
    """The spec applied; a function that writes another version of it."""
    path, folder = tmp_path / "cloud.yaml", tmp_path / "cluster"

    def written(old: str = "", new: str = "") -> str:
        path.write_text(SPEC.replace(old, new) if old else SPEC)
        return str(path)

    done = pacewright(folder, "apply", written(), "--yes")
    assert done.returncode == 0, done.stderr
    return folder, written


def effects(folder, path: str) -> list[tuple[str, str]]:
    done = pacewright(folder, "plan", path, "--json")
    assert done.returncode == 2, done.stderr
    return [(e["action"], e["resource"]) for e in json.loads(done.stdout)["effects"]]


def started_again(found: list[tuple[str, str]]) -> dict[str, int]:
    """By the resource without its number, how often it stops or restarts."""
    counted: dict[str, int] = {}
    for action, resource in found:
        if action in ("stop", "restart", "move"):
            name = resource.rstrip("0123456789").rstrip("-:")
            counted[name] = counted.get(name, 0) + 1
    return counted


def test_another_runtime_restarts_that_bundle_and_nothing_else(applied):
    folder, written = applied
    path = written(
        '{runtime: docker, image: "registry.example/db:1"', '{runtime: podman, image: "registry.example/db:1"'
    )
    stopping = started_again(effects(folder, path))
    assert stopping["db-bundle-docker"] == 3
    assert {name.partition("-")[0] for name in stopping} == {"db"}, stopping
    assert pacewright(folder, "apply", path, "--yes").returncode == 0
    assert pacewright(folder, "plan", path).returncode == 0
    status = json.loads(pacewright(folder, "status", "--json").stdout)
    assert status["as_desired"]
    running = {i["id"] for r in status["resources"] for i in r["instances"] if i["active"]}
    assert {f"db-bundle-podman-{n}" for n in range(3)} <= running
    assert not [name for name in running if name.startswith("db-bundle-docker")]


def test_what_needs_a_bundle_stops_with_it_and_plan_says_so(applied):
    folder, written = applied
    stopping = started_again(
        effects(
            folder, written('docker, image: "registry.example/cache:1"', 'podman, image: "registry.example/cache:1"')
        )
    )
    assert stopping["cache-bundle-docker"] == 3
    assert {name.partition("-")[0] for name in stopping} == {"cache", "vip"}, stopping


def test_a_changed_image_restarts_all_replicas_at_once(applied):
    folder, written = applied
    stopping = started_again(effects(folder, written("registry.example/db:1", "registry.example/db:2")))
    assert stopping["db-bundle-docker"] == 3
    assert {name.partition("-")[0] for name in stopping} == {"db"}, stopping
