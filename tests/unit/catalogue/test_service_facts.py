"""What services need outside of Pacemaker, their operations and the node properties, as TripleO and OSP had them."""

import pytest

from pacewright.catalogue.facts.catalogue import load_catalogue
from pacewright.catalogue.facts.values import at
from pacewright.catalogue.releases import releases

CATALOGUE = load_catalogue()
DATABASE = {
    "ceilometer-collector": "ceilometer/ceilometer.conf", "cinder-api": "cinder/cinder.conf",
    "cinder-volume": "cinder/cinder.conf", "glance-api": "glance/glance-api.conf",
    "glance-registry": "glance/glance-registry.conf", "heat-engine": "heat/heat.conf",
    "keystone": "keystone/keystone.conf", "manila-share": "manila/manila.conf", "neutron-server": "neutron/neutron.conf",
    "nova-conductor": "nova/nova.conf", "sahara-engine": "sahara/sahara.conf",
}  # fmt: skip
BROKER = {
    "cinder-volume": "cinder/cinder.conf", "heat-engine": "heat/heat.conf", "keystone": "keystone/keystone.conf",
    "neutron-l3-agent": "neutron/neutron.conf", "nova-compute": "nova/nova.conf",
    "ceilometer-notification": "ceilometer/ceilometer.conf",
}  # fmt: skip


def settings(name, reason, release="newton"):
    found = at(release, CATALOGUE.services[name].settings)
    return {(s.file, s.section, s.option, s.value) for s in found if s.reason == reason}


@pytest.mark.parametrize("name", DATABASE)
def test_the_database_is_waited_for_without_end(name):
    file = f"/etc/{DATABASE[name]}"
    assert settings(name, "database") == {
        (file, "database", "max_retries", "-1"), (file, "database", "db_max_retries", "-1"),
    }  # fmt: skip
    assert {s.origin.certainty for s in CATALOGUE.services[name].settings if s.reason == "database"} == {"verified"}


@pytest.mark.parametrize("name", BROKER)
def test_a_lost_broker_is_noticed(name):
    row = (f"/etc/{BROKER[name]}", "oslo_messaging_rabbit", "heartbeat_timeout_threshold", "60")
    assert row in settings(name, "broker", "newton") & settings(name, "broker", "train")


@pytest.mark.parametrize("name", ["ceilometer-central", "aodh-evaluator", "gnocchi-metricd"])
def test_what_needs_coordination_on_several_nodes(name):
    assert [value for *_, value in settings(name, "coordination")] == ["redis://%{vip:redis}:6379"]


def test_neutron_on_several_nodes():
    rows = settings("neutron-server", "several-nodes")
    assert {(section, option, value) for _, section, option, value in rows} == {
        ("DEFAULT", "l3_ha", "True"), ("DEFAULT", "max_l3_agents_per_router", "0"),
        ("DEFAULT", "dhcp_agents_per_network", "3"), ("DEFAULT", "allow_automatic_l3agent_failover", "True"),
    }  # fmt: skip


@pytest.mark.parametrize(("release", "option"), [("mitaka", "host"), ("pike", "host"), ("queens", "backend_host")])
def test_volumes_belong_to_no_single_host(release, option):
    rows = settings("cinder-volume", "several-nodes", release)
    assert {(name, value) for *_, name, value in rows} == {(option, "hostgroup")}


def full_services(release):
    """Services that the full architecture runs by their unit."""
    ways = {s.name: s.way("full", release) for s in CATALOGUE.services.values()}
    return {name: way for name, way in ways.items() if way is not None and way.agent == "systemd"}


OWN_TIMES = {"mongo"}
SINGLE = {"cinder-volume", "cinder-backup", "manila-share"}
NOVA = {"nova-api", "nova-scheduler", "nova-conductor", "nova-consoleauth", "nova-novncproxy"}
DELAYED = NOVA | {
    "glance-api", "glance-registry", "heat-api", "heat-api-cfn", "heat-api-cloudwatch", "heat-engine",
}  # fmt: skip


