"""A bundle's new image, one replica at a time, on real nodes: sampled, killed in the middle, gone back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from laboratory import Laboratory, until
from redis_bundle import EXAMPLE, OWN_RECORDS, Bundle, redis

OLD, NEW = "localhost/pacewright-bundle:1", "localhost/pacewright-bundle:2"
_REPLICA = re.compile(r'id="redis-bundle-podman-(\d+)"[^>]* role="(\w+)"')


@pytest.fixture
def running(empty_lab: Laboratory) -> Iterator[Laboratory]:
    lab = empty_lab
    lab.host("apply", str(EXAMPLE), "--yes", "--adopt")
    try:
        yield lab
    finally:
        lab.reset()
        for node in lab.nodes:
            lab.exec(node, "podman", "untag", OLD, OLD)
            lab.exec(node, "rm", "-f", OWN_RECORDS)


class Sampler(threading.Thread):
    """How many replicas are not running, as crm_mon sees it, several times a second."""

    def __init__(self, lab: Laboratory) -> None:
        super().__init__(daemon=True)
        self.lab, self.down, self.end = lab, [], threading.Event()

    def run(self) -> None:
        while not self.end.is_set():
            answer = self.lab.exec(self.lab.nodes[0], "crm_mon", "--one-shot", "--output-as=xml").stdout
            if states := dict(_REPLICA.findall(answer)):
                self.down.append(3 - sum(role == "Started" for role in states.values()))
            self.end.wait(0.1)

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        self.join()


def update(ref: str, *options: str) -> list[str]:
    return ["migrate", str(EXAMPLE), "--image", f"redis-bundle={ref}", *options]


def images(lab: Laboratory, bundle: Bundle) -> set[str]:
    """Ids of the images that the replicas are of."""
    asked = ("podman", "container", "inspect", "--format", "{{.Image}}")
    return {lab.exec(host, *asked, f"redis-bundle-podman-{n}").stdout.strip() for n, host in bundle.hosts.items()}


def image_id(lab: Laboratory, name: str) -> str:
    return lab.exec(lab.nodes[0], "podman", "image", "inspect", "--format", "{{.Id}}", name).stdout.strip()


def bans(lab: Laboratory) -> str:
    return lab.exec(
        lab.nodes[0], "cibadmin", "--query", "--xpath", "//rsc_location[starts-with(@id,'cli-ban-')]"
    ).stdout


@pytest.mark.long
def test_replicas_get_a_new_image_one_at_a_time_and_a_killed_update_goes_on(running):
    lab = running
    old, new, before = image_id(lab, OLD), image_id(lab, NEW), Bundle(lab)
    assert old != new
    assert images(lab, before) == {old}
    assert redis(lab, before, before.promoted[0], "set", "kept", "yes") == "OK"
    done = lab.host(*update("localhost/none:1", "--yes"), expect=1)
    assert f"on {', '.join(lab.nodes)}: there is no image localhost/none:1" in done.stderr
    steps = json.loads(lab.host(*update(NEW, "--dry-run", "--json"), expect=2).stdout)["bundles"][0]["steps"]
    assert [s["action"] for s in steps] == ["retag"] * 3 + ["restart"] * 3
    assert [s["promoted"] for s in steps[3:]] == [False, False, True]
    assert images(lab, Bundle(lab)) == {old}

    with Sampler(lab) as sampler:
        killed = kill_after_the_first(lab)
        done = lab.host(*update(NEW, "--yes"))
        after = Bundle(lab)
    assert after.whole, after.document
    assert images(lab, after) == {new}
    order = re.findall(r"redis-bundle on (\S+): restarted in", killed + done.stderr)
    down = re.findall(r"redis-bundle on (\S+): stopping", killed)[-1]  # it comes back by itself, of the new image
    assert {*order, down} == set(lab.nodes)
    assert "promoted copy" in re.findall(r"stopping the (.*)", done.stderr)[-1]
    assert max(sampler.down) == 1, sampler.down
    assert len(sampler.down) > 100
    assert redis(lab, after, after.promoted[0], "get", "kept") == "yes"
    assert bans(lab) == ""
    assert "nothing to do" in lab.host(*update(NEW, "--yes")).stdout
    assert lab.host("plan", str(EXAMPLE)).returncode == 0


def kill_after_the_first(lab: Laboratory) -> str:
    """Starts an update and kills it while the second replica is down; what it had said."""
    command = [sys.executable, "-m", "pacewright", "--cluster", f"lab:{lab.name}", *update(NEW, "--yes")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        said, started = "", time.monotonic()
        while said.count("starting it again") < 1 or said.count("stopping the") < 2:
            assert time.monotonic() - started < 240, said
            said += process.stderr.readline()
        until(lambda: bans(lab), 20, "the second ban")
        process.kill()
        return said
