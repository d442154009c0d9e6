"""The constraints of the full architecture are those of TripleO's manifests, one by one."""

import pytest

from pacewright.catalogue.facts.catalogue import load_catalogue
from pacewright.catalogue.facts.values import options_are

CATALOGUE = load_catalogue()
# number, first, then, what is said besides, only if. 'core': openstack-core; 'os-': 'openstack-'; clones unless said.
MITAKA_ORDERS = """
O1  | haproxy | core | |
O2  | core | httpd | |
O3  | rabbitmq | core | |
O4  | memcached | core | |
O5  | promote galera-master | core | |
O6  | core | os-cinder-api | |
O7  | os-cinder-api | os-cinder-scheduler | |
O8  | os-cinder-scheduler | =openstack-cinder-volume | |
O9  | core | os-sahara-api | |
O10 | os-sahara-api | os-sahara-engine | |
O11 | core | os-glance-registry | |
O12 | os-glance-registry | os-glance-api | |
O13 | neutron-ovs-cleanup | neutron-netns-cleanup | | ovs
O14 | neutron-netns-cleanup | neutron-openvswitch-agent | | ovs
O15 | core | neutron-server | |
O16 | neutron-openvswitch-agent | neutron-dhcp-agent | | ovs
O17 | neutron-server | neutron-openvswitch-agent | | dhcp ovs
O18 | neutron-dhcp-agent | neutron-l3-agent | | dhcp l3
O19 | neutron-l3-agent | neutron-metadata-agent | | l3 metadata
O20 | neutron-server | neutron-dhcp-agent | | midonet
O21 | neutron-dhcp-agent | neutron-metadata-agent | | midonet
O22 | neutron-metadata-agent | tomcat | | midonet
O23 | core | os-nova-consoleauth | |
O24 | os-nova-consoleauth | os-nova-novncproxy | |
O25 | os-nova-novncproxy | os-nova-api | |
O26 | os-nova-api | os-nova-scheduler | |
O27 | os-nova-scheduler | os-nova-conductor | |
O28 | promote redis-master | os-ceilometer-central | require-all=false |
O29 | promote redis-master | os-aodh-evaluator | require-all=false |
O30 | core | os-ceilometer-central | |
O31 | core | os-ceilometer-notification | |
O32 | os-ceilometer-central | os-ceilometer-collector | |
O33 | os-ceilometer-collector | os-ceilometer-api | |
O34 | os-ceilometer-api | delay | |
O35 | delay | os-aodh-evaluator | |
O36 | os-aodh-evaluator | os-aodh-notifier | |
O37 | os-aodh-evaluator | os-aodh-listener | |
O38 | mongod | os-ceilometer-central | | mongodb
O39 | core | os-gnocchi-metricd | |
O40 | os-gnocchi-metricd | os-gnocchi-statsd | |
O41 | os-heat-api | os-heat-api-cfn | |
O42 | os-heat-api-cfn | os-heat-api-cloudwatch | |
O43 | os-heat-api-cloudwatch | os-heat-engine | |
O44 | os-ceilometer-notification | os-heat-api | |
"""
MITAKA_COLOCATIONS = """
C1  | os-cinder-scheduler | os-cinder-api | INFINITY |
C2  | =openstack-cinder-volume | os-cinder-scheduler | INFINITY |
C3  | os-glance-api | os-glance-registry | INFINITY |
C4  | neutron-netns-cleanup | neutron-ovs-cleanup | INFINITY | ovs
C5  | neutron-openvswitch-agent | neutron-netns-cleanup | INFINITY | ovs
C6  | neutron-dhcp-agent | neutron-openvswitch-agent | INFINITY | dhcp ovs
C7  | neutron-l3-agent | neutron-dhcp-agent | INFINITY | dhcp l3
C8  | neutron-metadata-agent | neutron-l3-agent | INFINITY | l3 metadata
C9  | neutron-metadata-agent | neutron-dhcp-agent | INFINITY | midonet
C10 | os-nova-novncproxy | os-nova-consoleauth | INFINITY |
C11 | os-nova-api | os-nova-novncproxy | INFINITY |
C12 | os-nova-scheduler | os-nova-api | INFINITY |
C13 | os-nova-conductor | os-nova-scheduler | INFINITY |
C14 | os-ceilometer-api | os-ceilometer-collector | INFINITY |
C15 | delay | os-ceilometer-api | INFINITY |
C16 | os-aodh-evaluator | delay | INFINITY |
C17 | os-aodh-notifier | os-aodh-evaluator | INFINITY |
C18 | os-aodh-listener | os-aodh-evaluator | INFINITY |
C19 | os-gnocchi-statsd | os-gnocchi-metricd | INFINITY |
C20 | os-heat-api-cfn | os-heat-api | INFINITY |
C21 | os-heat-api-cloudwatch | os-heat-api-cfn | INFINITY |
C22 | os-heat-engine | os-heat-api-cloudwatch | INFINITY |
C23 | =vsm-p | =vsm-s | -INFINITY | n1kv
"""
# What Liberty has not, and what it has instead: its hub is Keystone.
NOT_IN_LIBERTY = "O2 O9 O10 O29 O31 O35 O36 O37 O39 O40 C16 C17 C18 C19"
LIBERTY_ORDERS = """
L1 | core | os-heat-api | |
L2 | delay | os-ceilometer-alarm-evaluator | |
L3 | os-ceilometer-alarm-evaluator | os-ceilometer-alarm-notifier | |
L4 | os-ceilometer-alarm-notifier | os-ceilometer-notification | |
"""
LIBERTY_COLOCATIONS = """
K1 | os-ceilometer-alarm-evaluator | delay | INFINITY |
K2 | os-ceilometer-alarm-notifier | os-ceilometer-alarm-evaluator | INFINITY |
K3 | os-ceilometer-notification | os-ceilometer-alarm-notifier | INFINITY |
"""
# The profiles for Pacemaker of puppet-tripleo 5.0.0.
NOT_IN_NEWTON = "O9 O10 O29 O33 O34 O35 O36 O37 O41 O42 O43 O44 C14 C15 C16 C17 C18 C20 C21 C22"
NEWTON_COLOCATIONS = "N1 | os-nova-consoleauth | core | INFINITY |"