@pytest.mark.parametrize("release", ["juno", "kilo", "liberty", "mitaka", "newton"])
def test_operations_of_the_full_architecture(release):
    for name, way in full_services(release).items():
        times = {o.name: dict(o.values) for o in way.operations}
        if name in OWN_TIMES:
            continue
        assert len(times) == len(way.operations), name
        delayed = name in DELAYED and release in ("juno", "kilo", "liberty")
        monitor = {"interval": "60s", **({"start-delay": "10s"} if delayed else {})}
        assert times == {"start": {"timeout": "200s"}, "stop": {"timeout": "200s"}, "monitor": monitor}, name


def test_what_is_only_told_of_the_delay_says_so():
    for name in DELAYED:
        (operation,) = [
            o for o in CATALOGUE.services[name].way("full", "liberty").operations if "start-delay" in o.values
        ]
        assert operation.origin.certainty == ("verified" if name in NOVA else "memory"), name


@pytest.mark.parametrize("release", ["liberty", "mitaka", "newton"])
def test_every_service_of_the_full_architecture_is_an_interleaved_clone_or_single(release):
    for name, way in full_services(release).items():
        expected = None if name in SINGLE else {} if name in ("haproxy", "mongo") else {"interleave": "true"}
        assert way.clone == expected, name


CLONES = [
    "cinder-api", "cinder-scheduler", "cinder-volume", "glance-registry", "glance-api", "nova-api",
    "nova-scheduler", "nova-conductor", "nova-consoleauth", "nova-novncproxy", "neutron-server",
    "neutron-openvswitch-agent", "neutron-dhcp-agent", "neutron-l3-agent", "neutron-metadata-agent",
    "ceilometer-central", "ceilometer-collector", "ceilometer-api", "ceilometer-notification", "aodh-evaluator",
    "aodh-notifier", "aodh-listener", "gnocchi-metricd", "gnocchi-statsd", "heat-api", "heat-api-cfn",
    "heat-api-cloudwatch", "heat-engine", "sahara-api", "sahara-engine",
]  # fmt: skip


def test_units_that_pacemaker_runs_in_mitaka():
    projects = {s.name for s in CATALOGUE.services.values() if s.project in PROJECTS and not s.optional}
    assert {n for n in full_services("mitaka") if n in projects} == set(CLONES)


PROJECTS = ("keystone", "cinder", "glance", "nova", "neutron", "ceilometer", "aodh", "gnocchi", "heat", "sahara")


@pytest.mark.parametrize("name", ["neutron-ovs-cleanup", "neutron-netns-cleanup", "neutron-scale"])
def test_neutrons_own_agents(name):
    agent = {"ovs": "OVSCleanup", "netns": "NetnsCleanup", "scale": "NeutronScale"}[name.split("-")[1]]
    way = CATALOGUE.services[name].way("full", "mitaka")
    assert way.agent == f"ocf:neutron:{agent}"
    assert {o.name: dict(o.values) for o in way.operations} == {
        "start": {"timeout": "40s"}, "stop": {"timeout": "300s"}, "monitor": {"interval": "10s", "timeout": "20s"},
    }  # fmt: skip


def test_neutron_scale_has_a_number_on_each_node():
    way = CATALOGUE.services["neutron-scale"].way("full", "liberty")
    assert way.clone == {"globally-unique": "true", "clone-max": "%{count}", "interleave": "true"}
    assert way.params == {"hostbasename": "%{option:neutron-host-base}"}
    assert CATALOGUE.options["neutron-host-base"].default == "neutron-n"


NEWTON = {"cinder-backup", "manila-share"}


@pytest.mark.parametrize("name", sorted(NEWTON))
def test_services_that_pacemaker_runs_on_request_since_newton(name):
    service = CATALOGUE.services[name]
    assert service.way("full", "mitaka") is None
    way = service.way("full", "newton")
    assert (way.agent, way.clone, way.optional) == ("systemd", None, True)
    assert service.resource_id("full", "newton") == f"openstack-{name}"


