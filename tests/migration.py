"""A cloud of Mitaka whose services are units of the right names with a program that stays: what a migration moves."""

from __future__ import annotations

import io
import subprocess
import tarfile

from laboratory import Laboratory

ADDRESS = "192.0.2.150"
UNITS = (
    "httpd", "memcached", "neutron-server", "openstack-cinder-api", "openstack-cinder-scheduler",
    "openstack-cinder-volume", "openstack-glance-api", "openstack-glance-registry", "openstack-heat-api",
    "openstack-heat-api-cfn", "openstack-heat-api-cloudwatch", "openstack-heat-engine",
)  # fmt: skip
ONCE = "openstack-cinder-volume"  # stays with Pacemaker in every architecture
MOVED = tuple(name for name in UNITS if name != ONCE)
WATCHED = "openstack-heat-engine"  # with a short monitor
UNIT_FILE = """\
[Unit]
Description={name}
[Service]
ExecStart=/bin/sleep infinity
Restart=on-failure
[Install]
WantedBy=multi-user.target
"""
SPEC = """\
deployment: cloud
openstack:
  architecture: {architecture}
  release: mitaka
  distribution: rhel
  roles: {{controller: [{nodes}]}}
  vips: {{control: 192.0.2.150}}
  services: [haproxy, memcached, httpd, glance, heat, cinder, neutron-server]
  database: external
  broker: external
  fencing: none
properties: {{stonith-enabled: true}}
"""
SHORT = "resources: {openstack-heat-engine: {operations: {monitor: {interval: 5s}}}}\n"


def spec(lab: Laboratory, architecture: str) -> str:
    """A migration's end, as text."""
    text = SPEC.format(architecture=architecture, nodes=", ".join(lab.nodes))
    return text + SHORT if architecture == "full" else text


def install(lab: Laboratory) -> None:
    """The units on every node, in one go."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in UNITS:
            data = UNIT_FILE.format(name=name).encode()
            member = tarfile.TarInfo(f"{name}.service")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    for node in lab.nodes:
        command = lab.entered(node, "tar", "-xf", "-", "-C", "/etc/systemd/system")
        subprocess.run(command, input=packed.getvalue(), check=True, timeout=60)
        assert lab.exec(node, "systemctl", "daemon-reload").returncode == 0


def remove(lab: Laboratory) -> None:
    for node in lab.nodes:
        services = [f"{name}.service" for name in UNITS]
        lab.exec(node, "systemctl", "disable", "--now", *services)
        folders = [f"{place}/{name}.d" for place in ("/etc/systemd/system", "/run/systemd/system") for name in services]
        lab.exec(node, "rm", "-rf", *folders, *(f"/etc/systemd/system/{name}" for name in services))
        lab.exec(node, "rm", "-rf", "/etc/cinder", "/etc/glance", "/etc/heat", "/etc/neutron")
        lab.exec(node, "systemctl", "daemon-reload")


def runs(lab: Laboratory) -> dict[str, list[str]]:
    """Main process and number of the run of every moved unit, by node."""
    found = {}
    for node in lab.nodes:
        done = lab.exec(node, "systemctl", "show", "--property=MainPID,InvocationID,ActiveState", "--", *MOVED)
        found[node] = [" ".join(sorted(block.splitlines())) for block in done.stdout.strip().split("\n\n")]
        assert len(found[node]) == len(MOVED), done
    return found


def all_active(found: dict[str, list[str]]) -> bool:
    return all("ActiveState=active" in each for units in found.values() for each in units)


def main_pid(lab: Laboratory, node: str, name: str) -> str:
    return lab.exec(node, "systemctl", "show", "--property=MainPID", "--value", name).stdout.strip()


def cursor(lab: Laboratory) -> dict[str, str]:
    """Where each node's journal stands."""
    found = {}
    for node in lab.nodes:
        shown = lab.exec(node, "journalctl", "--quiet", "--lines=0", "--show-cursor").stdout
        found[node] = shown.partition("-- cursor: ")[2].strip()
        assert found[node], shown
    return found


def stops_since(lab: Laboratory, cursors: dict[str, str]) -> list[str]:
    """What the journals tell of moved units that stopped, or started."""
    found = []
    for node, since in cursors.items():
        units = [f"--unit={name}" for name in MOVED]
        told = lab.exec(node, "journalctl", "--quiet", f"--after-cursor={since}", *units, "--output=cat").stdout
        found += [f"{node}: {line}" for line in told.splitlines() if line.startswith(("Stop", "Start"))]
    return found


def properties(lab: Laboratory, node: str, name: str) -> dict[str, str]:
    done = lab.exec(node, "systemctl", "show", "--property=UnitFileState,Restart,DropInPaths,Before", "--", name)
    return dict(line.partition("=")[::2] for line in done.stdout.splitlines())


def left_behind(lab: Laboratory) -> list[str]:
    """Locks and the property that keeps orphans: both must be gone."""
    done = lab.exec(lab.nodes[0], "cibadmin", "--query", "--scope", "crm_config")
    return [word for word in ("pacewright-lock", "stop-orphan-resources") if word in done.stdout]