INFRA = ["haproxy", "rabbitmq", "memcached", "galera", "redis", "mongo", "httpd", "openstack-core", "delay"]
PROJECTS = [
    "keystone", "glance", "cinder", "nova", "neutron", "heat", "ceilometer", "aodh", "gnocchi", "sahara", "manila",
    "swift", "placement", "horizon",
]  # fmt: skip
OPTIONAL = ["tomcat", "vsm-p", "vsm-s"]
TOGGLES = {
    "ovs": "neutron-openvswitch-agent", "dhcp": "neutron-dhcp-agent", "l3": "neutron-l3-agent",
    "metadata": "neutron-metadata-agent",
}  # fmt: skip


def table(text):
    """Rows by number: the constraint as a line, and its conditions."""
    rows = {}
    for line in text.strip().splitlines():
        number, first, then, extra, condition = (cell.strip() for cell in line.split("|"))
        rows[number] = (first, then, extra, set(condition.split()))
    return rows


def name(word, hub):
    if word.startswith("promote ") or word.startswith("="):
        return word.removeprefix("=")
    return (
        hub if word == "core" else word.replace("os-", "openstack-", 1) if word.startswith("os-") else word
    ) + "-clone"


def expected(rows, without, conditions, hub, kind):
    lines = []
    for number, (first, then, extra, wanted) in rows.items():
        gone = {service for toggle, service in TOGGLES.items() if toggle not in conditions}
        if number not in without.split() and wanted <= conditions and not {first, then} & gone:
            middle = " -> " if kind == "O" else " with "
            lines.append(f"{name(first, hub)}{middle}{name(then, hub)}" + (f" {extra}" if extra else ""))
    return sorted(lines)


def deployed(release, without=()):
    """All services of the projects that come by themselves, the infrastructure, and those asked for by name."""
    found = [s for s in CATALOGUE.services.values() if s.project in PROJECTS and s.exists(release)]
    names = [s.name for s in found if not s.is_optional("full", release)]
    there = [n for n in [*INFRA, *names, *OPTIONAL] if CATALOGUE.services[n].exists(release)]
    return [n for n in there if n not in without]


def constraints(release, deployed, options=None):
    """Orders and colocations between resources of the services ``deployed``, in Pacemaker's words."""
    known = CATALOGUE.options_with(options or {})
    services = [CATALOGUE.services[name] for name in deployed]
    ways = {s.name: s.way("full", release, lambda when: options_are(when, known)) for s in services}
    ways = {name: way for name, way in ways.items() if way is not None}
    orders, colocations = [], []
    for name, way in ways.items():
        for relation in way.after:
            if holds(relation, ways, known):
                first = resource(relation.service, release, ways)
                action = "promote " if relation.action == "promote" else ""
                extra = "" if relation.require_all is None else f" require-all={str(relation.require_all).lower()}"
                extra += f" kind={relation.kind}" if relation.kind else ""
                orders.append(f"{action}{first} -> {resource(name, release, ways)}{extra}")
        for relation in way.beside:
            if holds(relation, ways, known):
                other = resource(relation.service, release, ways)
                colocations.append(f"{resource(name, release, ways)} with {other} {relation.score}")
    return orders, colocations


