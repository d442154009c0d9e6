"""Units, ports, modes and restarts of OpenStack's services are those that were read in their packages and deployments."""

import pytest

from pacewright.catalogue.facts.catalogue import load_catalogue

CATALOGUE = load_catalogue()
AA, AP, HOST = "active-active", "active-passive", "per-host"
# service, mode, RDO unit and its Restart as of Mitaka (Newton, Train where the service is younger), Debian's unit as of
# Debian 12's release (Zed; older where it had gone), ports with those on the VIP in brackets. '@x': runs in x.
TABLE = """
keystone                   | AA | @httpd | - | keystone | 5000 (13000), 35357 (13357)
glance-api                 | AA | openstack-glance-api | on-failure | glance-api | 9292 (13292)
glance-registry            | AA | openstack-glance-registry | on-failure | glance-registry | 9191
nova-api                   | AA | openstack-nova-api | always | nova-api | 8774 (13774)
nova-metadata              | AA | openstack-nova-metadata-api | always | nova-api-metadata | 8775
nova-scheduler             | AA | openstack-nova-scheduler | always | nova-scheduler |
nova-conductor             | AA | openstack-nova-conductor | always | nova-conductor |
nova-consoleauth           | AA | openstack-nova-consoleauth | always | nova-consoleauth |
nova-novncproxy            | AA | openstack-nova-novncproxy | on-failure | nova-novncproxy | 6080 (13080)
nova-cert                  | AA | openstack-nova-cert | always | nova-cert |
nova-network               | AA | openstack-nova-network | always | nova-network |
nova-compute               | HOST | openstack-nova-compute | always | nova-compute |
placement                  | AA | openstack-nova-placement-api | - | placement-api | 8778 (13778)
neutron-server             | AA | neutron-server | no | neutron-api | 9696 (13696)
neutron-dhcp-agent         | AA | neutron-dhcp-agent | no | neutron-dhcp-agent |
neutron-l3-agent           | AA | neutron-l3-agent | no | neutron-l3-agent |
neutron-metadata-agent     | AA | neutron-metadata-agent | no | neutron-metadata-agent |
neutron-openvswitch-agent  | AA | neutron-openvswitch-agent | no | neutron-openvswitch-agent |
neutron-metering-agent     | HOST | neutron-metering-agent | no | neutron-metering-agent |
neutron-sriov-nic-agent    | HOST | neutron-sriov-nic-agent | no | neutron-sriov-nic-agent |
neutron-linuxbridge-agent  | HOST | neutron-linuxbridge-agent | no | neutron-linuxbridge-agent |
neutron-ovn-metadata-agent | HOST | neutron-ovn-metadata-agent | no | neutron-ovn-metadata-agent |
neutron-ovs-cleanup        | AA | neutron-ovs-cleanup | - | neutron-ovs-cleanup |
neutron-netns-cleanup      | AA | neutron-netns-cleanup | - | neutron-netns-cleanup |
neutron-lbaas-agent        | AA | neutron-lbaasv2-agent | - | neutron-lbaasv2-agent |
cinder-api                 | AA | openstack-cinder-api | on-failure | cinder-api | 8776 (13776)
cinder-scheduler           | AA | openstack-cinder-scheduler | on-failure | cinder-scheduler |
cinder-volume              | AP | openstack-cinder-volume | on-failure | cinder-volume |
cinder-backup              | AP | openstack-cinder-backup | on-failure | cinder-backup |
heat-api                   | AA | openstack-heat-api | on-failure | heat-api | 8004 (13004)
heat-api-cfn               | AA | openstack-heat-api-cfn | on-failure | heat-api-cfn | 8000 (13005)
heat-api-cloudwatch        | AA | openstack-heat-api-cloudwatch | on-failure | heat-api-cloudwatch | 8003 (13003)
heat-engine                | AA | openstack-heat-engine | on-failure | heat-engine |
ceilometer-api             | AA | openstack-ceilometer-api | on-failure | ceilometer-api | 8777 (13777)
ceilometer-collector       | AA | openstack-ceilometer-collector | on-failure | ceilometer-collector |
ceilometer-central         | AA | openstack-ceilometer-central | on-failure | ceilometer-agent-central |
ceilometer-notification    | AA | openstack-ceilometer-notification | on-failure | ceilometer-agent-notification |
ceilometer-compute         | HOST | openstack-ceilometer-compute | on-failure | ceilometer-agent-compute |
ceilometer-polling         | HOST | openstack-ceilometer-polling | on-failure | ceilometer-polling |
ceilometer-ipmi            | HOST | openstack-ceilometer-ipmi | on-failure | ceilometer-agent-ipmi |
ceilometer-alarm-evaluator | AA | openstack-ceilometer-alarm-evaluator | - | ceilometer-alarm-evaluator |
ceilometer-alarm-notifier  | AA | openstack-ceilometer-alarm-notifier | - | ceilometer-alarm-notifier |
aodh-api                   | AA | openstack-aodh-api | on-failure | aodh-api | 8042 (13042)
aodh-evaluator             | AA | openstack-aodh-evaluator | on-failure | aodh-evaluator |
aodh-notifier              | AA | openstack-aodh-notifier | on-failure | aodh-notifier |
aodh-listener              | AA | openstack-aodh-listener | on-failure | aodh-listener |
gnocchi-api                | AA | openstack-gnocchi-api | on-failure | gnocchi-api | 8041 (13041)
gnocchi-metricd            | AA | openstack-gnocchi-metricd | on-failure | gnocchi-metricd |
gnocchi-statsd             | AA | openstack-gnocchi-statsd | on-failure | gnocchi-statsd | 8125/udp
sahara-api                 | AA | openstack-sahara-api | on-failure | sahara-api | 8386 (13386)
sahara-engine              | AA | openstack-sahara-engine | on-failure | sahara-engine |
manila-api                 | AA | openstack-manila-api | no | manila-api | 8786 (13786)
manila-scheduler           | AA | openstack-manila-scheduler | no | manila-scheduler |
manila-data                | AA | openstack-manila-data | no | manila-data |
manila-share               | AP | openstack-manila-share | no | manila-share |
swift-proxy                | AA | openstack-swift-proxy | no | swift-proxy | 8080 (13808)
swift-account-reaper       | AA | openstack-swift-account-reaper | no | swift-account-reaper |
swift-container-updater    | AA | openstack-swift-container-updater | no | swift-container-updater |
swift-object-auditor       | AA | openstack-swift-object-auditor | no | swift-object-auditor |
swift-object-expirer       | AP | openstack-swift-object-expirer | no | swift-object-expirer |
octavia-api                | AA | octavia-api | on-failure | octavia-api | 9876 (13876)
octavia-worker             | AA | octavia-worker | on-failure | octavia-worker |
octavia-housekeeping       | AA | octavia-housekeeping | on-failure | octavia-housekeeping |
octavia-health-manager     | AA | octavia-health-manager | on-failure | octavia-health-manager | 5555/udp
ironic-api                 | AA | openstack-ironic-api | on-failure | ironic-api | 6385 (13385)
ironic-conductor           | AA | openstack-ironic-conductor | on-failure | ironic-conductor |
ironic-inspector           | AA | openstack-ironic-inspector | - | ironic-inspector | 5050 (13050)
barbican-api               | AA | openstack-barbican-api | on-failure | barbican-api | 9311 (13311)
designate-api              | AA | designate-api | on-failure | designate-api | 9001 (13001)
mistral-api                | AA | openstack-mistral-api | on-failure | mistral-api | 8989
trove-api                  | AA | openstack-trove-api | on-failure | trove-api | 8779
zaqar                      | AA | openstack-zaqar | on-failure | zaqar | 8888, 9000
magnum-api                 | AA | openstack-magnum-api | on-failure | magnum-api | 9511
horizon                    | AA | @httpd | - | @httpd |
"""
# Debian 12's own unit files, all of them Restart=on-failure.
READ_IN_DEBIAN = [
    "keystone", "glance-api", "nova-api", "nova-api-metadata", "neutron-api", "neutron-rpc-server", "cinder-volume", "heat-engine",
    "manila-share", "octavia-api", "aodh-evaluator", "gnocchi-metricd", "ceilometer-agent-central", "nova-novncproxy",
]  # fmt: skip
KILL_PROCESS = [
    "cinder-volume", "neutron-dhcp-agent", "neutron-server", "neutron-l3-agent", "neutron-metadata-agent",
    "neutron-openvswitch-agent", "neutron-metering-agent", "designate-central", "magnum-conductor", "octavia-api", "octavia-worker", "octavia-health-manager",
    "octavia-housekeeping",
]  # fmt: skip


