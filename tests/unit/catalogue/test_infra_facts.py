"""What the catalogue says about the services below OpenStack, against tables written out here from the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pacewright.catalogue.facts.catalogue import load_catalogue
from pacewright.catalogue.facts.values import Bundle, Relation, Way

RELEASES = ["pike", "queens", "rocky", "stein", "train", "ussuri", "victoria", "wallaby", "xena", "yoga", "zed"]
DOCKER = {"pike", "queens", "rocky"}
KOLLA = "/var/lib/kolla/config_files"
TLS = f"{KOLLA}/src-tls"
SYSTEMD = "systemd"


def given(**options: str) -> Callable[[Mapping[str, str]], bool]:
    """Whether conditions hold with these options; ``internal_tls`` stands for ``internal-tls``."""
    known = load_catalogue().options_with({name.replace("_", "-"): value for name, value in options.items()})
    return lambda when: all(known.get(k) == v or (v == "*" and known.get(k) is not None) for k, v in when.items())


def way(service: str, architecture: str, release: str, **options: str) -> Way:
    found = load_catalogue().services[service].way(architecture, release, given(**options))
    assert found is not None, f"{service} is not Pacemaker's in {architecture}, {release}"
    return found


def bundle(service: str, release: str) -> Bundle:
    found = way(service, "containers", release).bundle
    assert found is not None
    return found


def operations(of: Way) -> set[tuple[str, ...]]:
    """Name, then ``key=value`` in order."""
    return {(o.name, *sorted(f"{k}={v}" for k, v in o.values.items())) for o in of.operations}


def relation(of: Relation) -> tuple[str | None, str, str | None, str, str | None]:
    return of.service, of.action, of.kind, of.score, of.role


# Resources outside of containers: service, release, id, agent, params, meta, clone or promotable, operations set or default
MIRROR_ALL = 'ha-all ^(?!amq\\.).* {"ha-mode":"all"}'
MIRROR_HALF = 'ha-all ^(?!amq\\.).* {"ha-mode":"exactly","ha-params":%{half}}'
GALERA = {"additional_parameters": "--open-files-limit=16384", "enable_creation": "true"}
SHORT, FULL = {"wsrep_cluster_address": "gcomm://%{nodes}"}, {"wsrep_cluster_address": "gcomm://%{fqdns}"}
GALERA_META = {"master-max": "%{count}", "ordered": "true"}
# TripleO has notify on the primitive alone; Pacemaker takes a clone's from the clone.
RABBIT_META = {"ordered": "true", "interleave": "true", "notify": "true"}
REDIS_META = {"notify": "true", "ordered": "true", "interleave": "true"}
GALERA_OPERATIONS = {
    ("start", "timeout=120s"), ("stop", "timeout=120s"), ("demote", "timeout=120s"),
    ("promote", "on-fail=block", "timeout=300s"),
    ("monitor", "interval=20s", "timeout=30s"), ("monitor", "interval=10s", "role=Promoted", "timeout=30s"),
}  # fmt: skip
RABBIT_OPERATIONS = {("start", "timeout=200s"), ("stop", "timeout=200s"), ("monitor", "interval=10s", "timeout=40s")}
REDIS_OPERATIONS = {
    ("start", "timeout=200s"), ("stop", "timeout=200s"), ("promote", "timeout=120s"), ("demote", "timeout=120s"),
    ("notify", "timeout=90s"),
    ("monitor", "interval=45s", "timeout=60s"), ("monitor", "interval=20s", "role=Promoted", "timeout=60s"),
}  # fmt: skip
HAPROXY_OPERATIONS = {("start", "timeout=200s"), ("stop", "timeout=200s"), ("monitor", "interval=60s")}
DUMMY_OPERATIONS = {("start", "timeout=20s"), ("stop", "timeout=20s"), ("monitor", "interval=10s", "timeout=20s")}
DELAY_OPERATIONS = {("start", "timeout=30s"), ("stop", "timeout=40s"), ("monitor", "interval=10s", "timeout=40s")}
MONGO_OPERATIONS = {("start", "timeout=370s"), ("stop", "timeout=200s"), ("monitor", "interval=60s")}
OUTSIDE = [
    ("galera", "full", "mitaka", "galera", "ocf:heartbeat:galera", GALERA | SHORT, {}, GALERA_META, GALERA_OPERATIONS),
    ("galera", "lightweight", "ocata", "galera", "ocf:heartbeat:galera", GALERA | SHORT, {}, GALERA_META, GALERA_OPERATIONS),
    ("galera", "composable", "pike", "galera", "ocf:heartbeat:galera", GALERA | FULL | {"cluster_host_map": "%{host-map}"}, {},
     GALERA_META, GALERA_OPERATIONS),
    ("rabbitmq", "full", "newton", "rabbitmq", "ocf:heartbeat:rabbitmq-cluster", {"set_policy": MIRROR_ALL}, {"notify": "true"},
     RABBIT_META, RABBIT_OPERATIONS),
    ("rabbitmq", "composable", "ocata", "rabbitmq", "ocf:heartbeat:rabbitmq-cluster", {"set_policy": MIRROR_HALF}, {"notify": "true"},
     RABBIT_META, RABBIT_OPERATIONS),
    ("redis", "full", "mitaka", "redis", "ocf:heartbeat:redis", {"wait_last_known_master": "true"}, {}, REDIS_META, REDIS_OPERATIONS),
    ("haproxy", "full", "liberty", "haproxy", SYSTEMD, {}, {}, {}, HAPROXY_OPERATIONS),
    ("haproxy", "lightweight", "newton", "haproxy", SYSTEMD, {}, {}, {}, HAPROXY_OPERATIONS),
    ("memcached", "full", "mitaka", "memcached", SYSTEMD, {}, {}, {"interleave": "true"}, HAPROXY_OPERATIONS),
    ("httpd", "full", "mitaka", "httpd", SYSTEMD, {}, {}, {"interleave": "true"}, HAPROXY_OPERATIONS),
    ("mongo", "full", "mitaka", "mongod", SYSTEMD, {}, {}, {}, MONGO_OPERATIONS),
    ("mongo", "lightweight", "newton", "mongod", SYSTEMD, {}, {}, {}, MONGO_OPERATIONS),
    ("openstack-core", "full", "mitaka", "openstack-core", "ocf:heartbeat:Dummy", {}, {}, {"interleave": "true"}, DUMMY_OPERATIONS),
    ("delay", "full", "mitaka", "delay", "ocf:heartbeat:Delay", {"startdelay": "10"}, {}, {"interleave": "true"}, DELAY_OPERATIONS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "architecture", "release", "identity", "agent", "params", "meta", "clone", "expected"), OUTSIDE
)
def test_resources_outside_of_containers(
    service: str, architecture: str, release: str, identity: str, agent: str, params: Mapping[str, str],
    meta: Mapping[str, str], clone: Mapping[str, str], expected: set[tuple[str, ...]],
) -> None:  # fmt: skip
    found = way(service, architecture, release)
    around = found.promotable if service in ("galera", "redis") else found.clone
    assert (found.id, found.agent, found.params, found.meta, around) == (identity, agent, params, meta, clone)
    assert operations(found) == expected


def test_what_is_left_of_pacemaker_in_the_lightweight_architecture() -> None:
    services = load_catalogue().services
    infra = (
        "haproxy",
        "rabbitmq",
        "galera",
        "redis",
        "vip",
        "memcached",
        "httpd",
        "openstack-core",
        "delay",
        "openvswitch",
        "libvirtd",
    )
    left = {name for name in infra if services[name].way("lightweight", "newton", given())}
    assert left == {"haproxy", "rabbitmq", "galera", "redis", "vip"}
    assert way("mongo", "lightweight", "newton").optional
    assert not way("mongo", "full", "mitaka").optional


V6 = {"nic": "%{interface}", "lvs_ipv6_addrlabel": "true", "lvs_ipv6_addrlabel_value": "99"}


@pytest.mark.parametrize(
    ("release", "version", "params", "meta"),
    [
        ("mitaka", "4", {"cidr_netmask": "32"}, {}),
        ("newton", "6", {"cidr_netmask": "64"}, {}),
        ("ocata", "4", {"cidr_netmask": "32"}, {}),
        ("ocata", "6", {"cidr_netmask": "128"} | V6, {}),
        ("pike", "6", {"cidr_netmask": "128"} | V6, {}),
        ("queens", "4", {"cidr_netmask": "32"}, {"resource-stickiness": "INFINITY"}),
        ("zed", "6", {"cidr_netmask": "128"} | V6, {"resource-stickiness": "INFINITY"}),
    ],
)
def test_virtual_addresses(release: str, version: str, params: dict[str, str], meta: dict[str, str]) -> None:
    found = way("vip", "composable", release, ip_version=version)
    assert (found.id, found.agent) == ("ip-%{address}", "ocf:heartbeat:IPaddr2")
    assert found.params == {"ip": "%{address}"} | params
    assert found.meta == meta
    assert operations(found) == DUMMY_OPERATIONS


@pytest.mark.parametrize(
    ("service", "architecture", "release", "name", "rule"),
    [
        ("galera", "composable", "ocata", "galera-role", "only-there"),
        ("galera", "containers", "pike", "galera-role", "only-there"),
        ("rabbitmq", "composable", "ocata", "rabbitmq-role", "only-there"),
        ("rabbitmq", "containers", "pike", "rabbitmq-role", "only-there"),
        ("redis", "composable", "ocata", "redis-role", "only-there"),
        ("redis", "containers", "pike", "redis-role", "only-there"),
        ("haproxy", "composable", "ocata", "haproxy-role", "only-there"),
        ("haproxy", "containers", "pike", "haproxy-role", "only-there"),
        ("vip", "composable", "ocata", "haproxy-role", "only-there"),
        ("vip", "containers", "pike", "haproxy-role", "only-there"),
        ("ceph-rbd-mirror", "composable", "ocata", "ceph-rbdmirror-role", "only-there"),
        ("ceph-nfs", "containers", "queens", "ceph-nfs-role", "only-there"),
        ("ganesha-vip", "containers", "queens", "ceph-nfs-role", "only-there"),
        ("ovn-dbs", "composable", "pike", "ovndb-role", "only-there"),
        ("ovn-dbs", "containers", "pike", "ovn-dbs-role", "only-there"),
        ("ovn-dbs-vip", "containers", "stein", "haproxy-role", "only-there"),
        ("ovn-dbs-vip", "containers", "train", "ovn-dbs-role", "only-there"),
        ("compute-unfence-trigger", "containers", "queens", "compute-instanceha-role", "never-elsewhere"),
        ("nova-evacuate", "containers", "queens", "compute-instanceha-role", "never-there"),
    ],
)
def test_node_properties(service: str, architecture: str, release: str, name: str, rule: str) -> None:
    found = way(service, architecture, release).property
    assert found is not None
    assert (found.name, found.rule) == (name, rule)


@pytest.mark.parametrize(
    ("service", "name", "image", "promoted", "port", "inner", "agent"),
    [
        ("galera", "galera-bundle", "mariadb", "%{count}", 3123, "galera", "ocf:heartbeat:galera"),
        ("rabbitmq", "rabbitmq-bundle", "rabbitmq", None, 3122, "rabbitmq", "ocf:heartbeat:rabbitmq-cluster"),
        ("redis", "redis-bundle", "redis", "1", 3124, "redis", "ocf:heartbeat:redis"),
        ("ovn-dbs", "ovn-dbs-bundle", "ovn-northd", "1", 3125, "ovndb_servers", "ocf:ovn:ovndb-servers"),
        ("haproxy", "haproxy-bundle", "haproxy", None, None, None, None),
    ],
)
@pytest.mark.parametrize("release", RELEASES)
def test_bundles(
    service: str, name: str, image: str, promoted: str | None, port: int | None, inner: str | None, agent: str | None,
    release: str,
) -> None:  # fmt: skip
    found = way(service, "containers", release)
    made = bundle(service, release)
    assert (made.name, made.image, made.replicas, made.promoted_max) == (name, image, "%{count}", promoted)
    assert (made.control_port, found.id, found.agent) == (port, inner, agent)
    assert (made.network, made.run_command) == ("host", "/bin/bash /usr/local/bin/kolla_start")
    assert [r.text for r in made.runtime] == ["docker" if release in DOCKER else "podman"]
    assert made.command is not None
    assert "haproxy" in made.command if inner is None else made.command == "/usr/sbin/pacemaker_remoted"


def options_at(service: str, release: str, **options: str) -> str:
    holds = given(**options)
    return " ".join(o.text for o in bundle(service, release).options if holds(o.when))


JOURNAL = "--log-driver=journald -e KOLLA_CONFIG_STRATEGY=COPY_ALWAYS"
UTF8 = " -e LANG=en_US.UTF-8 -e LC_ALL=en_US.UTF-8"


def log_file(name: str) -> str:
    path = f"/var/log/containers/stdouts/{name}-bundle.log"
    return f"--log-driver=k8s-file --log-opt path={path} -e KOLLA_CONFIG_STRATEGY=COPY_ALWAYS"


@pytest.mark.parametrize(
    ("service", "release", "options", "expected"),
    [
        *[(s, r, {"runtime": "docker"}, f"--user=root {JOURNAL}")
          for s in ("galera", "rabbitmq", "redis", "haproxy") for r in ("pike", "queens", "rocky")],
        *[(s, "stein", {"runtime": "podman"}, f"--user=root {JOURNAL}") for s in ("galera", "redis", "haproxy")],
        *[(s, "train", {"runtime": "podman"}, f"--user=root {log_file(s)}") for s in ("galera", "redis", "haproxy")],
        *[(s, "train", {"runtime": "docker"}, f"--user=root {JOURNAL}") for s in ("galera", "redis", "haproxy")],
        ("rabbitmq", "stein", {"runtime": "podman"}, f"--user=root {JOURNAL}{UTF8}"),
        ("rabbitmq", "train", {"runtime": "podman"}, f"--user=root {log_file('rabbitmq')}{UTF8}"),
        ("ovn-dbs", "queens", {"runtime": "docker"}, f"--user=root {JOURNAL}"),
        ("ovn-dbs", "rocky", {"runtime": "docker"}, JOURNAL),
        ("ovn-dbs", "stein", {"runtime": "podman"}, JOURNAL),
        ("ovn-dbs", "train", {"runtime": "podman"}, log_file("ovn-dbs")),
        ("ovn-dbs", "train", {"runtime": "podman", "bundle_user": "ovn"}, f"--user=%{{option:bundle-user}} {log_file('ovn-dbs')}"),
        ("galera", "rocky", {"tls_priorities": "NORMAL"}, f"--user=root {JOURNAL}"),
        ("galera", "stein", {"tls_priorities": "NORMAL"},
         f"--user=root {JOURNAL} -e PCMK_tls_priorities=%{{option:tls-priorities}}"),
    ],
)  # fmt: skip
def test_options_of_containers(service: str, release: str, options: dict[str, str], expected: str) -> None:
    assert options_at(service, release, **options) == expected


def maps_at(service: str, release: str, **options: str) -> dict[str, tuple[str, str, str | None]]:
    holds = given(**options)
    found = [s for s in bundle(service, release).storage if holds(s.when)]
    assert len({s.id for s in found}) == len(found), "an id is used twice"
    return {s.id: (s.source, s.target, s.options) for s in found}


def configuration(prefix: str, name: str, data: str = "cfg-data") -> dict[str, tuple[str, str, str]]:
    return {
        f"{prefix}-cfg-files": (f"{KOLLA}/{name}.json", f"{KOLLA}/config.json", "ro"),
        f"{prefix}-{data}": (f"/var/lib/config-data/puppet-generated/{name}/", f"{KOLLA}/src", "ro"),
        f"{prefix}-hosts": ("/etc/hosts", "/etc/hosts", "ro"),
        f"{prefix}-localtime": ("/etc/localtime", "/etc/localtime", "ro"),
        f"{prefix}-dev-log": ("/dev/log", "/dev/log", "rw"),
    }


def authorities(prefix: str) -> dict[str, tuple[str, str, str]]:
    paths = {
        "extracted": "/etc/pki/ca-trust/extracted",
        "ca-bundle-crt": "/etc/pki/tls/certs/ca-bundle.crt",
        "ca-bundle-trust-crt": "/etc/pki/tls/certs/ca-bundle.trust.crt",
        "cert": "/etc/pki/tls/cert.pem",
    }
    return {f"{prefix}-pki-{name}": (path, path, "ro") for name, path in paths.items()}


def mode(release: str) -> str:
    """Of what the container writes: SELinux labels are given since Xena."""
    return "rw,z" if RELEASES.index(release) >= RELEASES.index("xena") else "rw"


def before(release: str, other: str) -> bool:
    return RELEASES.index(release) < RELEASES.index(other)


def same(path: str, options: str) -> tuple[str, str, str]:
    return path, path, options


def secret(path: str) -> tuple[str, str, str]:
    return path, TLS + path, "ro"


@pytest.mark.parametrize("release", RELEASES)
def test_what_galera_mounts(release: str) -> None:
    expected = configuration("mysql", "mysql") | {
        "mysql-lib": same("/var/lib/mysql", mode(release)),
        "mysql-log-mariadb": same("/var/log/mariadb", mode(release)),
    }
    if release != "pike":
        expected["mysql-log"] = ("/var/log/containers/mysql", "/var/log/mysql", mode(release))
    assert maps_at("galera", release) == expected
    assert maps_at("galera", release, internal_tls="true") == expected | {
        "mysql-pki-gcomm-key": secret("/etc/pki/tls/private/mysql.key"),
        "mysql-pki-gcomm-cert": secret("/etc/pki/tls/certs/mysql.crt"),
        "mysql-pki-gcomm-ca": secret("/etc/ipa/ca.crt"),
    }


@pytest.mark.parametrize("release", RELEASES)
def test_what_rabbitmq_mounts(release: str) -> None:
    expected = configuration("rabbitmq", "rabbitmq") | authorities("rabbitmq")
    expected["rabbitmq-lib"] = same("/var/lib/rabbitmq", mode(release))
    if release != "pike":
        expected["rabbitmq-log"] = ("/var/log/containers/rabbitmq", "/var/log/rabbitmq", mode(release))
    assert maps_at("rabbitmq", release) == expected
    # One id for two maps in TripleO: the certificate's wins.
    expected["rabbitmq-pki-cert"] = secret("/etc/pki/tls/certs/rabbitmq.crt")
    expected["rabbitmq-pki-key"] = secret("/etc/pki/tls/private/rabbitmq.key")
    if not before(release, "xena"):
        expected["rabbitmq-pki-cafile"] = secret("/etc/ipa/ca.crt")
    assert maps_at("rabbitmq", release, internal_tls="true") == expected


@pytest.mark.parametrize("release", RELEASES)
def test_what_redis_mounts(release: str) -> None:
    log = "/var/log/redis" if release == "pike" else "/var/log/containers/redis"
    expected = configuration("redis", "redis", "cfg-data-redis") | authorities("redis") | {
        "redis-lib": same("/var/lib/redis", mode(release)),
        "redis-log": (log, "/var/log/redis", mode(release)),
        "redis-run": same("/var/run/redis", "rw" if release in ("pike", "queens") else "rw,z"),
    }  # fmt: skip
    assert maps_at("redis", release) == expected
    if release != "pike":
        expected["redis-pki-gcomm-key"] = secret("/etc/pki/tls/private/redis.key")
        expected["redis-pki-gcomm-cert"] = secret("/etc/pki/tls/certs/redis.crt")
    assert maps_at("redis", release, internal_tls="true") == expected


@pytest.mark.parametrize("release", RELEASES)
def test_what_haproxy_mounts(release: str) -> None:
    expected = configuration("haproxy", "haproxy") | authorities("haproxy")
    if release != "pike":
        expected["haproxy-var-lib"] = same("/var/lib/haproxy", mode(release))
    assert maps_at("haproxy", release) == expected
    expected |= {
        "haproxy-cert": secret("/etc/pki/tls/private/overcloud_endpoint.pem"),
        "haproxy-pki-certs": secret("/etc/pki/tls/certs/haproxy"),
        "haproxy-pki-keys": secret("/etc/pki/tls/private/haproxy"),
        "haproxy-pki-ca-file": secret("/etc/ipa/ca.crt"),
        "haproxy-pki-crl-file": same("%{option:crl-file}", "ro"),
    }
    assert maps_at("haproxy", release, public_tls="true", internal_tls="true", crl_file="/etc/crl.pem") == expected


@pytest.mark.parametrize("release", RELEASES)
def test_what_ovn_mounts(release: str) -> None:
    data, log = "/var/lib/openvswitch/ovn", "/var/log/containers/openvswitch"
    expected = {
        "ovn-dbs-cfg-files": (f"{KOLLA}/ovn_dbs.json", f"{KOLLA}/config.json", "ro"),
        "ovn-dbs-mod-files": same("/lib/modules", "ro"),
        "ovn-dbs-run-files": (data, "/run/openvswitch", mode(release)),
        "ovn-dbs-db-path": (data, "/etc/openvswitch", mode(release)),
        "ovn-dbs-log-files": (log, "/var/log/openvswitch", mode(release)),
    }
    if not before(release, "train"):
        expected |= {
            "ovn-dbs-new-run-files": (data, "/run/ovn", mode(release)),
            "ovn-dbs-new-db-path": (data, "/etc/ovn", mode(release)),
            "ovn-dbs-new-log-files": (log, "/var/log/ovn", mode(release)),
        }
    if not before(release, "xena"):
        expected["ovn-dbs-dev-log"] = same("/dev/log", "rw")
    assert maps_at("ovn-dbs", release) == expected
    if not before(release, "train"):
        expected |= {
            "ovn-dbs-pki-": same("/etc/pki/tls/private/ovn_dbs.key", "ro"),
            "ovn-dbs-cert": same("/etc/pki/tls/certs/ovn_dbs.crt", "ro"),
            "ovn-dbs-cacert": same("/etc/ipa/ca.crt", "ro"),
        }
    assert maps_at("ovn-dbs", release, internal_tls="true") == expected


HOST = {"container-attribute-target": "host"}
OLD, NEW = "^(?!amq\\.).*", "^(?!(amq\\.)|(.*_fanout)|(reply_)).*"
HALF, ALWAYS = '"ha-mode":"exactly","ha-params":%{half}', ',"ha-promote-on-shutdown":"always"'
MAPPED = GALERA | FULL | {"cluster_host_map": "%{host-map}"}
LOGGED = MAPPED | {"log": "/var/log/mysql/mysqld.log"}
WAIT = {"wait_last_known_master": "true"}
TUNNEL = {"tunnel_port_map": "%{option:redis-tunnels}", "tunnel_host": "localhost"}
OVN = {"master_ip": "%{vip:ovn-dbs}", "nb_master_port": "6641", "sb_master_port": "6642", "manage_northd": "yes"}
PROBED = OVN | {"inactive_probe_interval": "180000"}
LISTENING = PROBED | {"listen_on_master_ip_only": "yes"}
REPLICATING = LISTENING | {"inactive_probe_interval_to_master": "60000"}
OVN_TLS = {
    "ovn_nb_db_privkey": "/etc/pki/tls/private/ovn_dbs.key", "ovn_sb_db_privkey": "/etc/pki/tls/private/ovn_dbs.key",
    "ovn_nb_db_cert": "/etc/pki/tls/certs/ovn_dbs.crt", "ovn_sb_db_cert": "/etc/pki/tls/certs/ovn_dbs.crt",
    "ovn_nb_db_cacert": "/etc/ipa/ca.crt", "ovn_sb_db_cacert": "/etc/ipa/ca.crt",
    "nb_master_protocol": "ssl", "sb_master_protocol": "ssl",
}  # fmt: skip


@pytest.mark.parametrize(
    ("service", "release", "options", "params"),
    [
        ("galera", "pike", {}, MAPPED),
        ("galera", "queens", {}, LOGGED),
        ("galera", "stein", {"two_node_mode": "true"}, LOGGED),
        ("galera", "train", {"two_node_mode": "true"}, LOGGED | {"two_node_mode": "true"}),
        ("rabbitmq", "pike", {}, {"set_policy": f"ha-all {OLD} {{{HALF}}}"}),
        ("rabbitmq", "pike", {"ha_queues": "-1"}, {"set_policy": f'ha-all {OLD} {{"ha-mode":"all"}}'}),
        ("rabbitmq", "queens", {}, {"set_policy": f"ha-all {OLD} {{{HALF}{ALWAYS}}}"}),
        ("rabbitmq", "xena", {"ha_queues": "-1"}, {"set_policy": f'ha-all {OLD} {{"ha-mode":"all"{ALWAYS}}}'}),
        ("rabbitmq", "zed", {}, {"set_policy": f"ha-all {NEW} {{{HALF}{ALWAYS}}}"}),
        ("rabbitmq", "zed", {"ha_queues": "2"},
         {"set_policy": f'ha-all {NEW} {{"ha-mode":"exactly","ha-params":%{{option:ha-queues}}{ALWAYS}}}'}),
        ("redis", "pike", {"redis_tunnels": "a:6660"}, WAIT),
        ("redis", "queens", {}, WAIT),
        ("redis", "queens", {"redis_tunnels": "a:6660"}, WAIT | TUNNEL),
        ("ovn-dbs", "pike", {}, OVN),
        ("ovn-dbs", "queens", {"internal_tls": "true"}, PROBED),
        ("ovn-dbs", "train", {}, LISTENING),
        ("ovn-dbs", "train", {"internal_tls": "true"}, LISTENING | OVN_TLS),
        ("ovn-dbs", "wallaby", {}, REPLICATING),
    ],
)  # fmt: skip
def test_parameters_inside_of_bundles(
    service: str, release: str, options: dict[str, str], params: dict[str, str]
) -> None:
    assert way(service, "containers", release, **options).params == params


@pytest.mark.parametrize(
    ("service", "release", "meta", "expected"),
    [
        ("galera", "pike", GALERA_META | HOST, GALERA_OPERATIONS),
        ("rabbitmq", "queens", {"notify": "true"} | HOST, RABBIT_OPERATIONS),
        ("redis", "rocky", REDIS_META | HOST, REDIS_OPERATIONS),
        *[("ovn-dbs", release, {"notify": "true"} | HOST, {
            ("start", "timeout=200s"), ("stop", "timeout=200s"), ("promote", "timeout=50s"), ("demote", "timeout=50s"),
            ("notify", "timeout=20s"), ("monitor", "interval=10s", "role=Promoted", f"timeout={timeout}"),
            ("monitor", "interval=30s", "role=Unpromoted", f"timeout={timeout}"),
        }) for release, timeout in (("rocky", "20s"), ("stein", "60s"))],
    ],
)  # fmt: skip
def test_meta_and_operations_inside_of_bundles(
    service: str, release: str, meta: dict[str, str], expected: set[tuple[str, ...]]
) -> None:
    found = way(service, "containers", release)
    assert found.meta == meta
    assert operations(found) == expected


def test_the_other_agent_of_rabbitmq() -> None:
    found = way("rabbitmq", "containers", "zed", rabbitmq_agent="rabbitmq-server-ha")
    assert found.agent == "ocf:rabbitmq:rabbitmq-server-ha"
    assert found.meta == {"notify": "true", "ordered": "false", "interleave": "false",
                          "master-max": "%{count}", "master-node-max": "%{count}"} | HOST  # fmt: skip
    assert operations(found) >= {
        ("start", "timeout=360s"), ("stop", "timeout=120s"), ("promote", "timeout=120s"), ("notify", "timeout=180s"),
        ("monitor", "interval=30s", "timeout=60s"), ("monitor", "interval=27s", "role=Promoted", "timeout=60s"),
    }  # fmt: skip
    assert found.bundle is not None
    assert found.bundle.promoted_max == "%{count}"


# Constraints, seen from the resource that waits or follows
ORDERS = [
    ("haproxy", "lightweight", "newton", {("vip", "start", "Optional")}),
    ("haproxy", "containers", "pike", {("vip", "start", "Optional")}),
    ("ovn-dbs-vip", "containers", "pike", set()),
    ("ovn-dbs-vip", "containers", "queens", {("ovn-dbs", "promote", "Optional")}),
    ("ovn-dbs-vip", "containers", "train", {("ovn-dbs", "promote", "Optional")}),
    ("ceph-nfs", "containers", "queens", {("ganesha-vip", "start", "Optional")}),
    ("openstack-core", "full", "mitaka",
     {("haproxy", "start", None), ("rabbitmq", "start", None), ("memcached", "start", None), ("galera", "promote", None)}),
    ("httpd", "full", "mitaka", {("openstack-core", "start", None)}),
    ("galera", "lightweight", "newton", set()),
    ("rabbitmq", "lightweight", "newton", set()),
    ("redis", "lightweight", "newton", set()),
    ("vip", "lightweight", "newton", set()),
]  # fmt: skip


@pytest.mark.parametrize(("service", "architecture", "release", "expected"), ORDERS)
def test_orders(service: str, architecture: str, release: str, expected: set[tuple[str, str, str | None]]) -> None:
    """Between services. Groups are those of servers that move with their storage, below."""
    relations = way(service, architecture, release).after
    assert {(r.service, r.action, r.kind) for r in relations if r.service is not None} == expected
    assert {r.group for r in relations if r.group is not None} <= {"g_mysql", "g_rabbitmq"}


@pytest.mark.parametrize(
    ("service", "architecture", "release", "expected"),
    [
        ("vip", "full", "mitaka", {("haproxy", "INFINITY", None)}),
        ("vip", "containers", "train", {("haproxy", "INFINITY", None)}),
        ("ovn-dbs-vip", "containers", "stein", {("ovn-dbs", "INFINITY", "Promoted"), ("haproxy", "INFINITY", None)}),
        ("ovn-dbs-vip", "containers", "train", {("ovn-dbs", "INFINITY", "Promoted")}),
        ("ganesha-vip", "containers", "queens", {("ceph-nfs", "INFINITY", None)}),
        ("haproxy", "containers", "train", set()),
        ("galera", "composable", "ocata", set()),
        ("rabbitmq", "composable", "ocata", set()),
        ("redis", "composable", "ocata", set()),
    ],
)
def test_colocations(service: str, architecture: str, release: str, expected: set[tuple[str, str, str | None]]) -> None:
    assert {(r.service, r.score, r.role) for r in way(service, architecture, release).beside} == expected


# One server that moves with its storage, as the guide of 2014 has it
STACK = [
    ("mysql-ip", {}, "g_mysql", "p_ip_mysql", "ocf:heartbeat:IPaddr2", {("monitor", "interval=30s")}),
    ("mysql-fs", {}, "g_mysql", "p_fs_mysql", "ocf:heartbeat:Filesystem",
     {("start", "timeout=60s"), ("stop", "timeout=180s"), ("monitor", "interval=60s", "timeout=60s")}),
    ("mysql", {"database": "drbd"}, "g_mysql", "p_mysql", "ocf:heartbeat:mysql",
     {("start", "timeout=120s"), ("stop", "timeout=120s"), ("monitor", "interval=20s", "timeout=10s")}),
    ("mysql", {}, "g_basic_services", "p_mysql", "ocf:heartbeat:mysql",
     {("start", "interval=0", "timeout=240s"), ("stop", "interval=0", "timeout=240s"), ("monitor", "interval=120s", "timeout=60s")}),
    ("rabbitmq", {}, "g_basic_services", "p_rabbitmq", "ocf:rabbitmq:rabbitmq-server", {("monitor", "interval=20s", "timeout=10s")}),
    ("rabbitmq-fs", {}, "g_rabbitmq", "p_fs_rabbitmq", "ocf:heartbeat:Filesystem",
     {("start", "timeout=60s"), ("stop", "timeout=180s"), ("monitor", "interval=60s", "timeout=60s")}),
    *[(f"{each}-drbd", {}, None, f"p_drbd_{each}", "ocf:linbit:drbd",
       {("start", "timeout=90s"), *((name, "timeout=180s") for name in ("stop", "promote", "demote")),
        ("monitor", "interval=30s", "role=Unpromoted"), ("monitor", "interval=29s", "role=Promoted")})
      for each in ("mysql", "rabbitmq")],
]  # fmt: skip


@pytest.mark.parametrize(("service", "options", "group", "identity", "agent", "expected"), STACK)
def test_a_server_that_moves_with_its_storage(
    service: str, options: dict[str, str], group: str | None, identity: str, agent: str, expected: set[tuple[str, ...]]
) -> None:
    found = way(service, "classic", "folsom", **options)
    assert (found.group, found.id, found.agent) == (group, identity, agent)
    assert operations(found) == expected


@pytest.mark.parametrize(("server", "option"), [("mysql", "database"), ("rabbitmq", "broker")])
def test_the_group_of_such_a_server(server: str, option: str) -> None:
    catalogue = load_catalogue()
    for architecture in ("classic", "lightweight"):
        group = catalogue.group(f"g_{server}", architecture, "icehouse")
        assert group is not None
        assert [relation(r) for r in group.after] == [(f"{server}-drbd", "promote", None, "INFINITY", None)]
        assert [relation(r) for r in group.beside] == [(f"{server}-drbd", "start", None, "INFINITY", "Promoted")]
        members = catalogue.members(f"g_{server}", architecture, "icehouse", given(**{option: "drbd"}))
        assert [member.name for member in members] == [f"{server}-ip", f"{server}-fs", server]


def test_the_database_of_the_folsom_listing() -> None:
    assert way("mysql", "classic", "folsom").params == {
        "binary": "/usr/sbin/mysqld", "additional_parameters": "--bind-address=0.0.0.0", "datadir": "/var/lib/mysql",
        "config": "/etc/mysql/my.cnf", "log": "/var/log/mysql/mysqld.log", "pid": "/var/run/mysqld/mysqld.pid",
        "socket": "/var/run/mysqld/mysqld.sock",
    }  # fmt: skip
    found = way("vip", "classic", "folsom")
    assert (found.id, found.params) == ("p_IP", {"ip": "%{address}", "cidr_netmask": "%{netmask}", "iflabel": "vip"})
    assert operations(found) == {("monitor", "interval=120s", "timeout=60s")}
    assert [m.name for m in load_catalogue().members("g_basic_services", "classic", "folsom")][:2] == ["mysql", "qpidd"]


def test_instance_high_availability() -> None:
    trigger, evacuate, fence = (
        way(name, "containers", "queens", shared_instances="false")
        for name in ("compute-unfence-trigger", "nova-evacuate", "fence-nova")
    )
    assert (trigger.agent, trigger.meta, trigger.clone) == ("ocf:pacemaker:Dummy", {"requires": "unfencing"}, {})
    assert ("stop", "on-fail=block", "timeout=20s") in operations(trigger)
    assert (evacuate.agent, evacuate.params["no_shared_storage"]) == ("ocf:openstack:NovaEvacuate", "true")
    assert ("monitor", "interval=10s", "timeout=600s") in operations(evacuate)
    assert (fence.agent, fence.id) == ("stonith:fence_compute", "stonith-fence_compute-fence-nova")
    assert (fence.params["record_only"], fence.meta) == ("1", {"provides": "unfencing"})
    assert all(each.optional for each in (trigger, evacuate, fence))


def test_every_infrastructure_fact_says_where_it_is_from() -> None:
    for service in load_catalogue().services.values():
        for each in service.ways:
            assert each.origin.sources, f"{service.name}: a way without a source"
            assert each.origin.certainty in ("verified", "derived", "convention", "memory")


@pytest.mark.parametrize("service", ["cinder-volume", "cinder-backup", "manila-share"])
def test_bundles_that_run_once(service: str) -> None:
    name = f"openstack-{service}"
    for release in ("pike", "stein"):
        made = bundle(service, release)
        assert (made.name, made.image, made.replicas, made.control_port) == (name, service, "1", None)
        assert way(service, "containers", release).agent is None
        assert options_at(service, release, runtime="docker").startswith(
            f"--ipc=host --privileged=true --user=root {JOURNAL}"
        )
    path = f"/var/log/containers/stdouts/{name}.log"
    assert f"--log-driver=k8s-file --log-opt path={path}" in options_at(service, "train", runtime="podman")
