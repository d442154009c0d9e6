"""The containers architecture in the lab: real Galera, RabbitMQ, Redis and HAProxy in bundles, from nothing by one apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers_stack import EXAMPLE, VIP, inside, prepare, sql
from laboratory import ADDITIONS, Laboratory, own_lab, until


@pytest.fixture(scope="module")
def prepared() -> Iterator[Laboratory]:
    with own_lab("containers", "--containers", "openstack", "--with", ADDITIONS) as lab:
        prepare(lab)
        yield lab


def reports(lab: Laboratory, code: int, spec: Path = EXAMPLE) -> dict[str, str]:
    """By code, what check finds; a lab's own fencing is not in the spec."""
    done = json.loads(lab.host("check", str(spec), "--json", expect=code).stdout)["reports"]
    return {r["code"]: r["message"] for r in done if r["code"] != "no-fencing"}


def test_check_finds_each_planted_fault_and_nothing_else(prepared, tmp_path):
    lab, (first, second, _) = prepared, prepared.nodes
    assert reports(lab, 0) == {}
    lab.exec(first, "rm", "-r", "/var/lib/mysql")
    lab.exec(second, "sh", "-c", "rm -r /var/lib/redis && touch /var/lib/redis")
    found = reports(lab, 1)
    assert set(found) == {"source-missing", "source-type"}
    assert f"on {first}: " in found["source-missing"]
    assert "/var/lib/mysql" in found["source-missing"]
    assert f"on {second}: " in found["source-type"]
    assert "/var/lib/redis" in found["source-type"]
    lab.exec(second, "rm", "/var/lib/redis")
    prepare(lab)
    other = tmp_path / "other.yaml"
    other.write_text(EXAMPLE.read_text().replace('tag: "1"', 'tag: "9"'))
    found = reports(lab, 1, other)
    assert set(found) == {"image-missing"}
    assert f"on {', '.join(lab.nodes)}: " in found["image-missing"]
    assert reports(lab, 0) == {}


def test_one_apply_takes_all_of_it_up_and_a_client_reaches_it_by_the_vip(prepared):
    lab = prepared
    done = lab.host("apply", str(EXAMPLE), "--yes", "--adopt")
    assert "settled, as desired" in done.stdout + done.stderr
    status = json.loads(lab.host("status", "--json").stdout)
    counted = {r["id"]: (r["active"], r["promoted"]) for r in status["resources"] if r["kind"] == "bundle"}
    assert counted == {
        "galera-bundle": (3, 3), "rabbitmq-bundle": (3, 0), "redis-bundle": (3, 1), "haproxy-bundle": (3, 0)
    }  # fmt: skip
    sql(lab, 0, "CREATE DATABASE lab; CREATE USER 'lab'@'%' IDENTIFIED BY 'lab'; GRANT ALL ON lab.* TO 'lab'@'%'")
    client = ("mysql", "--user=lab", "--password=lab", f"--host={VIP}", "--batch", "--skip-column-names", "lab")
    inside(lab, 1, "galera", *client, "--execute=CREATE TABLE t (n INT PRIMARY KEY); INSERT INTO t VALUES (7)")
    assert inside(lab, 2, "galera", *client, "--execute=SELECT n FROM t").strip() == "7"
    assert sql(lab, 0, "SHOW STATUS LIKE 'wsrep_cluster_size'").split()[-1] == "3"
    running = json.loads(inside(lab, 0, "rabbitmq", "rabbitmqctl", "cluster_status", "--formatter=json"))
    assert sorted(running["running_nodes"]) == [f"rabbit@{node}" for node in lab.nodes]
    until(lambda: "role:master" in redis_by_vip(lab), 20, "the promoted redis behind its address")
    assert "nothing to do" in lab.host("apply", str(EXAMPLE), "--yes").stdout


def redis_by_vip(lab: Laboratory) -> str:
    return inside(lab, 0, "redis", "redis-cli", "-h", "192.0.2.100", "info", "replication")
