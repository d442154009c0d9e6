"""The program's standard streams in a hostile world: other encodings, closed, full."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from pacewright.cli.main import main
from pacewright.cluster.files import write_atomically

SPEC = 'resources: {p: {agent: "ocf:pacemaker:Dummy", description: "é☃"}}\n'


def pacewright(*arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **options.pop("environment", {})}
    return subprocess.run(
        [sys.executable, "-m", "pacewright", *arguments], env=environment, stderr=subprocess.PIPE, timeout=60, **options
    )


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "sité.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_output_is_utf_8_whatever_the_locale(spec, environment):
    done = pacewright("convert", spec, "--to", "cib", "--json", stdout=subprocess.PIPE, environment=environment)
    assert done.returncode == 0
    assert "é☃" in json.loads(done.stdout.decode("utf-8"))["files"][0]["text"]


def test_output_that_cannot_be_written_is_an_error(spec):
    for arguments in (("convert", spec, "--to", "crm"), ("check", spec, "--json"), ("--help",)):
        with open("/dev/full", "wb") as full:
            done = pacewright(*arguments, stdout=full)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "code"), [(0, 1), (1, 0), (2, 0)])
def test_a_stream_that_the_caller_has_closed(spec, number, code):
    subject = "-" if number == 0 else spec
    done = pacewright("check", subject, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(number))
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)


def test_a_picture_that_cannot_be_written_leaves_the_former_one(spec, tmp_path, capsys, monkeypatch):
    picture = tmp_path / "picture.dot"
    assert main(["graph", spec, "-o", str(picture)]) == 0
    former = picture.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert main(["graph", spec, "-o", str(picture), "--json"]) == 64
    assert main(["graph", spec, "-o", str(picture)]) == 1
    assert "[unwritable-file]" in capsys.readouterr().err
    assert (picture.read_bytes(), len(list(tmp_path.iterdir()))) == (former, 2)


def test_an_error_names_the_file_and_not_the_temporary_one(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(str(tmp_path / "none" / "x"), "text")
    assert caught.value.filename == str(tmp_path / "none" / "x")
