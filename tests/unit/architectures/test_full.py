"""The full architecture, against the graphs that its sources had: every constraint, no more and no less.

Names as in the sources' listings; ``os-`` is ``openstack-``. Everything is a clone but what ALONE and PROMOTED name.
"""

from __future__ import annotations

import re

import pytest

from architectures.clouds import LIBERTY, MITAKA, VIPS, deployment, expanded

ALONE = {"os-cinder-volume"}
PROMOTED = {"galera", "redis"}
CORE = "os-core"
# first > then; "promote X" waits for the promotion, "any" is require-all=false
MITAKA_ORDERS = f"""
haproxy > {CORE}
{CORE} > httpd
rabbitmq > {CORE}
memcached > {CORE}
promote galera > {CORE}
{CORE} > os-cinder-api
os-cinder-api > os-cinder-scheduler
os-cinder-scheduler > os-cinder-volume
{CORE} > os-sahara-api
os-sahara-api > os-sahara-engine
{CORE} > os-glance-registry
os-glance-registry > os-glance-api
neutron-ovs-cleanup > neutron-netns-cleanup
neutron-netns-cleanup > neutron-openvswitch-agent
{CORE} > neutron-server
neutron-openvswitch-agent > neutron-dhcp-agent
neutron-server > neutron-openvswitch-agent
neutron-dhcp-agent > neutron-l3-agent
neutron-l3-agent > neutron-metadata-agent
{CORE} > os-nova-consoleauth
os-nova-consoleauth > os-nova-novncproxy
os-nova-novncproxy > os-nova-api
os-nova-api > os-nova-scheduler
os-nova-scheduler > os-nova-conductor
promote redis > os-ceilometer-central any
promote redis > os-aodh-evaluator any
{CORE} > os-ceilometer-central
{CORE} > os-ceilometer-notification
os-ceilometer-central > os-ceilometer-collector
os-ceilometer-collector > os-ceilometer-api
os-ceilometer-api > delay
delay > os-aodh-evaluator
os-aodh-evaluator > os-aodh-notifier
os-aodh-evaluator > os-aodh-listener
mongod > os-ceilometer-central
{CORE} > os-gnocchi-metricd
os-gnocchi-metricd > os-gnocchi-statsd
os-heat-api > os-heat-api-cfn
os-heat-api-cfn > os-heat-api-cloudwatch
os-heat-api-cloudwatch > os-heat-engine
os-ceilometer-notification > os-heat-api
"""
# dependent with other
MITAKA_COLOCATIONS = """
os-cinder-scheduler with os-cinder-api
os-cinder-volume with os-cinder-scheduler
os-glance-api with os-glance-registry
neutron-netns-cleanup with neutron-ovs-cleanup
neutron-openvswitch-agent with neutron-netns-cleanup
neutron-dhcp-agent with neutron-openvswitch-agent
neutron-l3-agent with neutron-dhcp-agent
neutron-metadata-agent with neutron-l3-agent
os-nova-novncproxy with os-nova-consoleauth
os-nova-api with os-nova-novncproxy
os-nova-scheduler with os-nova-api
os-nova-conductor with os-nova-scheduler
os-ceilometer-api with os-ceilometer-collector
delay with os-ceilometer-api
os-aodh-evaluator with delay
os-aodh-notifier with os-aodh-evaluator
os-aodh-listener with os-aodh-evaluator
os-gnocchi-statsd with os-gnocchi-metricd
os-heat-api-cfn with os-heat-api
os-heat-api-cloudwatch with os-heat-api-cfn
os-heat-engine with os-heat-api-cloudwatch
"""


def outer(name: str) -> str:
    if name in PROMOTED:
        return f"{name}-master"
    full = re.sub("^os-", "openstack-", name)
    return full if name in ALONE else f"{full}-clone"


def order(line: str) -> tuple[str, str, str, str]:
    """(first, action, then, require-all)"""
    found = re.fullmatch(r"(promote )?(\S+) > (\S+)( any)?", line)
    assert found, line
    promote, first, then, some = found.groups()
    return outer(first), "promote" if promote else "start", outer(then), "False" if some else "True"


def colocation(line: str) -> tuple[str, str, str]:
    one, other = line.split(" with ")
    return outer(one), outer(other), "INFINITY"


def orders_of(spec: dict) -> list[tuple[str, str, str, str]]:
    """Those between services. ``kind`` is the default, which is mandatory."""
    between = [o for name, o in spec["orders"].items() if not name.startswith("order-ip-")]
    assert not any("kind" in o or "symmetrical" in o for o in between)
    return [
        (o["first"], o.get("first-action", "start"), o["then"], str(o.get("require-all", True))) for o in between
    ]  # fmt: skip


