"""Several nodes at once, each behind a real sshd; one of them has other agents, one is not there."""

import getpass
import os
import stat
import tempfile
from pathlib import Path

import pytest

from needs import needs
from pacewright.cib.codec import read_cib
from pacewright.cluster import nodes, tools
from pacewright.cluster.agents_on_nodes import Wanted, missing_agents, wanted_of, with_answers
from pacewright.cluster.live import LiveCluster
from pacewright.cluster.runner import LocalRunner
from pacewright.cluster.ssh import SshRunner
from pacewright.model.errors import PacewrightError, ToolError
from pacewright.model.report import Report, Severity
from ssh_place import make_place
from support import cib, dummy

AGENTS = "/usr/lib/ocf/resource.d/pacemaker"
pytestmark = [
    needs("ssh", "sshd", "ssh-keygen", "crm_simulate"),
    pytest.mark.skipif(not os.path.exists(f"{AGENTS}/Dummy"), reason="needs ocf:pacemaker:Dummy"),
]
ROOT = os.geteuid() == 0
NODES = "".join(f'<node id="{n}" uname="{name}"/>' for n, name in enumerate(("alice", "bob", "carol", "dave"), 1))
STATUS = "".join(
    f'<node_state id="{n}" uname="{name}" in_ccm="{str(state == "online").lower()}" crmd="{state}" join="{join}" expected="member"/>'
    for n, name, state, join in ((1, "alice", "online", "member"), (2, "bob", "online", "member"),
                                 (3, "carol", "online", "member"), (4, "dave", "offline", "down"))
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    made = make_place(folder)
    made.host("alice")
    emptied = folder / "emptied"
    emptied.write_text(f'#!/bin/sh\nmount -t tmpfs tmpfs {AGENTS} && exec "$@"\n')
    emptied.chmod(0o755)
    made.host("bob", entered=["unshare", "--mount", emptied] if ROOT else [])
    made.closed("carol")
    made.closed("dave")
    return made


@pytest.fixture
def cluster(place, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="ssh") as folder:
        monkeypatch.setenv("PACEWRIGHT_SSH", place.options)
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield LiveCluster(peers=lambda node: SshRunner(f"{getpass.getuser()}@{node}"))
        place.close(Path(folder) / "pacewright" / "ssh")


def test_a_command_runs_on_all_and_who_is_left_out_is_named(cluster):
    here = os.uname().nodename
    answers = nodes.run(cluster, [here, "alice", "carol"], ["cat"], stdin=b"hello")
    assert {n: c.stdout for n, c in answers.values.items()} == {here: b"hello", "alice": b"hello"}
    assert list(answers.left_out) == ["carol"]
    assert "Connection refused" in answers.left_out["carol"]


def test_this_node_is_reached_without_a_hop(cluster):
    assert cluster.node_runner(os.uname().nodename) is cluster.runner
    assert isinstance(LiveCluster().node_runner("other"), SshRunner)
    assert LiveCluster().node_runner("other").destination == "root@other"


def test_who_needs_all_nodes_gets_an_error_that_names_them(cluster):
    with pytest.raises(PacewrightError, match="carol") as raised:
        nodes.run(cluster, ["alice", "carol"], ["true"]).require_all("not written")
    assert [r.code for r in raised.value.reports] == ["node-not-reached"]
    assert raised.value.exit == 1
    assert list(nodes.run(cluster, ["alice"], ["true"]).require_all("not written")) == ["alice"]


def test_a_name_that_no_node_has_is_left_out_and_runs_nothing(cluster):
    assert list(nodes.run(cluster, ["-oProxyCommand=id"], ["true"]).left_out) == ["-oProxyCommand=id"]


@pytest.mark.parametrize("node", ["alice", "here"])
def test_a_file_is_put_whole_with_its_mode(cluster, tmp_path, node):
    path, data = tmp_path / "it's a key", bytes(range(256)) * 1000
    path.write_bytes(b"old")
    path.chmod(0o777)
    name = os.uname().nodename if node == "here" else node
    answers = nodes.put(cluster, [name], str(path), data, mode=0o640)
    assert not answers.left_out
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(not ROOT, reason="only root gives files away")
def test_a_file_gets_its_owner(tmp_path):
    nodes.put_file(LocalRunner(), str(tmp_path / "key"), b"x", mode=0o440, owner="nobody:daemon")
    found = (tmp_path / "key").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (65534, 1, 0o440)


def test_a_link_is_replaced_not_followed(tmp_path):
    (tmp_path / "victim").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    nodes.put_file(LocalRunner(), str(tmp_path / "link"), b"new")
    assert (tmp_path / "victim").read_text() == "old"
    assert (tmp_path / "link").read_text() == "new"


class CutShort(LocalRunner):
    """A connection that breaks in the middle: the other side sees the end of its input."""

    def run(self, command, *, stdin=b"", timeout=60.0):
        return super().run(command, stdin=stdin[: len(stdin) // 2], timeout=timeout)


@pytest.mark.parametrize(
    ("runner", "name"), [(CutShort(), "file"), (LocalRunner(), "folder"), (LocalRunner(), "none/file")]
)
def test_what_cannot_be_written_whole_changes_nothing(tmp_path, runner, name):
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ToolError):
        nodes.put_file(runner, str(tmp_path / name), b"new contents")
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.parametrize("path", ["relative", "/", "/etc/", "/etc/../x"])
def test_what_is_no_files_path_is_refused(path):
    with pytest.raises(ValueError, match="not the path"):
        nodes.put_file(LocalRunner(), path, b"")


# ---- missing agents


def asked(cluster, resources: str, *, before: str = "", constraints: str = "", allowed: bool = False) -> list[Report]:
    live = (
        cib(before, nodes=NODES)
        .replace("<status/>", f"<status>{STATUS}</status>")
        .replace("<cib ", '<cib crm_feature_set="3.16.1" ')
    )
    desired = cib(resources, constraints=constraints, nodes=NODES)
    simulation = tools.simulate(LocalRunner(), live.encode())
    configurations = [read_cib(text.encode())[0] for text in (live, desired)]
    return missing_agents(cluster, *configurations, simulation, allowed=allowed)


NOT_CAROL = '<rsc_location id="l" rsc="a" node="carol" score="-INFINITY"/>'


@pytest.mark.skipif(not ROOT, reason="only root can give a node other agents")
def test_an_agent_missing_on_one_node_is_an_error_that_names_it(cluster):
    (report,) = asked(cluster, dummy("a"), constraints=NOT_CAROL)
    assert (report.code, report.severity, report.subject) == ("agent-missing", Severity.ERROR, "resource a")
    assert "ocf:pacemaker:Dummy is not installed on bob," in report.message
    assert "--allow-missing-agents" in report.suggestion


@pytest.mark.skipif(not ROOT, reason="only root can give a node other agents")
def test_it_is_a_warning_if_allowed_or_if_a_rule_decides(cluster):
    rule = '<rsc_location id="r" rsc="a"><rule id="rr" score="-INFINITY"><expression id="e" attribute="x" operation="defined"/></rule></rsc_location>'
    for options in ({"allowed": True}, {"constraints": NOT_CAROL + rule}):
        found = asked(cluster, dummy("a"), **{"constraints": NOT_CAROL, **options})
        assert [(r.code, r.severity) for r in found] == [("agent-missing", Severity.WARNING)]
    elsewhere = NOT_CAROL + '<rsc_location id="n" rsc="a" node="bob" score="-INFINITY"/>'
    assert asked(cluster, dummy("a"), constraints=elsewhere) == []


def test_a_node_that_cannot_be_asked_is_one_warning(cluster):
    found = asked(cluster, dummy("a").replace("Dummy", "None") + dummy("b").replace("Dummy", "None2"))
    assert [(r.code, r.severity) for r in found if r.code != "agent-missing"] == [
        ("node-not-reached", Severity.WARNING)
    ]
    (unasked,) = [r for r in found if r.code == "node-not-reached"]
    assert unasked.message.endswith(
        ": carol (ssh: connect to host 127.0.0.1 port 1: Connection refused)"
    )  # dave is offline
    missing = {r.subject: r for r in found if r.code == "agent-missing"}
    assert set(missing) == {"resource a", "resource b"}
    assert "alice, bob," in missing["resource a"].message


def test_nobody_is_asked_about_what_is_as_it_was(cluster, place):
    connections = place.connections()
    assert asked(cluster, dummy("a", fake="2"), before=dummy("a")) == []
    assert place.connections() == connections


def test_the_other_classes(cluster):
    resources = (
        '<primitive id="f" class="stonith" type="fence_none"/><primitive id="l" class="lsb" type="no-such-script"/>'
    )
    found = [r for r in asked(cluster, resources) if r.code == "agent-missing"]
    assert {r.subject for r in found} == {"resource f", "resource l"}
    assert all("alice" in r.message for r in found)


@pytest.mark.skipif(os.path.exists("/run/systemd/system"), reason="needs a machine where systemd does not run")
def test_where_systemd_does_not_answer_the_rest_is_told_all_the_same(cluster):
    unit = '<primitive id="u" class="systemd" type="no-such-unit"/>'
    elsewhere = NOT_CAROL + NOT_CAROL.replace('"l"', '"m"').replace('"a"', '"u"')
    found = asked(cluster, dummy("a").replace("Dummy", "None") + unit, constraints=elsewhere)
    assert [(r.code, r.subject) for r in found] == [("agent-missing", "resource a"), ("node-not-reached", None)]
    assert "alice, bob (System has not been booted with systemd" in found[1].message


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("systemd:httpd", Wanted(unit="httpd.service")),
        ("systemd:foo@bar", Wanted(unit="foo@bar.service")),
        ("systemd:var.mount", Wanted(unit="var.mount")),
        ("systemd:-x", Wanted()),
        ("lsb:../x", Wanted()),
        ("service:nfs", Wanted(("/etc/init.d/nfs",), "nfs.service")),
        ("ocf:heartbeat:IPaddr2", Wanted(("/usr/lib/ocf/resource.d/heartbeat/IPaddr2",))),
        ("stonith:external/ssh", Wanted()),
        ("nagios:check_http", Wanted()),
    ],
)
def test_what_tells_whether_an_agent_is_there(agent, expected):
    assert wanted_of(agent) == expected


def test_what_the_clusters_own_node_lacks_is_said_once():
    here = Report(
        "agent-missing", "not installed here", Severity.WARNING, suggestion="did you mean 'x'?", subject="resource a"
    )
    other = Report("agent-missing", "not installed here", Severity.WARNING, subject="resource b")
    there = Report(
        "agent-missing", "not on bob", suggestion="--allow-missing-agents goes on without", subject="resource a"
    )
    found = with_answers([here, other], [there])
    assert [(r.message, r.suggestion) for r in found] == [
        ("not installed here", None), ("not on bob", "did you mean 'x'?; --allow-missing-agents goes on without"),
    ]  # fmt: skip
