"""The database as one server that moves with its storage: the plain form with Filesystem, on a folder that all nodes share.

The node that has it loses its power while a client writes: what was acknowledged is there where the database runs next.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from laboratory import Laboratory, until
from soak import sight
from soak.actors import apply
from soak.registry import Figures, Round

ADDRESS = "192.0.2.160"
_DATA = "/srv/shared/mysql"
_SPEC = """\
deployment: cloud
openstack:
  architecture: lightweight
  release: zed
  distribution: debian
  roles: {{controller: [{nodes}]}}
  vips: {{control: 192.0.2.150, mysql: 192.0.2.160}}
  services: [haproxy]
  database: filesystem
  broker: external
  options: {{mysql-device: /srv/shared/mysql, mysql-fstype: none, mysql-mount-options: bind}}
  fencing: none
properties: {{stonith-enabled: true}}
resources:
  p_mysql: {{operations: {{monitor: {{interval: 5s}}}}}}
"""
_GRANT = (
    "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY); GRANT ALL ON d.* TO client@'%' IDENTIFIED BY 'secret';"
)


def _sql(lab: Laboratory, node: str, statement: str, *options: str) -> str | None:
    """What it answered; None where it did not."""
    client = ("mysql", "--batch", "--skip-column-names", "--connect-timeout=2", *options)
    done = lab.exec(node, *client, "-e", statement, timeout=20)
    return done.stdout.strip() if done.returncode == 0 else None


def _as_client(lab: Laboratory, node: str, statement: str) -> str | None:
    return _sql(lab, node, statement, f"--host={ADDRESS}", "--user=client", "--password=secret")


def ready(lab: Laboratory) -> None:
    first = lab.nodes[0]
    for node in lab.nodes:
        lab.exec(node, "mkdir", "-p", "/var/log/mysql")
        lab.exec(node, "chown", "mysql:mysql", "/var/log/mysql")
    lab.exec(first, "rm", "-rf", _DATA)
    made = lab.exec(first, "mysql_install_db", "--user=mysql", f"--datadir={_DATA}", timeout=120)
    assert made.returncode == 0, made.stderr
    outcome = apply(lab, first, _SPEC.format(nodes=", ".join(lab.nodes)))
    assert outcome.code == 0, outcome.said
    assert _sql(lab, _holder(lab), _GRANT) is not None


def _holder(lab: Laboratory) -> str:
    seen = sight.monitor(lab, next(n for n in lab.nodes if n in sight.powered(lab)))
    assert seen is not None
    return next(str(n.get("name")) for n in seen.iterfind(".//resource[@id='p_mysql']/node"))


def once(lab: Laboratory, number: int) -> Figures:
    victim = _holder(lab)
    client = next(n for n in lab.nodes if n != victim)
    acknowledged = []
    for row in range(number * 1000, number * 1000 + 20):
        if _as_client(lab, client, f"INSERT INTO d.t VALUES ({row})") is not None:
            acknowledged.append(row)
    assert len(acknowledged) == 20
    began = time.monotonic()
    sight.power_off(lab, victim)
    until(
        lambda: _as_client(lab, client, f"INSERT INTO d.t VALUES ({number * 1000 + 500})") is not None, 150, "it writes"
    )
    gap = time.monotonic() - began
    assert _holder(lab) != victim
    found = (
        _as_client(lab, client, f"SELECT n FROM d.t WHERE n BETWEEN {number * 1000} AND {number * 1000 + 499}") or ""
    ).split()
    assert [int(n) for n in found] == acknowledged
    sight.make_whole(lab)
    return {"gap": gap}


def remark(figures: Sequence[Figures]) -> str:
    gaps = sorted(float(f["gap"]) for f in figures)
    return f"writes again after {gaps[len(gaps) // 2]:.1f} s (up to {gaps[-1]:.1f}); no acknowledged row lost"


ROUND = Round(
    "moving-database", "power cut of the node with a database that moves with its storage (Filesystem, no DRBD)",
    6, once, remark, ready=ready, place=65, additions="database",
)  # fmt: skip
