"""A program in a node of a lab, when the node's power is cut: not the program has failed, the node is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

import pytest

from pacewright.cluster import lab
from pacewright.cluster.lab import LabRunner
from pacewright.model.errors import Unreachable

KILLED_AT_ONCE = ["python3", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]


@pytest.fixture
def leader():
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def runner(leader, monkeypatch):
    """Programs run here instead of in a node, whose first process is another program here."""
    monkeypatch.setattr(LabRunner, "leader", lambda _self: leader.pid)
    monkeypatch.setattr(lab, "entering", lambda _leader, command: list(command))
    return LabRunner("x", "controller-0", "n0")


def test_a_leader_that_dies_a_little_later_tells_of_the_power_cut(runner, leader):
    late = threading.Timer(0.4, os.kill, (leader.pid, signal.SIGKILL))
    late.start()
    with pytest.raises(Unreachable, match="controller-0 of lab 'x' went off while python3 ran"):
        runner.run(KILLED_AT_ONCE)
    late.join()


def test_a_program_killed_in_a_node_that_lives_has_failed_itself(runner, monkeypatch):
    monkeypatch.setattr(lab, "_DYING_SECONDS", 0.2)
    assert runner.run(KILLED_AT_ONCE).code == -signal.SIGKILL


def test_an_ordinary_failure_is_told_at_once(runner):
    done = runner.run(["false"])
    assert (done.code, done.seconds < 1) == (1, True)
