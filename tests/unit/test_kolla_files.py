"""The lab's small stand-in for Kolla's way of putting configuration into a container."""

from __future__ import annotations

import json
import stat

import pytest

from pacewright.lab.kolla_files import main


def test_files_go_where_config_json_says(tmp_path, capsys):
    source, image = tmp_path / "src", tmp_path / "image"
    (source / "etc").mkdir(parents=True)
    (source / "etc" / "redis.conf").write_text("port 6379\n")
    (source / "etc" / "redis.conf").chmod(0o640)
    (source / "key").write_text("k")
    wanted = {
        "command": "/usr/sbin/pacemaker_remoted",
        "config_files": [
            {"source": f"{source}/etc*", "dest": f"{image}/"},
            {"source": f"{source}/key", "dest": f"{image}/own/", "owner": "root", "perm": "0400"},
            {"source": f"{source}/none", "dest": f"{image}/", "optional": True},
        ],
    }
    (tmp_path / "config.json").write_text(json.dumps(wanted))
    main(str(tmp_path / "config.json"))
    assert capsys.readouterr().out == "/usr/sbin/pacemaker_remoted\n"
    assert (image / "etc" / "redis.conf").read_text() == "port 6379\n"
    assert stat.S_IMODE((image / "etc" / "redis.conf").stat().st_mode) == 0o640
    assert stat.S_IMODE((image / "own" / "key").stat().st_mode) == 0o400


def test_a_missing_file_is_named(tmp_path):
    (tmp_path / "config.json").write_text(
        json.dumps({"command": "x", "config_files": [{"source": "/none", "dest": "/"}]})
    )
    with pytest.raises(SystemExit, match="/none is missing"):
        main(str(tmp_path / "config.json"))