def release_of(service, wanted):
    """The wanted release, or the nearest in which the service exists."""
    from pacewright.catalogue.releases import releases

    there = [r for r in releases() if service.exists(r)]
    return min(there, key=lambda r: abs(releases().index(r) - releases().index(wanted)))


def unit(service, distribution, wanted):
    found = service.unit(distribution, release_of(service, wanted))
    return f"@{found.host}" if found.name is None else found.name


def ports(service):
    return ", ".join(
        str(p.port) + ("/udp" if p.protocol == "udp" else "") + (f" ({p.tls})" if p.tls else "") for p in service.ports
    )


@pytest.mark.parametrize("row", TABLE.strip().splitlines(), ids=lambda row: row.split()[0])
def test_row(row):
    name, mode, rdo, restart, debian, listens = (cell.strip() for cell in row.split("|"))
    service = CATALOGUE.services[name]
    assert service.mode(release_of(service, "mitaka")) == {"AA": AA, "AP": AP, "HOST": HOST}[mode]
    assert unit(service, "rhel", "mitaka") == rdo
    assert service.unit("rhel", release_of(service, "mitaka")).restart == (None if restart == "-" else restart)
    assert unit(service, "debian", "zed") == debian
    assert ports(service) == listens


@pytest.mark.parametrize("name", READ_IN_DEBIAN)
def test_units_that_were_read_in_debian_are_verified(name):
    found = [
        u for s in CATALOGUE.services.values() for u in s.units.get("debian", ()) if u.name == name and u.until is None
    ]
    assert [(u.restart, u.origin.sources, u.origin.certainty) for u in found] == [
        ("on-failure", ("DEB12",), "verified")
    ]


