"""Whether hosts have what bundles need, on real nodes with podman: each mistake found by name, then all mended."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from laboratory import Laboratory
from redis_bundle import OWN_RECORDS

IMAGE = "localhost/hosting:1"
SPEC = f"""\
deployment: hosting
resources:
  web:
    bundle: {{runtime: podman, image: "{IMAGE}", replicas: 3, network: host, run-command: "sleep 600",
             options: "--stop-signal=KILL"}}
    storage:
      - {{source-dir: /srv/hosting, target-dir: /srv/web, options: rw}}
      - {{source-dir: /etc/hostname, target-dir: MOTD, options: ro}}
      - {{source-dir: /opt, target-dir: OPT}}
      - {{source-dir-root: /srv/hosting-own/deep, target-dir: /var/lib/own}}
"""
BROKEN = SPEC.replace("MOTD", "/var/lib/redis").replace("OPT", "/usr/bin")
MENDED = SPEC.replace("MOTD", "/etc/motd").replace("OPT", "/opt")
# On nodes that have the image, its files are known: /var/lib/redis is a folder, /bin is a link to /usr/bin.
EXPECTED = {
    ("source-missing", "resource web/storage/0"): (0, 1, 2),
    ("source-type", "resource web/storage/1"): (0, 2),
    ("target-hides", "resource web/storage/2"): (0, 2),
    ("image-missing", "resource web/bundle/image"): (1,),
}
LINES = {
    "resource web/storage/0": 7,
    "resource web/storage/1": 8,
    "resource web/storage/2": 9,
    "resource web/bundle/image": 4,
}


@pytest.fixture
def lab_with_an_image(empty_lab: Laboratory) -> Iterator[Laboratory]:
    """All nodes but the second have the image."""
    for node in (empty_lab.nodes[0], empty_lab.nodes[2]):
        tag(empty_lab, node)
    try:
        yield empty_lab
    finally:
        empty_lab.reset()
        for node in empty_lab.nodes:
            empty_lab.exec(node, "podman", "untag", IMAGE)
            empty_lab.exec(node, "rm", "-f", OWN_RECORDS)
            empty_lab.exec(node, "rm", "-rf", "/srv/hosting", "/srv/hosting-own")


def tag(lab: Laboratory, node: str) -> None:
    done = lab.exec(node, "podman", "tag", "localhost/pacewright-bundle:1", IMAGE)
    assert done.returncode == 0, done.stderr


def left_behind(lab: Laboratory, node: str) -> set[str]:
    """Containers and mounts of images."""
    containers, mounts = (lab.exec(node, "podman", *words).stdout for words in (("ps", "-aq"), ("image", "mount")))
    return {*containers.split(), *mounts.splitlines()}


def told(lab: Laboratory, command: str, path: str, *options: str, expect: int) -> list[dict]:
    done = lab.host(command, path, "--json", *options, expect=expect)
    return [r for r in json.loads(done.stdout)["reports"] if r["code"] != "no-fencing"]


def nodes_named(lab: Laboratory, report: dict) -> tuple[int, ...]:
    named = report["message"].partition(": ")[0].removeprefix("on ").split(", ")
    return tuple(lab.nodes.index(node) for node in named)


def test_each_mistake_is_found_by_name_and_the_mended_spec_is_applied(lab_with_an_image, tmp_path):
    lab, path = lab_with_an_image, tmp_path / "site.yaml"
    path.write_text(BROKEN)
    before = {node: left_behind(lab, node) for node in lab.nodes}
    for command in ("check", "plan"):
        found = told(lab, command, str(path), expect=1)
        assert {(r["code"], r["subject"]): nodes_named(lab, r) for r in found} == EXPECTED
        assert {r["subject"]: r["line"] for r in found} == LINES
        assert {r["severity"] for r in found} == {"error"}
    assert f"'podman tag OTHER {IMAGE}'" in found[-1]["suggestion"] + found[0]["suggestion"]
    allowed = told(lab, "plan", str(path), "--allow-missing-agents", expect=2)
    assert {(r["code"], r["severity"]) for r in allowed} >= {(code, "warning") for code, _ in EXPECTED}

    assert {node: left_behind(lab, node) for node in lab.nodes} == before

    path.write_text(MENDED)
    tag(lab, lab.nodes[1])
    for node in lab.nodes:
        assert lab.exec(node, "mkdir", "/srv/hosting").returncode == 0
    assert told(lab, "check", str(path), expect=0) == []
    assert "settled, as desired" in lab.host("apply", str(path), "--yes").stdout
    for node in lab.nodes:
        assert len(left_behind(lab, node) - before[node]) == 1  # the bundle's own container


def test_what_a_layer_of_an_image_removed_is_missed(empty_lab, tmp_path):
    """The files of an image are read as its layers lie on disk; podman says the same when it runs them."""
    lab, path, made = empty_lab, tmp_path / "site.yaml", IMAGE.replace(":1", ":2")
    node = lab.nodes[0]
    try:
        for command in (
            ("run", "--net=host", "--name=hosting", "localhost/pacewright-bundle:1", "rm", "/usr/bin/sleep"),
            ("commit", "hosting", made),
            ("rm", "hosting"),
        ):
            done = lab.exec(node, "podman", *command)
            assert done.returncode == 0, done.stderr
        assert lab.exec(node, "podman", "run", "--rm", "--net=host", made, "sleep", "0").returncode == 127
        path.write_text(SPEC.partition("    storage:")[0].replace(IMAGE, made))
        found = {r["code"]: nodes_named(lab, r) for r in told(lab, "check", str(path), expect=1)}
        assert found == {"image-lacks": (0,), "image-missing": (1, 2)}
    finally:
        lab.exec(node, "podman", "rm", "--force", "hosting")
        lab.exec(node, "podman", "rmi", made)