@pytest.mark.parametrize("architecture", ["lightweight", "composable"])
def test_what_pacemaker_keeps_of_openstack(architecture):
    ours = [s for s in CATALOGUE.services.values() if s.project in (*PROJECTS, "manila", "swift", "octavia", "ironic")]
    kept = {s.name: s.way(architecture, "ocata") for s in ours if s.way(architecture, "ocata") is not None}
    assert {name: way.optional for name, way in kept.items()} == {
        "cinder-volume": False, "cinder-backup": True, "manila-share": True,
    }  # fmt: skip
    for name, way in kept.items():
        assert (way.agent, way.clone, way.property.name) == ("systemd", None, f"{name}-role")
        assert way.property.rule == "only-there"
        assert {o.name: o.values.get("timeout") for o in way.operations} == {"start": "200s", "stop": "200s", "monitor": None}  # fmt: skip


@pytest.mark.parametrize("name", ["cinder-volume", "cinder-backup", "manila-share"])
def test_simple_bundles(name):
    service = CATALOGUE.services[name]
    way = service.way("containers", "train")
    assert service.resource_id("containers", "train") == f"openstack-{name}"
    bundle = way.bundle
    assert (way.agent, bundle.name, bundle.image, bundle.replicas) == (None, f"openstack-{name}", name, "1")
    assert (bundle.control_port, bundle.promoted_max, bundle.network) == (None, None, "host")
    assert bundle.run_command == "/bin/bash /usr/local/bin/kolla_start"
    assert way.property.name == f"{name}-role"


@pytest.mark.parametrize(
    ("release", "runtime", "expected"),
    [
        ("pike", "docker", "--log-driver=journald"),
        ("stein", "podman", "--log-driver=journald"),
        ("train", "docker", "--log-driver=journald"),
        ("train", "podman", "--log-driver=k8s-file --log-opt path=/var/log/containers/stdouts/openstack-{}.log"),
    ],
)
@pytest.mark.parametrize("name", ["cinder-volume", "cinder-backup", "manila-share"])
def test_words_for_the_container_engine(name, release, runtime, expected):
    bundle = CATALOGUE.services[name].way("containers", release).bundle
    words = [o.text for o in bundle.options if o.when in ({}, {"runtime": runtime})]
    assert " ".join(words) == (
        f"--ipc=host --privileged=true --user=root {expected.format(name)} -e KOLLA_CONFIG_STRATEGY=COPY_ALWAYS"
    )
    priorities = [o.text for o in bundle.options if o.when == {"tls-priorities": "*"}]
    assert priorities == ([] if release == "pike" else ["-e PCMK_tls_priorities=%{option:tls-priorities}"])


