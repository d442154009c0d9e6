"""The program that nodes are given: layers on disk read as an overlay would show them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pacewright.cluster import on_host

ROOT = os.geteuid() == 0


@pytest.fixture
def layers(tmp_path: Path) -> list[str]:
    """Two layers: below a small system, above a change of it."""
    upper, lower = tmp_path / "upper", tmp_path / "lower"
    for folder in ("usr/bin", "etc", "var/run", "srv/data"):
        (lower / folder).mkdir(parents=True)
    (upper / "etc").mkdir(parents=True)
    (lower / "bin").symlink_to("usr/bin")
    (lower / "usr/bin/true").write_text("")
    (lower / "usr/bin/true").chmod(0o755)
    (lower / "etc/localtime").symlink_to("/usr/share/zoneinfo/UTC")
    (lower / "etc/loop").symlink_to("loop")
    (lower / "etc/up").symlink_to("../../usr/./bin/true")
    (lower / "etc/passwd").write_text("root:x:0:0::/:\napp:x:990:991::/:\n")
    (upper / "etc/group").write_text("app:x:991:\nmore:x:5:other,app\n")
    (upper / "srv").write_text("a file now")
    return [str(upper), str(lower)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/bin/true", ("file", "/usr/bin/true")), ("/etc/up", ("file", "/usr/bin/true")), ("/etc", ("folder", "/etc")),
        ("/", ("folder", "/")), ("/etc/group", ("file", "/etc/group")), ("/etc/passwd", ("file", "/etc/passwd")),
        ("/srv", ("file", "/srv")), ("/srv/data", None), ("/etc/localtime", None), ("/etc/loop", None), ("/nothing", None),
    ],
)  # fmt: skip
def test_paths_in_an_image(layers, path, expected):
    found = on_host.in_image(layers, path)
    assert (found and (found["kind"], found["path"])) == expected


@pytest.mark.skipif(not ROOT, reason="only root can make what an overlay leaves for removed things")
def test_what_an_upper_layer_removed_is_not_there(layers):
    upper = Path(layers[0])
    (upper / "usr/bin").mkdir(parents=True)
    assert on_host.in_image(layers, "/bin/true")
    os.mknod(upper / "usr/bin/true", 0o20000, 0)
    assert on_host.in_image(layers, "/bin/true") is None
    try:
        os.setxattr(upper / "etc", "trusted.overlay.opaque", b"y")
    except OSError:
        pytest.skip("this file system has no trusted attributes")
    assert on_host.in_image(layers, "/etc/passwd") is None
    assert on_host.in_image(layers, "/etc/group")


def test_users_of_an_image(layers):
    assert on_host.ids_of(layers, "app") == {"uid": 990, "gids": [991, 5]}
    assert on_host.ids_of(layers, "990") == {"uid": 990, "gids": [991, 5]}
    assert on_host.ids_of(layers, "app:more") == {"uid": 990, "gids": [5]}
    assert on_host.ids_of(layers, "7") == {"uid": 7, "gids": [0]}
    assert on_host.ids_of(layers, "nobody") is None


def test_paths_of_a_host(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("gone")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)  # a socket's path must be short
        listening.bind("socket")
    found = {
        n: on_host.on_host(str(tmp_path / n)) for n in ("file", "link", "socket", "new/one", "file/x", "dangling", "")
    }
    assert {n: f["kind"] for n, f in found.items()} == {
        "file": "file", "link": "file", "socket": "socket", "new/one": "", "file/x": "", "dangling": "", "": "folder",
    }  # fmt: skip
    assert (found["link"]["path"], found["link"]["mode"], found["link"]["uid"]) == (
        str(tmp_path / "file"),
        0o640,
        os.geteuid(),
    )
    assert (found["new/one"]["above"], found["new/one"]["hindered"]) == (str(tmp_path), "")
    assert found["file/x"]["hindered"] == found["dangling"]["hindered"] == "it is no folder"


def test_it_runs_alone(layers):
    """As nodes run it: the text of the module, no packages, no environment."""
    asked = {"paths": ["/"], "images": {"podman i": {"layers": layers, "paths": ["/bin/true"], "users": ["app"]}}}
    text = Path(on_host.__file__).read_text()
    command = [sys.executable, "-I", "-S", "-c", text]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, env={})
    answer = json.loads(done.stdout)
    assert answer["paths"]["/"]["kind"] == "folder"
    assert answer["images"]["podman i"]["paths"]["/bin/true"]["kind"] == "file"
    assert answer["images"]["podman i"]["users"]["app"]["uid"] == 990
