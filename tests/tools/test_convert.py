"""``pacewright convert`` as people run it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from support import cib, dummy

SECRET = (
    '<primitive id="f" class="stonith" type="fence_x"><instance_attributes id="i">'
    '<nvpair id="n" name="passwd" value="hunter2"/></instance_attributes></primitive>'
)
UPSTART = '<primitive id="u" class="upstart" type="cinder-api"/>'


def pacewright(*arguments, stdin=b"", cwd=None):
    command = [sys.executable, "-m", "pacewright", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60, cwd=cwd)


@pytest.fixture
def source(tmp_path):
    """Writes a CIB and gives its path."""

    def write(resources, name="in.xml", **sections):
        path = tmp_path / name
        path.write_text(cib(resources, **sections))
        return path

    return write


def codes(done):
    return [r["code"] for f in json.loads(done.stdout)["files"] for r in f["reports"]]


def canonical(data):
    return etree.tostring(etree.fromstring(data, etree.XMLParser(remove_blank_text=True)), method="c14n")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_cib_stays_what_it_is_status_and_comments_included(source):
    path = source(dummy("a") + "<!-- kept -->", rest="<unknown-section/>")
    text = path.read_text().replace("<status/>", '<status><node_state id="1"/></status>')
    path.write_text(text)
    done = pacewright("convert", path, "--to", "cib")
    assert done.returncode == 0
    assert canonical(done.stdout) == canonical(text.encode())
    assert pacewright("convert", "-", "--to", "cib", stdin=done.stdout).stdout == done.stdout


@pytest.mark.parametrize("target", ["crm", "pcs", "spec"])
def test_there_and_back(source, tmp_path, target):
    path = source(dummy("a", fake="1") + dummy("b"), constraints='<rsc_order id="o" first="a" then="b"/>')
    assert pacewright("convert", path, "--to", target, "-o", tmp_path / "middle").returncode == 0
    back = pacewright("convert", tmp_path / "middle", "--to", target)
    assert (back.returncode, back.stdout) == (0, (tmp_path / "middle").read_bytes())


def test_several_files_go_into_a_folder_and_a_bad_one_stops_none(source, tmp_path):
    good, other = source(dummy("a"), "good.xml"), source(dummy("b"), "other.xml")
    bad = tmp_path / "bad.xml"
    bad.write_text("<cib>\n<configuration>\n</cib>")
    done = pacewright("convert", bad, good, other, "--to", "spec", "-o", tmp_path / "out", "--json")
    assert done.returncode == 1
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["good.yaml", "other.yaml"]
    files = json.loads(done.stdout)["files"]
    assert [f["output"] and Path(f["output"]).name for f in files] == [None, "good.yaml", "other.yaml"]
    assert [(r["code"], r["file"], r["line"]) for r in files[0]["reports"]] == [("xml-syntax", str(bad), 3)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.xml", "b.xml", "--to", "spec"],
        ["a.xml", "x/a.xml", "--to", "spec", "-o", "out/"],
        ["a.xml", "--to", "cib", "--secrets", "s"],
        ["a.xml", "--to", "toml"],
        ["a.xml"],
    ],
)
def test_usage(arguments, tmp_path):
    assert pacewright("convert", *arguments, cwd=tmp_path).returncode == 64
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file(tmp_path):
    done = pacewright("convert", tmp_path / "none.xml", "--to", "cib", "--json")
    assert (done.returncode, codes(done)) == (1, ["unreadable-file"])


def test_what_the_target_cannot_say_is_refused_with_its_line_and_nothing_is_written(source, tmp_path):
    path = tmp_path / "in.xml"
    path.write_text(cib(dummy("a") + '\n<primitive id="b" class="ocf" provider="x" type="Y" novel="1"/>'))
    output = tmp_path / "out.pcs"
    output.write_text("before")
    done = pacewright("convert", path, "--to", "pcs", "-o", output, "--json")
    assert done.returncode == 1
    assert ("resource b", str(path), 2) in [
        (r["subject"], r["file"], r["line"]) for r in json.loads(done.stdout)["files"][0]["reports"]
    ]
    assert output.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.xml", "out.pcs"]


@pytest.fixture
def usual_umask():
    former = os.umask(0o022)
    yield
    os.umask(former)


@pytest.mark.usefixtures("usual_umask")
def test_files_with_secrets_are_for_their_owner_alone(source, tmp_path):
    for name, resources in (("secret", SECRET), ("open", dummy("a"))):
        pacewright("convert", source(resources), "--to", "cib", "-o", tmp_path / name)
    assert (mode(tmp_path / "secret"), mode(tmp_path / "open")) == (0o600, 0o644)


def test_secrets_move_to_files_and_come_back(source, tmp_path):
    path = source(SECRET)
    done = pacewright("convert", path, "--to", "spec", "--secrets", tmp_path / "s", "-o", tmp_path / "site.yaml")
    assert done.returncode == 0
    assert "hunter2" not in (tmp_path / "site.yaml").read_text()
    assert "!secret file:s/f-passwd" in (tmp_path / "site.yaml").read_text()
    assert (tmp_path / "s" / "f-passwd").read_text() == "hunter2\n"
    assert mode(tmp_path / "s" / "f-passwd") == 0o600
    back = pacewright("convert", tmp_path / "site.yaml", "--to", "cib", cwd="/")
    assert b'value="hunter2"' in back.stdout


def test_secrets_from_a_command_and_an_environment_variable(tmp_path, monkeypatch):
    spec = "resources:\n  f:\n    agent: stonith:fence_x\n    params: {passwd: !secret %s}\n"
    monkeypatch.setenv("FENCE_PASSWORD", "from env")
    for reference, value in (("env:FENCE_PASSWORD", b"from env"), ("'command:echo \"a  b\" $HOME'", b"a  b $HOME")):
        done = pacewright("convert", "-", "--to", "cib", stdin=(spec % reference).encode())
        assert b'value="' + value + b'"' in done.stdout, done.stderr


@pytest.mark.parametrize(
    "reference", ["file:none", "env:PACEWRIGHT_NOT_SET", "command:false", "command:no-such-program"]
)
def test_a_secret_that_cannot_be_had(reference):
    spec = f"resources:\n  f:\n    agent: stonith:fence_x\n    params:\n      passwd: !secret {reference}\n"
    done = pacewright("convert", "-", "--from", "spec", "--to", "cib", "--json", stdin=spec.encode())
    report = json.loads(done.stdout)["files"][0]["reports"][0]
    assert (done.returncode, report["code"], report["line"]) == (1, "secret-unavailable", 5)


def test_modernize_lists_every_substitution(source):
    done = pacewright("convert", source(UPSTART), "--to", "cib", "--modernize", "--json")
    file = json.loads(done.stdout)["files"][0]
    assert [(s["code"], s["subject"], s["after"], s["done"]) for s in file["substitutions"]] == [
        ("agent", "resource u", "systemd:cinder-api", True)
    ]
    assert 'class="systemd"' in file["text"]
    assert b"systemd:cinder-api" in done.stderr


def test_a_modernised_cib_names_a_schema_that_knows_its_words(source):
    path = source(UPSTART)
    path.write_text(path.read_text().replace("pacemaker-3.9", "pacemaker-1.2"))
    done = pacewright("convert", path, "--to", "cib", "--modernize")
    assert etree.fromstring(done.stdout).get("validate-with") == "pacemaker-3.9"
    assert etree.fromstring(pacewright("convert", path, "--to", "cib").stdout).get("validate-with") == "pacemaker-1.2"
