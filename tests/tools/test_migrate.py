"""``migrate`` as far as it goes without units: what is foreseen, what is refused, the hub of Liberty and of Mitaka."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needs import needs
from pacewright.cib.desired.locks import Lock, lock_in, with_lock
from pacewright.cli.main import main
from pacewright.cluster.choose import choose
from pacewright.workflow.rewriting import rewrite

pytestmark = needs("crm_simulate")
CLOUD = """\
deployment: cloud
openstack:
  architecture: {architecture}
  release: {release}
  distribution: rhel
  roles: {{controller: [controller-0, controller-1, controller-2]}}
  vips: {{control: 192.0.2.150, redis: 192.0.2.151}}
  services: [{services}]
  fencing: none
"""
SERVICES = "haproxy, galera, rabbitmq, redis, mongo, memcached, httpd, keystone, glance, cinder, heat, ceilometer"
GONE = [
    "openstack-ceilometer-alarm-evaluator-clone",
    "openstack-ceilometer-alarm-notifier-clone",
    "openstack-keystone-clone",
]


@pytest.fixture
def write(tmp_path: Path):
    def written(name: str, architecture: str, release: str, services: str = SERVICES) -> str:
        path = tmp_path / f"{name}.yaml"
        path.write_text(CLOUD.format(architecture=architecture, release=release, services=services))
        return str(path)

    return written


@pytest.fixture
def cluster(tmp_path: Path) -> list[str]:
    return ["--cluster", f"embedded:{tmp_path}/cluster"]


def asked(capsys, expect: int, *words: str) -> dict:
    capsys.readouterr()
    code = main([*words, "--json"])
    said = capsys.readouterr()
    assert code == expect, (code, said.out[-500:], said.err)
    document: dict = json.loads(said.out)  # one document, whatever the code is
    return document


def interrupted(effects: list[dict]) -> set[str]:
    return {e["base"] for e in effects if e["action"] in ("stop", "restart", "recover", "move", "demote")}


def test_the_hub_of_liberty_gives_way_to_mitaka_s_and_nothing_else_stops(write, cluster, capsys):
    liberty, mitaka = write("liberty", "full", "liberty"), write("mitaka", "full", "mitaka", f"{SERVICES}, aodh")
    assert main(["apply", liberty, "--yes", *cluster]) == 0
    in_one_go = asked(capsys, 2, "plan", mitaka, "--prune", *cluster)
    assert len(interrupted(in_one_go["effects"])) > 10, "in one write all that is ordered after the new hub restarts"

    shown = asked(capsys, 4, "migrate", mitaka, "--dry-run", *cluster)
    assert shown["first"] == ["openstack-core-clone"]
    assert sorted(each["resource"] for each in shown["interrupted"]) == GONE
    assert interrupted(shown["effects"]) == {name.removesuffix("-clone") for name in GONE}
    before = main(["migrate", mitaka, "--yes", *cluster])
    assert before == 4, "nothing is stopped without consent"

    outages = [word for name in GONE for word in ("--outage", name)]
    done = asked(capsys, 0, "migrate", mitaka, "--yes", *outages, *cluster)
    assert done["not_as_desired"] == []
    assert asked(capsys, 0, "plan", mitaka, "--prune", *cluster)["changes"] == []
    assert asked(capsys, 0, "migrate", mitaka, "--yes", *cluster)["nothing_to_do"]


def test_what_is_handed_over_is_foreseen_and_needs_a_cluster_with_units(write, cluster, capsys):
    services = f"{SERVICES}, aodh"
    full, light = write("full", "full", "mitaka", services), write("light", "lightweight", "mitaka", services)
    assert main(["apply", full, "--yes", *cluster]) == 0
    shown = asked(capsys, 2, "migrate", light, "--dry-run", *cluster)
    handed = {each["primitive"] for each in shown["to_systemd"]}
    assert {"httpd", "memcached", "openstack-heat-engine", "openstack-cinder-api"} <= handed
    assert not handed & {"haproxy", "galera", "rabbitmq", "redis", "mongod", "openstack-cinder-volume"}
    assert {(e["action"], e["base"]) for e in shown["effects"]} == {("stop", "openstack-core"), ("stop", "delay")}
    assert main(["migrate", light, "--yes", *cluster]) == 64
    assert asked(capsys, 0, "plan", full, *cluster)["changes"] == [], "refused, and nothing changed"


def test_a_service_that_nobody_would_run_any_more_is_refused(write, cluster, capsys):
    full = write("full", "full", "mitaka")
    light = write("light", "lightweight", "mitaka", SERVICES.replace(", heat", ""))
    assert main(["apply", full, "--yes", *cluster]) == 0
    shown = asked(capsys, 4, "migrate", light, "--dry-run", *cluster)
    assert {each["resource"] for each in shown["interrupted"]} == {
        f"openstack-heat-{name}-clone" for name in ("api", "api-cfn", "api-cloudwatch", "engine")
    }
    assert not {each["primitive"] for each in shown["to_systemd"]} & {"openstack-heat-api", "openstack-heat-engine"}


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ("properties: {maintenance-mode: true}", {"cluster-unmanaged"}),
        ("properties: {stop-orphan-resources: true}", {"orphans-stated"}),
        ("resources: {memcached-clone: {meta: {is-managed: false}}}", {"resource-unmanaged"}),
    ],
    ids=["maintenance", "orphans", "unmanaged"],
)
def test_a_cluster_that_is_not_fit_is_refused(write, cluster, capsys, more, codes):
    full, light = write("full", "full", "mitaka"), write("light", "lightweight", "mitaka")
    with open(full, "a", encoding="utf-8") as file:
        file.write(more + "\n")
    main(["apply", full, "--yes", *cluster])
    told = asked(capsys, 1, "migrate", light, "--yes", *cluster)
    assert codes <= {each["code"] for each in told["reports"]}


def test_a_node_that_is_away_is_named_with_what_to_do(write, cluster, capsys):
    full, light = write("full", "full", "mitaka"), write("light", "lightweight", "mitaka")
    assert main(["apply", full, "--yes", *cluster]) == 0
    assert main(["embedded", "fail", "controller-1", *cluster]) == 0
    told = asked(capsys, 1, "migrate", light, "--yes", *cluster)
    assert [each["code"] for each in told["reports"]] == ["node-not-online"]
    assert "controller-1" in told["reports"][0]["message"]


def test_an_outage_of_something_unknown_is_a_mistake(write, cluster, capsys):
    full = write("full", "full", "mitaka")
    assert main(["apply", full, "--yes", *cluster]) == 0
    told = asked(capsys, 1, "migrate", full, "--outage", "htpd", *cluster)
    assert told["reports"][0]["code"] == "unknown-resource"
    assert "httpd" in told["reports"][0]["suggestion"]


def test_a_lock_that_another_holds_ends_it_unless_its_holder_is_dead(write, cluster, capsys):
    liberty, mitaka = write("liberty", "full", "liberty"), write("mitaka", "full", "mitaka")
    assert main(["apply", liberty, "--yes", *cluster]) == 0
    place = choose(cluster[1])
    lock = Lock("migrate-cloud", "0123", "root@elsewhere process 7", "migrate", "2026-01-01T00:00:00Z", lease=1)
    rewrite(place, lambda live: with_lock(live, lock), float("inf"))
    assert asked(capsys, 0, "plan", liberty, *cluster)["changes"] == [], (
        "a lock is no change of anybody's configuration"
    )
    outages = [word for name in GONE for word in ("--outage", name)]
    assert asked(capsys, 8, "migrate", mitaka, "--yes", "--wait", "0", *outages, *cluster)["error"] == "Held"
    assert asked(capsys, 0, "migrate", mitaka, "--yes", *outages, *cluster)["done"], "nobody has renewed it for a lease"
    assert lock_in(place.read().configuration, "migrate-cloud") is None
