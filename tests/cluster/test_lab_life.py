"""How a lab begins and ends: nothing stays behind, whatever happened. Bare nodes boot in a second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from laboratory import host_pacewright
from pacewright.cluster.lab import keeper_of, lab_folder
from pacewright.lab.cgroups import group_of, hierarchies
from pacewright.lab.needs import missing_needs

pytestmark = pytest.mark.skipif(bool(missing_needs()), reason=f"SKIPPED LOUDLY: no lab: {'; '.join(missing_needs())}")
ALONE = ["--bare", "--nodes", "1"]
# Who starts the tests in the background of a script hands down that Ctrl-C is ignored.
INTERRUPTIBLE = ["env", "--default-signal=INT", sys.executable, "-m", "pacewright"]


@pytest.fixture
def name() -> Iterator[str]:
    chosen = f"life-{uuid.uuid4().hex[:8]}"
    yield chosen
    host_pacewright("lab", "down", "--name", chosen)


def up(name: str, *words: str) -> None:
    done = host_pacewright("lab", "up", "--name", name, *words, timeout=1500)
    assert done.returncode == 0, done.stderr


def remains(name: str) -> list[str]:
    """What a lab has left on the machine."""
    found = [str(p) for h in hierarchies() for p in [Path(h, group_of(name))] if p.exists()]
    if Path(lab_folder(name)).exists():
        found.append(lab_folder(name))
    found += [line for line in Path("/proc/self/mounts").read_text().splitlines() if name in line]
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(name.encode() in w for w in words) and int(entry.parent.name) != os.getpid():
            found.append(b" ".join(words).decode(errors="replace"))
    return found


def interfaces() -> set[str]:
    return set(os.listdir("/sys/class/net"))


def test_up_and_down_leave_nothing(name):
    before = interfaces()
    up(name, *ALONE)
    assert interfaces() == before, "a lab's network is its own"
    assert remains(name)
    done = host_pacewright("lab", "exec", "--name", name, "controller-0", "--", "pacewright", "--version")
    assert done.returncode == 0, done.stderr
    assert host_pacewright("lab", "down", "--name", name).returncode == 0
    assert remains(name) == []
    again = host_pacewright("lab", "down", "--name", name)
    assert (again.returncode, "was not there" in again.stdout) == (0, True)


def test_a_dead_keeper_takes_all_with_it_and_down_cleans_up(name):
    up(name, *ALONE)
    keeper = keeper_of(name)
    os.kill(keeper.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any("nspawn" in line or "bmc" in line for line in remains(name)):
        assert time.monotonic() < deadline, remains(name)
        time.sleep(0.1)
    ended = host_pacewright("lab", "status", "--name", name)
    assert (ended.returncode, "lab down" in ended.stderr) == (7, True)
    assert host_pacewright("status", "--cluster", f"lab:{name}").returncode == 7
    assert host_pacewright("lab", "down", "--name", name).returncode == 0
    assert remains(name) == []


@pytest.mark.parametrize("seconds", [0.3, 0.9, 2.5])
def test_an_interrupted_up_leaves_nothing(name, seconds):
    command = [*INTERRUPTIBLE, "lab", "up", "--name", name, "--nodes", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert (process.returncode, "interrupted" in words) == (130, True)
    assert remains(name) == []


def test_of_two_that_boot_one_name_one_does_and_the_other_touches_nothing(name):
    command = [sys.executable, "-m", "pacewright", "lab", "up", "--name", name, *ALONE]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [p.communicate(timeout=120)[1] for p in both]
    assert sorted(p.returncode for p in both) == [0, 1], told
    assert any("already" in words for words in told)
    assert host_pacewright("lab", "exec", "--name", name, "controller-0", "--", "true").returncode == 0


def test_an_interrupted_up_leaves_a_later_lab_of_its_name_alone(name):
    command = [*INTERRUPTIBLE, "lab", "up", "--name", name, "--nodes", "1"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while keeper_of(name) is None:
        time.sleep(0.05)
    ended = host_pacewright("lab", "down", "--name", name)  # while the interrupted one cleans up, too
    assert ended.returncode == 0, ended.stderr
    up(name, *ALONE)
    first.send_signal(signal.SIGINT)
    first.wait(timeout=60)
    assert host_pacewright("lab", "exec", "--name", name, "controller-0", "--", "true").returncode == 0


def test_several_end_one_lab(name):
    up(name, *ALONE)
    command = [sys.executable, "-m", "pacewright", "lab", "down", "--name", name]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    told = [p.communicate(timeout=120)[1] for p in several]
    assert [p.returncode for p in several] == [0] * 4, told
    assert remains(name) == []


def test_a_killed_up_is_cleaned_up_by_down(name):
    command = [sys.executable, "-m", "pacewright", "lab", "up", "--name", name, "--nodes", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.5)
    process.kill()
    process.wait()
    assert host_pacewright("lab", "down", "--name", name).returncode == 0
    assert remains(name) == []


def test_labs_side_by_side_do_not_meet(name):
    other = f"{name}-b"
    try:
        up(name, "--bare", "--nodes", "2")
        up(other, *ALONE)
        listed = json.loads(host_pacewright("lab", "status", "--all", "--json").stdout)["labs"]
        assert {name, other} <= {lab["name"] for lab in listed}
        reached = host_pacewright(
            "lab", "exec", "--name", other, "controller-0", "--", "ping", "-c1", "-W1", "192.0.2.12"
        )
        assert reached.returncode != 0, "the other lab's second node has that address"
        reached = host_pacewright(
            "lab", "exec", "--name", name, "controller-0", "--", "ping", "-c1", "-W1", "192.0.2.12"
        )
        assert reached.returncode == 0
        assert host_pacewright("lab", "down", "--name", name).returncode == 0
        assert remains(name) == [line for line in remains(name) if other in line]
        assert host_pacewright("lab", "exec", "--name", other, "controller-0", "--", "true").returncode == 0
    finally:
        host_pacewright("lab", "down", "--name", other)


def test_a_bare_node_has_packages_and_nothing_configured(name):
    up(name, *ALONE)

    def there(*command: str) -> int:
        return host_pacewright("lab", "exec", "--name", name, "controller-0", "--", *command).returncode

    assert there("test", "-e", "/usr/sbin/pacemakerd") == 0
    assert there("test", "-e", "/etc/corosync/corosync.conf") == 1
    assert there("systemctl", "is-enabled", "--quiet", "pacemaker") != 0
    assert there("systemctl", "is-active", "--quiet", "ssh") == 0
    added = host_pacewright("lab", "add", "--name", name, "controller-1")
    assert added.returncode == 0, added.stderr
    assert there("ssh", "-o", "BatchMode=yes", "controller-1", "true") == 0
    removed = host_pacewright("lab", "remove", "--name", name, "controller-1")
    assert removed.returncode == 0, removed.stderr
    assert there("ping", "-c1", "-W1", "192.0.2.12") != 0


def test_what_is_missing_is_named_with_the_way_to_get_it(monkeypatch):
    from pacewright.cluster import process

    monkeypatch.setattr(process, "SEARCH_PATH", "/nonexistent")
    told = "; ".join(missing_needs())
    assert "apt-get install" in told
    assert "systemd-container" in told
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in missing_needs()[0]
