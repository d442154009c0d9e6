"""The embedded cluster: a CIB in a folder, Pacemaker's real tools, simulated operations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from lxml import etree

import pacewright
from needs import needs
from pacewright.cib.defaults import STAND_IN
from pacewright.cib.desired.patch import bound_to_version, without_status
from pacewright.cib.scheduler.rehearsal import places
from pacewright.cib.xml import Node, parse
from pacewright.cluster import tools
from pacewright.cluster.embedded import EmbeddedCluster
from pacewright.cluster.file import FileCluster
from pacewright.cluster.tools import Written
from pacewright.model.configuration import Configuration, configuration
from pacewright.model.errors import NoCluster, UsageError
from pacewright.model.nodes import Node as ConfiguredNode

pytestmark = needs("crm_simulate", "cibadmin", "crm_diff")

DUMMY = '<primitive id="{id}" class="ocf" provider="heartbeat" type="NoSuchAgent">{inside}</primitive>'
MONITOR = '<operations><op id="{id}-m" name="monitor" interval="10s"/></operations>'
FENCING = '<primitive id="ipmi" class="stonith" type="fence_ipmilan"/>'


def dummy(identity: str) -> str:
    return DUMMY.format(id=identity, inside=MONITOR.format(id=identity))


@pytest.fixture
def cluster(tmp_path: Path) -> EmbeddedCluster:
    return EmbeddedCluster.at(str(tmp_path / "cluster"))


def patch_adding(cluster: EmbeddedCluster, *resources: str, without: tuple[str, ...] = ()) -> bytes:
    """A compare-and-swap patch that adds and removes resources."""
    snapshot = cluster.read()
    new = parse(snapshot.data)
    section = new.find("configuration/resources")
    assert section is not None
    for text in resources:
        section.append(parse(text.encode()))
    for each in [e for e in section if e.get("id") in without]:
        section.remove(each)
    new.set("epoch", str(snapshot.version[1] + 1))
    new.set("num_updates", "0")
    return bound_to_version(
        tools.difference(
            cluster.runner, etree.tostring(without_status(snapshot.root)), etree.tostring(without_status(new))
        )
    )


def settle(cluster: EmbeddedCluster) -> None:
    _, settled = cluster.settle(time.monotonic() + 60)
    assert settled


def active(cluster: EmbeddedCluster, resource: str) -> list[str]:
    """The nodes on which the scheduler sees it active."""
    snapshot = cluster.read()
    answer = tools.simulate(cluster.runner, snapshot.data, graph=False).answer
    return [place.node for place in places(snapshot.root, answer, resource)]


def names(cluster: EmbeddedCluster) -> list[str]:
    return [str(node.name) for node in cluster.read().configuration.nodes]


def resource_ids(cluster: EmbeddedCluster) -> list[str]:
    return [str(r.id) for r in cluster.read().configuration.resources]


# ---- a fresh one


def test_a_fresh_cluster_is_online_and_accepted_by_pacemaker(cluster: EmbeddedCluster) -> None:
    snapshot = cluster.read()
    assert names(cluster) == ["node1", "node2", "node3"]
    assert snapshot.root.get("have-quorum") == "1"
    code, words = tools.verify(cluster.runner, snapshot.data)
    assert (code, words.strip()) == (0, "")


def naming(*nodes: str) -> Configuration:
    """A configuration that names nodes and nothing else."""
    return configuration(nodes=tuple(ConfiguredNode(name=name, id=str(n)) for n, name in enumerate(nodes, 1)))


def test_until_something_is_written_it_takes_the_nodes_of_the_spec(cluster: EmbeddedCluster) -> None:
    cluster.prepare(naming("alice", "bob"))
    assert names(cluster) == ["alice", "bob"]
    assert cluster.write(patch_adding(cluster, dummy("a"))) is Written.DONE
    cluster.prepare(naming("zoe"))
    assert names(cluster) == ["alice", "bob"]


def test_nodes_that_were_asked_for_are_final(cluster: EmbeddedCluster) -> None:
    cluster.reset(["x", "y"])
    cluster.prepare(naming("z"))
    assert names(cluster) == ["x", "y"]


def test_the_default_folder_is_the_users_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    cluster = EmbeddedCluster.at(None)
    cluster.read()
    assert cluster.path == str(tmp_path / "pacewright" / "embedded" / "cib.xml")
    assert os.stat(cluster.path).st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_no_cluster(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoCluster):
        EmbeddedCluster.at(str(tmp_path / "file" / "below")).read()


# ---- writing


def test_a_write_moves_the_epoch_and_status_does_not(cluster: EmbeddedCluster) -> None:
    assert cluster.write(patch_adding(cluster, dummy("a"))) is Written.DONE
    written = cluster.read().version
    settle(cluster)
    assert cluster.read().version[:2] == written[:2]
    assert len(active(cluster, "a")) == 1


def test_a_patch_is_refused_once_the_configuration_has_moved(cluster: EmbeddedCluster) -> None:
    mine = patch_adding(cluster, dummy("a"))
    assert cluster.write(patch_adding(cluster, dummy("b"))) is Written.DONE
    assert cluster.write(mine) is Written.OLDER
    assert "a" not in resource_ids(cluster)


def test_a_patch_is_not_refused_because_status_moved(cluster: EmbeddedCluster) -> None:
    assert cluster.write(patch_adding(cluster, dummy("a"))) is Written.DONE
    mine = patch_adding(cluster, dummy("b"))
    settle(cluster)
    assert cluster.write(mine) is Written.DONE
    assert {"a", "b"} <= set(resource_ids(cluster))


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[3], str(Path(sys.argv[3]).parent)]
from test_embedded import dummy, patch_adding
from pacewright.cluster.embedded import EmbeddedCluster
from pacewright.cluster.tools import Written
cluster = EmbeddedCluster.at(sys.argv[1])
for number in range(50):
    while cluster.write(patch_adding(cluster, dummy(f"{sys.argv[2]}{number}"))) is not Written.DONE:
        pass
"""


