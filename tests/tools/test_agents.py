"""What installed agents say of themselves, through the real crm_resource, and the cache of it."""

import os
import shutil
from pathlib import Path

import pytest

from pacewright.cluster.agents import InstalledAgents, agent_facts
from pacewright.cluster.process import Completed
from pacewright.cluster.runner import LocalRunner

DUMMY = "/usr/lib/ocf/resource.d/pacemaker/Stateful"
pytestmark = pytest.mark.skipif(
    shutil.which("crm_resource") is None or not os.path.exists(DUMMY),
    reason="needs crm_resource (pacemaker-cli-utils) and ocf:pacemaker:Stateful (pacemaker-resource-agents)",
)
STATEFUL = "ocf:pacemaker:Stateful"


class Counting(LocalRunner):
    """A runner that counts."""

    def __init__(self):
        super().__init__()
        self.runs = 0

    def run(self, command, *, stdin=b"", timeout=60.0) -> Completed:
        self.runs += 1
        return super().run(command, stdin=stdin, timeout=timeout)


def ask(agent, cache: Path | None):
    runner = Counting()
    return InstalledAgents(runner, cache)(agent), runner.runs


def test_an_ocf_agent_describes_itself():
    found, _ = ask(STATEFUL, None)
    assert found.parameter("envfile").reloadable
    assert {a.role for a in found.actions if a.name == "monitor"} == {"Promoted", "Unpromoted"}


@pytest.mark.skipif(not os.path.exists("/usr/sbin/fence_ipmilan"), reason="needs fence_ipmilan (fence-agents)")
def test_a_fence_agent_describes_itself():
    found, _ = ask("stonith:fence_ipmilan", None)
    assert found.parameter("auth").choices == ("md5", "password", "none")
    assert found.parameter("password").secret
    assert found.parameter("ip").obsoletes == "ipaddr"


def test_every_installed_ocf_agent_can_be_read_or_is_left_alone():
    agents = [f"ocf:pacemaker:{name}" for name in os.listdir(os.path.dirname(DUMMY))]
    known = InstalledAgents(cache=None)
    described = [agent for agent in agents if known(agent) is not None]
    assert STATEFUL in described
    assert all(known(agent).agent == agent for agent in described)


@pytest.mark.parametrize(
    "agent", ["ocf:heartbeat:NoSuchAgent", "stonith:fence_none", "systemd:ssh", "ocf:heartbeat:../pacemaker/Stateful",
              "ocf:heartbeat", "stonith:../../bin/true", "ocf:heartbeat:-x", ""],
)  # fmt: skip
def test_what_is_no_installed_agent_runs_nothing(agent):
    assert ask(agent, None) == (None, 0)


def test_the_cache_answers_the_second_time(tmp_path):
    assert ask(STATEFUL, tmp_path / "c")[1] == 1
    found, runs = ask(STATEFUL, tmp_path / "c")
    assert (found.agent, runs) == (STATEFUL, 0)


@pytest.mark.parametrize("rubbish", [b"", b"<resource-agent", b"\0\xff", b"<other/>"])
def test_a_corrupt_cache_is_ignored_and_mended(tmp_path, rubbish):
    ask(STATEFUL, tmp_path)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(rubbish)
    found, runs = ask(STATEFUL, tmp_path)
    assert (found is not None, runs) == (True, 1)
    assert ask(STATEFUL, tmp_path)[1] == 0


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").write_text("")
    found, _ = ask(STATEFUL, tmp_path / "file" / "c")
    assert found is not None


def test_a_changed_agent_is_asked_again(tmp_path, monkeypatch):
    folder = tmp_path / "ocf" / "acme"
    folder.mkdir(parents=True)
    shutil.copy(DUMMY, folder / "Web")
    monkeypatch.setattr("pacewright.cluster.agents.OCF_ROOT", str(tmp_path / "ocf"))
    before = agent_facts("ocf:acme:Web", LocalRunner())
    assert before.path == str(folder / "Web")
    agents = InstalledAgents(cache=tmp_path / "c")
    first = agents._entry("ocf:acme:Web", before)
    (folder / "Web").write_bytes((folder / "Web").read_bytes() + b"\n")
    assert agents._entry("ocf:acme:Web", agent_facts("ocf:acme:Web", LocalRunner())) != first