@pytest.mark.parametrize("project", ["ironic", "barbican", "designate", "mistral", "trove", "zaqar", "magnum"])
def test_units_that_nobody_opened_are_conventions(project):
    units = {
        (d, u.origin.certainty, u.restart)
        for s in CATALOGUE.services.values() if s.project == project and s.name != "ironic-inspector"
        for d in s.units for u in s.units[d]
    }  # fmt: skip
    assert units == {
        ("rhel", "verified", "on-failure"), ("debian", "convention", None), ("ubuntu", "convention", None),
    }  # fmt: skip


@pytest.mark.parametrize("name", KILL_PROCESS)
def test_units_that_kill_their_main_process_alone(name):
    assert CATALOGUE.services[name].unit("rhel", "train").kill_mode == "process"


@pytest.mark.parametrize("agent", ["server", "dhcp-agent", "l3-agent", "metadata-agent", "openvswitch-agent"])
def test_neutrons_units_are_restarted_since_newton(agent):
    service = CATALOGUE.services[f"neutron-{agent}"]
    assert [service.unit("rhel", r).restart for r in ("liberty", "mitaka", "newton", "train")] == [
        "no", "no", "on-failure", "on-failure",
    ]  # fmt: skip


def test_keystone_moves_into_the_web_server():
    keystone = CATALOGUE.services["keystone"]
    liberty, mitaka = (keystone.unit("rhel", release) for release in ("liberty", "mitaka"))
    assert (liberty.name, liberty.host) == ("openstack-keystone", None)
    assert (mitaka.name, mitaka.host) == (None, "httpd")


def test_what_was_not_active_on_several_nodes_in_juno():
    for name in ("heat-engine", "ceilometer-central"):
        service = CATALOGUE.services[name]
        assert [service.mode(r) for r in ("juno", "kilo", "mitaka")] == [AP, AA, AA]
        assert [service.way("full", r).clone for r in ("juno", "kilo")] == [None, {"interleave": "true"}]


CONFIG = {
    "keystone": ["/etc/keystone/keystone.conf"],
    "nova-api": ["/etc/nova/nova.conf", "/etc/nova/api-paste.ini"],
    "nova-scheduler": ["/etc/nova/nova.conf"],
    "cinder-volume": ["/etc/cinder/cinder.conf", "/etc/cinder/api-paste.ini"],
    "cinder-backup": ["/etc/cinder/cinder.conf"],
    "manila-share": ["/etc/manila/manila.conf", "/etc/manila/api-paste.ini"],
    "neutron-dhcp-agent": ["/etc/neutron/dhcp_agent.ini", "/etc/neutron/neutron.conf"],
    "placement": ["/etc/placement/placement.conf"],
}


@pytest.mark.parametrize("name", CONFIG)
def test_files_whose_change_needs_a_restart(name):
    assert list(CATALOGUE.services[name].config) == CONFIG[name]