def test_fifty_rounds_of_two_writers_lose_nothing(cluster: EmbeddedCluster) -> None:
    cluster.read()
    command = [sys.executable, "-c", WRITER, str(cluster.folder)]
    writers = [subprocess.Popen([*command, name, str(Path(__file__).parent)]) for name in ("a", "b")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert set(resource_ids(cluster)) == {f"{w}{n}" for w in "ab" for n in range(50)} | {STAND_IN}


SETTLER = """
import sys, time
from pacewright.cluster.embedded import EmbeddedCluster
EmbeddedCluster.at(sys.argv[1]).step(time.monotonic() + 60)
"""


def test_two_processes_settle_at_once(cluster: EmbeddedCluster) -> None:
    assert cluster.write(patch_adding(cluster, *(dummy(f"r{n}") for n in range(40)))) is Written.DONE
    settlers = [subprocess.Popen([sys.executable, "-c", SETTLER, str(cluster.folder)]) for _ in range(2)]
    assert [settler.wait(timeout=60) for settler in settlers] == [0, 0]
    assert cluster.settle(time.monotonic() + 10) == ([], True)
    assert all(len(active(cluster, f"r{n}")) == 1 for n in range(40))


def test_two_hundred_resources_take_few_transitions(cluster: EmbeddedCluster) -> None:
    assert cluster.write(patch_adding(cluster, *(dummy(f"r{n}") for n in range(200)))) is Written.DONE
    transitions, settled = cluster.settle(time.monotonic() + 10)
    assert settled
    assert len(transitions) == 1


# ---- fencing


def test_the_stand_in_goes_when_fencing_is_configured_and_comes_back(cluster: EmbeddedCluster) -> None:
    assert STAND_IN in resource_ids(cluster)
    cluster.write(patch_adding(cluster, FENCING, dummy("a")))
    settle(cluster)
    assert STAND_IN not in resource_ids(cluster)
    assert active(cluster, "a")
    cluster.write(patch_adding(cluster, without=("ipmi",)))
    settle(cluster)
    assert STAND_IN in resource_ids(cluster)
    assert cluster.hidden_ids == {STAND_IN}


# ---- the command


def embedded(cluster: EmbeddedCluster, *words: str) -> tuple[int, dict[str, object]]:
    command = [sys.executable, "-m", "pacewright", "embedded", *words, "--json", "--cluster", cluster.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def effects(document: dict[str, object]) -> set[tuple[str, str, str]]:
    found = document["effects"]
    assert isinstance(found, list)
    return {(e["action"], e["resource"], e["node"]) for e in found}


@pytest.fixture
def running(cluster: EmbeddedCluster) -> EmbeddedCluster:
    cluster.reset(["alice", "bob", "carol"])
    cluster.write(patch_adding(cluster, dummy("a")))
    cluster.change(_prefer_alice, configuration=True)
    settle(cluster)
    return cluster


def _prefer_alice(root: Node) -> None:
    constraints = root.find("configuration/constraints")
    assert constraints is not None
    constraints.append(parse(b'<rsc_location id="l" rsc="a" node="alice" score="100"/>'))


def test_a_failed_node_is_fenced_and_stays_offline_until_it_recovers(running: EmbeddedCluster) -> None:
    code, document = embedded(running, "fail", "alice")
    assert (code, document["format"], document["version"], document["settled"]) == (0, "pacewright-embedded", 1, True)
    assert {(action, resource) for action, resource, _ in effects(document)} == {("fence", ""), ("move", "a")}
    settle(running)
    assert embedded(running, "fail", "alice")[0] == 1
    assert {"name": "alice", "online": False, "standby": False} in embedded(running, "status")[1]["nodes"]
    code, document = embedded(running, "recover", "alice")
    assert effects(document) == {("move", "a", "alice")}
    assert {"name": "alice", "online": True, "standby": False} in document["nodes"]


def test_a_failed_resource_recovers(running: EmbeddedCluster) -> None:
    assert effects(embedded(running, "fail", "a")[1]) == {("recover", "a", "alice")}
    assert "fail-count-a#monitor_10000" in Path(running.path).read_text()
    assert effects(embedded(running, "recover", "a")[1]) == set()
    assert "fail-count-a" not in Path(running.path).read_text()


def test_standby_moves_resources_and_keeps_the_node(running: EmbeddedCluster) -> None:
    _, document = embedded(running, "standby", "alice")
    assert {(action, resource) for action, resource, _ in effects(document)} == {("move", "a")}
    assert {"name": "alice", "online": True, "standby": True} in document["nodes"]
    assert effects(embedded(running, "recover", "alice")[1]) == {("move", "a", "alice")}


def test_a_further_node_joins_and_takes_what_may_run_there(running: EmbeddedCluster) -> None:
    code, document = embedded(running, "join", "dora")
    assert (code, document["settled"]) == (0, True)
    assert {"name": "dora", "online": True, "standby": False} in document["nodes"]
    embedded(running, "standby", "alice")
    embedded(running, "standby", "bob")
    assert effects(embedded(running, "standby", "carol")[1]) <= {("move", "a", "dora")}
    assert "dora" in {place.node for place in places(*_answered(running), "a")}


def _answered(cluster: EmbeddedCluster) -> tuple[Node, bytes]:
    snapshot = cluster.read()
    return snapshot.root, tools.simulate(cluster.runner, snapshot.data, graph=False).answer


def test_losing_the_majority_loses_quorum(running: EmbeddedCluster) -> None:
    embedded(running, "fail", "bob")
    _, document = embedded(running, "fail", "carol")
    assert document["quorum"] is False
    assert embedded(running, "recover", "bob")[1]["quorum"] is True


@pytest.mark.parametrize(
    ("words", "code", "suggestion"),
    [
        (("fail", "alicce"), "unknown-name", "alice"),
        (("standby", "a"), "unknown-name", None),
        (("join", "alice"), "known-name", None),
        (("join", "a"), "known-name", None),
        (("standby", "pacewright-stand-in-fencing"), "unknown-name", None),
        (("fail", "a", "--node", "bob"), "not-active", None),
    ],
)
def test_mistakes(running: EmbeddedCluster, words: tuple[str, ...], code: str, suggestion: str | None) -> None:
    exit_code, document = embedded(running, *words)
    assert exit_code == 1
    (report,) = document["reports"]  # type: ignore[misc]
    assert report["code"] == code
    assert suggestion is None or suggestion in report["suggestion"]


def test_reset_starts_anew(running: EmbeddedCluster) -> None:
    assert embedded(running, "reset", "--nodes", "x,y")[0] == 0
    assert names(running) == ["x", "y"]
    assert resource_ids(running) == [STAND_IN]


PACKAGE = Path(pacewright.__file__)
OPEN_TO_ALL = all(folder.stat().st_mode & 0o001 for folder in PACKAGE.parents)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: cannot become another user")
@pytest.mark.skipif(not OPEN_TO_ALL, reason="CLOSED FOLDER: other users may not read the tree where it lies")
def test_no_root_is_needed() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # pytest's own are closed to other users
        os.chown(folder, 65534, 65534)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-m", "pacewright"]
        command += ["embedded", "standby", "node1", "--cluster", f"embedded:{folder}/cluster"]
        environment = {**os.environ, "HOME": "/nonexistent", "TMPDIR": folder}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr


# ---- files


def test_a_file_is_read_and_never_written(cluster: EmbeddedCluster, tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_bytes(cluster.read().data)
    file = FileCluster(str(tmp_path / "cib.xml"))
    assert file.read().version == cluster.read().version
    with pytest.raises(UsageError):
        file.write(b"<patch/>")
    with pytest.raises(NoCluster):
        FileCluster(str(tmp_path / "missing.xml")).read()