def holds(relation, ways, options):
    return (
        relation.service in ways
        and options_are(relation.when, options)
        and all(service in ways for service in relation.services)
    )


def resource(name, release, ways):
    way, identity = ways[name], CATALOGUE.services[name].resource_id("full", release)
    if identity is None:  # its way hangs on options
        identity = way.id or CATALOGUE.services[name].unit("rhel", release).name
    return identity + ("-master" if way.promotable is not None else "-clone" if way.clone is not None else "")


ALL = {"ovs", "dhcp", "l3", "metadata", "mongodb"}
DEPLOYMENTS = {
    "all": (ALL, {}),
    "without mongodb": (ALL - {"mongodb"}, {"ceilometer-backend": "mysql"}),
    "midonet": (ALL | {"midonet"}, {"neutron-plugin": "midonet"}),
    "n1kv": (ALL | {"n1kv"}, {"neutron-plugin": "n1kv"}),
    **{f"without {toggle}": (ALL - {toggle}, {}) for toggle in TOGGLES},
}


@pytest.fixture(params=DEPLOYMENTS)
def deployment(request):
    """Conditions that are true, options, and services that are missing."""
    conditions, options = DEPLOYMENTS[request.param]
    return conditions, options, {TOGGLES[word] for word in set(TOGGLES) - conditions}


def test_the_table_itself_has_the_known_number_of_rows():
    assert (len(table(MITAKA_ORDERS)), len(table(MITAKA_COLOCATIONS))) == (44, 23)


def test_mitaka(deployment):
    conditions, options, missing = deployment
    orders, colocations = constraints("mitaka", deployed("mitaka", missing), options)
    assert sorted(orders) == expected(table(MITAKA_ORDERS), "", conditions, "openstack-core", "O")
    assert sorted(colocations) == expected(table(MITAKA_COLOCATIONS), "", conditions, "openstack-core", "C")


def test_the_core_graph_of_mitaka_has_41_orders_and_21_colocations():
    orders, colocations = constraints("mitaka", deployed("mitaka"))
    assert (len(orders), len(colocations)) == (41, 21)
    orders, _ = constraints("mitaka", deployed("mitaka"), {"ceilometer-backend": "mysql"})
    assert len(orders) == 40


def test_the_load_balancer_may_be_somebody_elses():
    orders, _ = constraints("mitaka", deployed("mitaka", {"haproxy"}))
    assert not [line for line in orders if "haproxy" in line]


@pytest.mark.parametrize("release", ["liberty", "kilo"])
def test_liberty(deployment, release):
    conditions, options, missing = deployment
    if release == "kilo" and conditions & {"midonet", "n1kv"}:
        pytest.skip("read in Liberty's manifests alone")
    orders, colocations = constraints(release, deployed(release, missing), options)
    rows = table(MITAKA_ORDERS) | table(LIBERTY_ORDERS)
    assert sorted(orders) == expected(rows, NOT_IN_LIBERTY, conditions, "openstack-keystone", "O")
    rows = table(MITAKA_COLOCATIONS) | table(LIBERTY_COLOCATIONS)
    assert sorted(colocations) == expected(rows, NOT_IN_LIBERTY, conditions, "openstack-keystone", "C")


def test_liberty_has_44_orders_and_28_colocations_with_the_six_vips():
    orders, colocations = set(), set()
    for plugin in ("ml2", "midonet", "n1kv"):
        found = constraints("liberty", deployed("liberty"), {"neutron-plugin": plugin})
        orders |= set(found[0])
        colocations |= set(found[1])
    assert (len(orders) + 6, len(colocations) + 6) == (44, 28)


def test_newton(deployment):
    conditions, options, missing = deployment
    orders, colocations = constraints("newton", deployed("newton", missing), options)
    assert sorted(orders) == expected(table(MITAKA_ORDERS), NOT_IN_NEWTON, conditions, "openstack-core", "O")
    rows = table(MITAKA_COLOCATIONS) | table(NEWTON_COLOCATIONS)
    assert sorted(colocations) == expected(rows, NOT_IN_NEWTON, conditions, "openstack-core", "C")


def test_a_vip_starts_before_the_load_balancer_and_stays_with_it():
    orders, colocations = constraints("mitaka", ["vip", "haproxy"])
    assert orders == ["ip-%{address} -> haproxy-clone kind=Optional"]
    assert colocations == ["ip-%{address} with haproxy-clone INFINITY"]


@pytest.mark.parametrize("release", ["ocata", "pike", "train"])
def test_there_is_no_full_architecture_after_newton(release):
    services = [s for s in CATALOGUE.services.values() if s.project in PROJECTS]
    assert not [s.name for s in services if s.way("full", release) is not None]