KOLLA = "/var/lib/kolla/config_files"
PKI = ["/etc/pki/ca-trust/extracted", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/tls/certs/ca-bundle.trust.crt", "/etc/pki/tls/cert.pem"]  # fmt: skip


@pytest.mark.parametrize(("release", "written"), [("pike", "rw"), ("train", "rw"), ("wallaby", "rw"), ("xena", "rw,z")])
@pytest.mark.parametrize("name", ["cinder-volume", "cinder-backup"])
def test_what_cinder_mounts(name, release, written):
    storage = CATALOGUE.services[name].way("containers", release).bundle.storage
    ceph = f"{KOLLA}/src-ceph" + ("/" if name == "cinder-volume" else "")
    assert [(s.source, s.target, s.options) for s in storage] == [
        (f"{KOLLA}/{name.replace('-', '_')}.json", f"{KOLLA}/config.json", "ro"),
        ("/var/lib/config-data/puppet-generated/cinder/", f"{KOLLA}/src", "ro"),
        ("/etc/hosts", "/etc/hosts", "ro"), ("/etc/localtime", "/etc/localtime", "ro"),
        ("/dev", "/dev", "rw"), ("/run", "/run", "rw"), ("/sys", "/sys", "rw"), ("/lib/modules", "/lib/modules", "ro"),
        ("/etc/iscsi", f"{KOLLA}/src-iscsid", "ro"), ("/var/lib/cinder", "/var/lib/cinder", written),
        *((path, path, "ro") for path in PKI),
        ("/var/log/containers/cinder", "/var/log/cinder", written), ("/etc/ceph", ceph, "ro"),
    ]  # fmt: skip
    assert len({s.id for s in storage if s.id.startswith(f"{name}-")}) == len(storage)


@pytest.mark.parametrize("release", ["pike", "queens"])
def test_what_manila_mounts(release):
    storage = CATALOGUE.services["manila-share"].way("containers", release).bundle.storage
    plain = [(s.source, s.target, s.options) for s in storage if not s.when]
    assert plain == [
        (f"{KOLLA}/manila_share.json", f"{KOLLA}/config.json", "ro"),
        ("/var/lib/config-data/puppet-generated/manila/", f"{KOLLA}/src", "ro"),
        ("/etc/hosts", "/etc/hosts", "ro"), ("/etc/localtime", "/etc/localtime", "ro"),
        ("/dev", "/dev", "rw"), ("/run", "/run", "rw"), ("/sys", "/sys", "rw"), ("/lib/modules", "/lib/modules", "ro"),
        ("/var/lib/manila", "/var/lib/manila", "rw"),
        *((path, path, "ro") for path in PKI if release != "pike"),
        ("/var/log/containers/manila", "/var/log/manila", "rw"), ("/etc/ceph", "/etc/ceph", "ro"),
    ]  # fmt: skip
    assert {s.source for s in storage if s.when} == (
        set() if release == "pike" else {"/var/run/dbus/system_bus_socket", "/etc/ganesha"}
    )


@pytest.mark.parametrize("architecture", ["composable", "containers"])
def test_manila_follows_ganesha(architecture):
    way = CATALOGUE.services["manila-share"].way(architecture, "queens")
    assert [(r.service, r.kind) for r in way.after] == [("ceph-nfs", "Optional")]
    assert [(r.service, r.score) for r in way.beside] == [("ceph-nfs", "INFINITY")]


def test_swift_is_systemds_unless_a_deployment_says_otherwise():
    swift = [s for s in CATALOGUE.services.values() if s.project == "swift"]
    assert len(swift) == 15
    assert not [s.name for s in swift for r in releases() if s.way("full", r) is not None]

    def in_pacemaker(when):
        return when in ({}, {"swift-in-pacemaker": "true"})

    ways = {s.name: way for s in swift if (way := s.way("full", "liberty", in_pacemaker)) is not None}
    assert {name: [r.service for r in way.after] for name, way in ways.items()} == {
        "swift-account": ["keystone", "openstack-core", "swift-fs"], "swift-container": ["swift-account"],
        "swift-object": ["swift-container"], "swift-proxy": ["swift-account"], "swift-object-expirer": ["swift-proxy"],
        "swift-fs": [],
    }  # fmt: skip
    assert {name: [r.service for r in way.beside] for name, way in ways.items() if way.beside} == {
        "swift-account": ["swift-fs"], "swift-container": ["swift-account"], "swift-object": ["swift-container"],
    }  # fmt: skip


def test_images_on_a_file_system():
    fs = CATALOGUE.services["glance-fs"].way("full", "mitaka")
    assert (fs.agent, fs.clone, fs.optional) == ("ocf:heartbeat:Filesystem", {}, True)
    registry = CATALOGUE.services["glance-registry"].way("full", "mitaka")
    assert "glance-fs" in [r.service for r in registry.after]
    assert [r.service for r in registry.beside] == ["glance-fs"]


@pytest.mark.parametrize("release", releases())
def test_every_relation_of_the_architectures_has_another_end_somewhere(release):
    """A relation whose other end Pacemaker never runs in that release would be a mistake that nobody sees."""
    for service in CATALOGUE.services.values():
        for architecture in ("classic", "full"):
            way = service.way(architecture, release)
            alone = [r for r in (way.after if way else ()) if r.service and not runs(r.service, architecture, release)]
            assert not way or not way.after or len(alone) < len(way.after), (service.name, architecture)


def runs(name, architecture, release):
    service = CATALOGUE.services[name]
    return service.exists(release) and any(architecture in way.architectures for way in at(release, service.ways))


@pytest.mark.parametrize("architecture", ["full", "lightweight", "composable", "containers", "classic"])
def test_ids_are_unique(architecture):
    for release in releases():
        found = [(s.resource_id(architecture, release), s.name) for s in CATALOGUE.services.values()]
        ids = [identity for identity, name in found if identity is not None]
        assert len(ids) == len(set(ids)), (release, sorted(i for i in set(ids) if ids.count(i) > 1))
