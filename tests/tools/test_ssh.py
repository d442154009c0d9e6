"""ssh:HOST through real OpenSSH on both sides, without a network."""

import getpass
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from needs import needs
from pacewright.cluster import tools
from pacewright.cluster.agents import InstalledAgents
from pacewright.cluster.choose import choose
from pacewright.cluster.runner import LocalRunner
from pacewright.cluster.schema import check_schema
from pacewright.cluster.schema_files import HERE, schema_folder
from pacewright.cluster.ssh import SshRunner
from pacewright.cluster.tools import Written
from pacewright.model.errors import NoCluster, ToolError, Unreachable, UsageError
from ssh_place import make_place

pytestmark = needs("ssh", "sshd", "ssh-keygen")
STATEFUL = "ocf:pacemaker:Stateful"
CIB = """<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="5" num_updates="0" admin_epoch="0" have-quorum="1">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o-s" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config><nodes><node id="1" uname="alice"/></nodes><resources>
<primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
<status><node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = make_place(tmp_path_factory.mktemp("ssh"))
    made.host("alice")
    made.host("mallory", key="stranger")
    made.host("tarpit", proxy="/bin/sleep 300")
    made.closed("carol")
    return made


@pytest.fixture
def runtime(place, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="ssh") as folder:  # a socket's path is at most 108 bytes long
        monkeypatch.setenv("PACEWRIGHT_SSH", place.options)
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)
        place.close(Path(folder) / "pacewright" / "ssh")


@pytest.fixture
def alice(runtime):
    return SshRunner(f"{getpass.getuser()}@alice")


AWKWARD = [
    "a b",
    "",
    "'",
    '"',
    "\\",
    "$HOME",
    "`id`",
    "$(id)",
    "*",
    "!x",
    "a\nb",
    "-n",
    "--",
    ";id",
    "|id",
    "é",
    "~",
    "#",
    "%s",
]


def test_arguments_arrive_as_they_are(alice):
    done = alice.run(["printf", "%s\\0", *AWKWARD])
    assert done.stdout.decode().split("\0")[:-1] == AWKWARD


def test_data_goes_in_and_comes_out_unchanged(alice):
    data = bytes(range(256)) * 4096
    assert alice.run(["cat"], stdin=data).stdout == data


def test_the_program_sees_the_c_locale_and_system_programs(alice):
    words = alice.run(["env"]).stdout.decode().splitlines()
    assert "LC_ALL=C" in words
    assert any(w.startswith("PATH=") and "/usr/sbin" in w for w in words)


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 3", 3), ("exit 105", 105), ("exit 255", 254), ("kill -9 $$", 137)]
)
def test_exit_codes_are_the_programs_own(alice, script, code):
    done = alice.run(["sh", "-c", f"echo out; echo err >&2; {script}"])
    assert (done.code, done.stdout, done.stderr.removesuffix("Killed\n")) == (code, b"out\n", "err\n")


def test_one_connection_serves_all_commands(alice, place):
    before = place.connections()
    for _ in range(4):
        assert alice.run(["true"]).code == 0
    assert place.connections() == before + 1


def test_other_options_are_another_connection(alice, place, monkeypatch):
    before = place.connections()
    alice.run(["true"])
    monkeypatch.setenv("PACEWRIGHT_SSH", f"{place.options} -4")
    SshRunner(alice.destination).run(["true"])
    assert place.connections() == before + 2


def test_without_a_private_folder_it_works_all_the_same(runtime, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    (runtime / "pacewright").mkdir()
    (runtime / "pacewright" / "ssh").mkdir(mode=0o777)
    (runtime / "pacewright" / "ssh").chmod(0o777)
    runner = SshRunner(f"{getpass.getuser()}@alice")
    assert "ControlMaster=auto" not in runner._ssh
    assert runner.run(["true"]).code == 0


def test_a_missing_program_is_named(alice):
    with pytest.raises(ToolError, match="no-such-program is not installed on") as raised:
        alice.run(["no-such-program"])
    assert raised.value.code == 127


def test_what_hangs_is_ended_on_both_sides(alice):
    mark = "86399.25"
    started = time.monotonic()
    with pytest.raises(ToolError) as raised:
        alice.run(["sleep", mark], timeout=1)
    assert raised.value.code == 124
    assert time.monotonic() - started < 5
    assert alice.run(["pgrep", "-f", f"sleep {mark}$"]).stdout == b""


def test_a_host_that_never_answers_ends(runtime):
    started = time.monotonic()
    with pytest.raises(Unreachable):
        SshRunner("tarpit").run(["true"], timeout=1)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("host", "words"),
    [("carol", "Connection refused"), ("mallory", "Host key verification failed"), ("no-such-host.invalid", "resolve")],
)
def test_an_unreachable_host_is_no_cluster_with_sshs_words(runtime, host, words):
    with pytest.raises(NoCluster, match=words):
        choose(f"ssh:{getpass.getuser()}@{host}").read()


def test_a_write_without_an_answer_is_uncertain(runtime):
    assert tools.patch(SshRunner("carol"), b"<diff/>") is Written.UNKNOWN


def test_options_cannot_make_it_ask(runtime, place, monkeypatch):
    monkeypatch.setenv("PACEWRIGHT_SSH", f"{place.options} -o BatchMode=no")
    assert (found := SshRunner("alice")._ssh).index("BatchMode=yes") < found.index("BatchMode=no")


@pytest.mark.parametrize(
    "host", ["-oProxyCommand=id", "a@-b", "", "a b", "a/b", "a;b", "$(id)", "-l@x", "a@", "@a", "a\n"]
)
def test_what_is_no_hosts_name_is_refused(host):
    with pytest.raises(UsageError):
        choose(f"ssh:{host}")


def test_the_command_line_refuses_it_with_64():
    command = [sys.executable, "-m", "pacewright", "status", "--cluster", "ssh:-oProxyCommand=touch /tmp/x"]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 64


def test_quotes_that_do_not_match_are_refused(monkeypatch):
    monkeypatch.setenv("PACEWRIGHT_SSH", "-i 'a")
    with pytest.raises(UsageError):
        SshRunner("alice")


def test_files_are_private_and_gone_afterwards(alice):
    with alice.files({"old.xml": b"1", "new.xml": b"22"}) as paths:
        folder = os.path.dirname(paths["old.xml"])
        assert alice.run(["cat", paths["old.xml"], paths["new.xml"]]).stdout == b"122"
        assert (os.stat(folder).st_mode & 0o777, os.stat(paths["new.xml"]).st_mode & 0o777) == (0o700, 0o600)
    assert not os.path.exists(folder)


def test_files_are_gone_when_something_goes_wrong(alice):
    with pytest.raises(RuntimeError), alice.files({"x": b""}) as paths:
        raise RuntimeError
    assert not os.path.exists(os.path.dirname(paths["x"]))


# ---- what is installed there


@pytest.mark.parametrize(
    "path",
    [
        "/usr/share/pacemaker/pacemaker-3.9.rng",
        "/usr/lib/ocf/resource.d/pacemaker/Stateful",
        "/usr/lib/ocf/resource.d/pacemaker",
        "/usr/sbin/no-such-agent",
        "/no/such/folder/file",
    ],
)
def test_facts_are_as_on_the_spot(alice, path):
    there, here = alice.facts(path), LocalRunner().facts(path)
    assert (there is None) == (here is None)
    if there and here:
        assert (there.size, there.modified, there.executable) == (here.size, here.modified, here.executable)


@pytest.mark.parametrize(
    "folder",
    ["/usr/share/pacemaker", "/usr/lib/ocf/resource.d", "/usr/lib/ocf/resource.d/heartbeat", "/no/such/folder"],
)
def test_names_are_as_on_the_spot(alice, folder):
    assert sorted(alice.names(folder)) == sorted(LocalRunner().names(folder))


def test_files_are_read_and_missing_ones_left_out(alice, tmp_path):
    (tmp_path / "a b").write_bytes(b"\0\xff")
    (tmp_path / "link").symlink_to(tmp_path / "a b")
    paths = [str(tmp_path / name) for name in ("a b", "link", "none")] + [str(tmp_path)]
    assert alice.read_files(paths) == {paths[0]: b"\0\xff", paths[1]: b"\0\xff"}


@needs("cibadmin")
def test_schemas_are_fetched_once_and_judge(runtime, tmp_path, monkeypatch):
    from lxml import etree

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fetched = []

    class Watched(SshRunner):
        def read_files(self, paths):
            fetched.append(list(paths))
            return super().read_files(fetched[-1])

    folder = schema_folder(Watched(f"{getpass.getuser()}@alice"))
    assert folder.startswith(str(tmp_path))
    names = sorted(n for n in os.listdir(HERE) if n.endswith(".rng"))
    assert sorted(os.listdir(folder)) == names
    assert all((Path(folder) / n).read_bytes() == (Path(HERE) / n).read_bytes() for n in names)
    assert schema_folder(Watched(f"{getpass.getuser()}@alice")) == folder
    assert len(fetched) == 1
    assert check_schema(etree.fromstring(CIB), None, folder) == []
    assert [r.code for r in check_schema(etree.fromstring(CIB.replace("class=", "clas=")), None, folder)] == ["schema"]


@pytest.mark.skipif(
    not os.path.exists("/usr/lib/ocf/resource.d/pacemaker/Stateful"), reason="needs ocf:pacemaker:Stateful"
)
def test_agents_describe_themselves_and_are_remembered(alice, tmp_path):
    found = InstalledAgents(alice, tmp_path / "c")(STATEFUL)
    assert found == InstalledAgents(LocalRunner(), None)(STATEFUL)
    (entry,) = (tmp_path / "c").iterdir()
    entry.write_bytes(entry.read_bytes().replace(b"envfile", b"changed"))  # so that the answer shows where it is from
    assert InstalledAgents(alice, tmp_path / "c")(STATEFUL).parameter("changed") is not None
    assert InstalledAgents(alice, tmp_path / "c")("ocf:pacemaker:NoSuch") is None


@needs("crm_simulate")
def test_the_scheduler_answers_as_on_the_spot(alice):
    there, here = (tools.simulate(runner, CIB.encode(), scores=True) for runner in (alice, LocalRunner()))
    assert b"<transition_graph" in there.graph
    assert there.graph == here.graph
    assert b"p" in there.answer


@needs("crm_diff")
def test_differences_are_as_on_the_spot(alice):
    new = CIB.replace('uname="alice"', 'uname="bob"').encode()
    assert tools.difference(alice, CIB.encode(), new) == tools.difference(LocalRunner(), CIB.encode(), new)