def colocations_of(spec: dict) -> list[tuple[str, str, str]]:
    between = [c for name, c in spec["colocations"].items() if not name.startswith("colocation-ip-")]
    return [(c["resource"], c["with-resource"], c["score"]) for c in between]


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def liberty_orders() -> list[str]:
    """What its sources say of the difference: another hub, alarms in Ceilometer, no Aodh, Gnocchi and Sahara."""
    kept = [line for line in lines(MITAKA_ORDERS) if not re.search("aodh|gnocchi|sahara|delay|httpd", line)]
    kept = [line.replace(CORE, "os-keystone") for line in kept if line != f"{CORE} > os-ceilometer-notification"]
    return [
        *kept, "os-keystone > os-heat-api", "os-ceilometer-api > delay", "delay > os-ceilometer-alarm-evaluator",
        "os-ceilometer-alarm-evaluator > os-ceilometer-alarm-notifier",
        "os-ceilometer-alarm-notifier > os-ceilometer-notification",
    ]  # fmt: skip


def liberty_colocations() -> list[str]:
    kept = [line for line in lines(MITAKA_COLOCATIONS) if not re.search("aodh|gnocchi|sahara", line)]
    return [
        *kept, "os-ceilometer-alarm-evaluator with delay", "os-ceilometer-alarm-notifier with os-ceilometer-alarm-evaluator",
        "os-ceilometer-notification with os-ceilometer-alarm-notifier",
    ]  # fmt: skip


def test_mitaka_has_exactly_the_constraints_of_its_graph():
    assert (len(lines(MITAKA_ORDERS)), len(lines(MITAKA_COLOCATIONS))) == (41, 21)
    spec = expanded(deployment("full", "mitaka", MITAKA))
    assert sorted(orders_of(spec)) == sorted(map(order, lines(MITAKA_ORDERS)))
    assert sorted(colocations_of(spec)) == sorted(map(colocation, lines(MITAKA_COLOCATIONS)))


def test_without_mongo_one_order_less():
    spec = expanded(deployment("full", "mitaka", [s for s in MITAKA if s != "mongo"]))
    assert len(orders_of(spec)) == 40


def test_liberty_has_keystone_as_its_hub():
    assert (len(liberty_orders()), len(liberty_colocations())) == (35, 20)
    spec = expanded(deployment("full", "liberty", LIBERTY))
    assert sorted(orders_of(spec)) == sorted(map(order, liberty_orders()))
    assert sorted(colocations_of(spec)) == sorted(map(colocation, liberty_colocations()))
    assert "openstack-core" not in spec["resources"]


@pytest.mark.parametrize(("release", "services"), [("mitaka", MITAKA), ("liberty", LIBERTY)])
def test_every_vip_starts_before_its_balancer_and_is_where_one_runs(release, services):
    spec = expanded(deployment("full", release, services))
    for address in VIPS.values():
        assert spec["orders"][f"order-ip-{address}-haproxy-clone-Optional"] == {
            "first": f"ip-{address}", "then": "haproxy-clone", "kind": "Optional",
        }  # fmt: skip
        assert spec["colocations"][f"colocation-ip-{address}-haproxy-clone-INFINITY"] == {
            "resource": f"ip-{address}", "with-resource": "haproxy-clone", "score": "INFINITY",
        }  # fmt: skip


def test_services_are_interleaved_clones_of_units():
    spec = expanded(deployment("full", "mitaka", MITAKA))
    units = {i: r for i, r in spec["resources"].items() if str(r.get("agent", "")).startswith("systemd:")}
    cloned = {r["clone"]: r.get("meta", {}) for r in spec["resources"].values() if "clone" in r}
    for identity, resource in units.items():
        assert resource["operations"]["start"]["timeout"] in ("200s", "370s"), identity
        if identity == "openstack-cinder-volume":
            assert identity not in cloned
        else:
            assert cloned[identity] == ({} if identity in ("haproxy", "mongod") else {"interleave": True}), identity
    assert spec["resources"]["mongod"]["operations"]["start"]["timeout"] == "370s"
    assert cloned["openstack-core"] == {"interleave": True}
    assert cloned["delay"] == {"interleave": True}


def test_monitors_of_juno_to_liberty_begin_late():
    before = expanded(deployment("full", "liberty", LIBERTY))["resources"]
    after = expanded(deployment("full", "mitaka", MITAKA))["resources"]
    for name in ("openstack-nova-api", "openstack-glance-api", "openstack-heat-engine"):
        assert before[name]["operations"]["monitor"] == {"interval": "60s", "start-delay": "10s"}
        assert after[name]["operations"]["monitor"] == {"interval": "60s"}


def test_midonet_has_another_chain():
    midonet = deployment("full", "mitaka", MITAKA, options={"neutron-plugin": "midonet"})
    known = orders_of(expanded(midonet))
    for line in ("neutron-server > neutron-dhcp-agent", "neutron-dhcp-agent > neutron-metadata-agent"):
        assert order(line) in known
