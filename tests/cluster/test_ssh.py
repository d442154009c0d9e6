"""``--cluster ssh:HOST`` from a machine that has nothing to do with the cluster: real sshd, real daemons."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from needs import needs
from pacewright.cib.desired.ownership import records
from pacewright.cli.input import read_source
from pacewright.cluster.choose import choose
from pacewright.cluster.tools import Written
from pacewright.model.plan import Options
from pacewright.workflow.applying import write
from pacewright.workflow.planning import plan
from ssh_place import make_place

pytestmark = needs("ssh", "sshd", "ssh-keygen")
HOST = "ssh:root@node1"
SPEC = """\
deployment: site
resources:
  first: {{agent: "ocf:pacemaker:Dummy", params: {{fake: {fake}}}, operations: {{monitor: {{interval: 10s}}}}}}
  second: {{agent: "ocf:pacemaker:Dummy", operations: {{monitor: {{interval: 10s}}}}}}
"""


@pytest.fixture(scope="module")
def place(node, tmp_path_factory):
    node.run("mkdir", "-p", "/run/sshd")
    made = make_place(tmp_path_factory.mktemp("ssh"))
    made.host("node1", entered=node.entered)
    return made


@pytest.fixture
def away(empty, place, monkeypatch):
    """Runs pacewright on this machine, which the node's daemons know nothing of."""
    with tempfile.TemporaryDirectory(prefix="ssh") as folder:
        monkeypatch.setenv("PACEWRIGHT_SSH", place.options)
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield pacewright
        place.close(Path(folder) / "pacewright" / "ssh")


def pacewright(*arguments: str, expect: int, cluster: str = HOST) -> dict:
    command = [sys.executable, "-m", "pacewright", *arguments, "--cluster", cluster, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def spec(tmp_path: Path, text: str) -> str:
    path = tmp_path / "site.yaml"
    path.write_text(text)
    return str(path)


def test_plan_apply_status_and_a_second_apply(away, empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1))
    assert {c["address"] for c in away("plan", path, expect=2)["changes"]} == {"resource first", "resource second"}
    done = away("apply", path, "--yes", "--wait", "60", expect=0)
    assert (done["written"], done["settled"], done["as_desired"]) == (True, True, True)
    assert "first" in empty.run("crm_mon", "-1").stdout
    status = away("status", "first", expect=0)
    assert status["cluster"] == HOST
    assert status["resources"][0]["nodes"] == ["node1"]
    assert away("explain", "first", expect=0)["state"] == "running"
    before = empty.cib_version()
    assert away("apply", path, "--yes", expect=0)["written"] is False
    assert empty.cib_version() == before


def test_a_plan_made_over_ssh_is_carried_out_on_the_spot(away, empty, tmp_path):
    path, saved = spec(tmp_path, SPEC.format(fake=1)), str(tmp_path / "site.plan")
    away("plan", path, "--out", saved, expect=2)
    assert empty.json("apply", saved, "--wait", "60")["written"] is True


def test_an_agent_that_the_node_lacks(away, empty, tmp_path):
    path = spec(tmp_path, 'deployment: site\nresources:\n  lost: {agent: "ocf:acme:None"}\n')
    refused = away("plan", path, expect=1)
    (report,) = [r for r in refused["reports"] if r["code"] == "agent-missing"]
    assert (report["severity"], report["subject"], report["line"]) == ("error", "resource lost", 3)
    assert "node1" in report["message"]
    allowed = away("plan", path, "--allow-missing-agents", expect=2)
    assert [r["severity"] for r in allowed["reports"] if r["code"] == "agent-missing"] == ["warning"]
    assert empty.json("plan", path, expect=1)["reports"]


def test_what_cannot_be_asked_is_a_warning_before_anything_is_written(away, empty, tmp_path):
    path = spec(tmp_path, 'deployment: site\nresources:\n  unit: {agent: "systemd:cron"}\n')
    done = subprocess.run(
        [sys.executable, "-m", "pacewright", "apply", path, "--cluster", HOST], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2  # nobody to confirm: nothing was written
    assert "node1 (System has not been booted with systemd" in done.stderr


def test_schemas_and_agents_of_the_node_judge(away, empty, tmp_path):
    path = spec(tmp_path, SPEC.format(fake=1).replace("fake: 1", "fakee: 1"))
    assert "unknown-parameter" in {r["code"] for r in away("check", path, expect=1)["reports"]}


def test_without_pacemaker_there_it_is_no_cluster(away, empty):
    assert pacewright("status", expect=7, cluster="ssh:root@nobody.invalid")["exit"] == 7


@pytest.mark.parametrize("late", [False, True], ids=["at-once", "after-it-was-given-up"])
def test_a_connection_that_breaks_during_the_write_is_told_truthfully(away, place, empty, tmp_path, late):
    """The CIB manager is stopped, so that the write hangs; the connection is cut; the manager goes on.

    ``late``: what was sent is held back until it is not expected any more, and then taken all the same.
    """
    cluster = choose(HOST)
    configuration = read_source(spec(tmp_path, SPEC.format(fake=2))).loaded.configuration
    planned = plan(cluster, configuration, "site", Options())
    manager = pid_in(empty, "pacemaker-based")
    answers, written, held = [], [], []
    through = cluster.write

    def recorded(patch: bytes) -> Written:
        while held:
            os.kill(held.pop(), signal.SIGCONT)
            wait_for(lambda: pid_in(empty, "cibadmin") is None)
        answers.append(through(patch))
        return answers[-1]

    cluster.write = recorded
    writer = threading.Thread(
        target=lambda: written.append(write(cluster, configuration, planned, time.monotonic() + 90))
    )
    os.kill(manager, signal.SIGSTOP)
    try:
        writer.start()
        wait_for(lambda: pid_in(empty, "cibadmin"))
        time.sleep(0.5)
        assert writer.is_alive()
        if late:
            held.append(pid_in(empty, "cibadmin"))
            os.kill(held[0], signal.SIGSTOP)
        place.close(Path(os.environ["XDG_RUNTIME_DIR"]) / "pacewright" / "ssh")
        time.sleep(0.5)
    finally:
        os.kill(manager, signal.SIGCONT)
    writer.join(timeout=120)
    assert answers[0] is Written.UNKNOWN
    if late:
        assert answers == [Written.UNKNOWN, Written.OLDER]
    ((_, plan_id),) = written
    assert plan_id is not None
    assert records(cluster.read().configuration)["site"].plan == plan_id


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pid_in(node, name: str) -> int | None:
    """The pid on this machine of a program that runs in the node's namespaces."""
    home = os.stat(f"/proc/{node.leader}/ns/pid").st_ino
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == name[:15] and (process / "ns/pid").stat().st_ino == home:
                return int(process.name)
        except OSError:
            continue
    return None
