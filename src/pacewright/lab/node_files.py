"""The files of a lab's nodes: what all share (one folder, a layer below every node's own) and what each has alone."""

from __future__ import annotations

import os
import shutil
import uuid

from pacewright.lab.layout import NETWORKS, REMOTE, Lab, LabNode

_LIBRARY = "usr/lib/python3/dist-packages"
_PROGRAM = """#!/usr/bin/python3
from pacewright.cli.main import run

run()
"""
_NETWORK_UNIT = """[Unit]
Description=The lab's network
DefaultDependencies=no
Before=network.target network-online.target corosync.service pacemaker.service pacemaker_remote.service ssh.service
Wants=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/ip link set host0 up
{addresses}

[Install]
WantedBy=multi-user.target
"""
_MASKED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "systemd-networkd.service", "systemd-resolved.service",
    "systemd-timesyncd.service", "podman-auto-update.timer", "podman-restart.service", "console-getty.service",
    "systemd-firstboot.service",
)  # fmt: skip
_COROSYNC = """# Written by the lab.
totem {{
  version: 2
  cluster_name: {cluster}
  transport: knet
  crypto_cipher: aes256
  crypto_hash: sha256
}}
nodelist {{
{nodes}}}
quorum {{
  provider: corosync_votequorum
{two_node}}}
logging {{
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  to_syslog: no
  timestamp: on
}}
"""
_COROSYNC_NODE = """  node {{
    ring0_addr: {address}
    name: {name}
    nodeid: {nodeid}
  }}
"""


def write_common(lab: Lab) -> None:
    """The layer under every node: keys of this lab, pacewright itself, the same settings everywhere."""
    root = lab.path("common")
    _keys(root)
    _pacewright(root)
    put(root, "etc/pacemaker/authkey", os.urandom(4096), 0o640)
    if lab.bundles:
        from pacewright.lab.containers import write_files

        write_files(root, lab.bundles)
    put(root, "etc/systemd/journald.conf.d/lab.conf", "[Journal]\nStorage=persistent\nRateLimitIntervalSec=0\n")
    for unit in _MASKED:
        link(root, f"etc/systemd/system/{unit}", "/dev/null")
    if not lab.bare:
        put(root, "etc/corosync/authkey", os.urandom(256), 0o400)


def write_node(lab: Lab, node: LabNode, root: str) -> None:
    """What makes a node this one. ``root``: its file system, mounted."""
    put(root, "etc/hostname", f"{node.name}\n")
    put(root, "etc/machine-id", f"{uuid.uuid4().hex}\n", 0o444)
    os.makedirs(os.path.join(root, "var/log/journal"), exist_ok=True)
    addresses = "\n".join(f"ExecStart=/usr/sbin/ip address add {a}/24 dev host0" for a in node.addresses)
    put(root, "etc/systemd/system/lab-network.service", _NETWORK_UNIT.format(addresses=addresses))
    enable(root, "lab-network.service", "/etc/systemd/system")
    write_membership(lab, node, root)
    # The group's number is the image's; Pacemaker's daemons that read the key do not run as root.
    os.chown(os.path.join(root, "etc/pacemaker/authkey"), 0, _group(root, "haclient"))
    if not lab.bare:
        for unit in ("pacemaker_remote",) if node.kind == REMOTE else ("corosync", "pacemaker"):
            enable(root, f"{unit}.service", "/lib/systemd/system")


def write_membership(lab: Lab, node: LabNode, root: str) -> None:
    """What changes on every node when a node comes or goes."""
    put(root, "etc/hosts", hosts(lab))
    if not lab.bare and node.kind != REMOTE:
        put(root, "etc/corosync/corosync.conf", corosync_conf(lab))


def hosts(lab: Lab) -> str:
    lines = ["127.0.0.1 localhost"]
    lines += [f"{n.addresses[0]} {n.name}.lab {n.name}" for n in lab.nodes]
    return "\n".join(lines) + "\n"


def corosync_conf(lab: Lab) -> str:
    nodes = "".join(
        _COROSYNC_NODE.format(address=n.addresses[0], name=n.name, nodeid=n.nodeid) for n in lab.members
    )  # fmt: skip
    two_node = "  two_node: 1\n" if len(lab.members) == 2 else ""
    return _COROSYNC.format(cluster=f"lab-{lab.name}", nodes=nodes, two_node=two_node)


def _keys(root: str) -> None:
    """One key pair that root has on every node and every node accepts, and one host key for all, known to all."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    def pair() -> tuple[bytes, str]:
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        return private, public.decode()

    private, public = pair()
    os.makedirs(os.path.join(root, "root/.ssh"), exist_ok=True)
    os.chmod(os.path.join(root, "root"), 0o700)
    os.chmod(os.path.join(root, "root/.ssh"), 0o700)
    put(root, "root/.ssh/id_ed25519", private, 0o600)
    put(root, "root/.ssh/id_ed25519.pub", f"{public} root@lab\n")
    put(root, "root/.ssh/authorized_keys", f"{public} root@lab\n", 0o600)
    private, public = pair()
    put(root, "etc/ssh/ssh_host_ed25519_key", private, 0o600)
    put(root, "etc/ssh/ssh_host_ed25519_key.pub", f"{public} lab\n")
    put(root, "etc/ssh/ssh_known_hosts", f"*,{','.join(f'{n}.*' for n in NETWORKS)} {public}\n")


def _pacewright(root: str) -> None:
    """pacewright as a Debian package would install it."""
    import pacewright

    source = os.path.dirname(os.path.abspath(pacewright.__file__))
    target = os.path.join(root, _LIBRARY, "pacewright")
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    put(root, "usr/bin/pacewright", _PROGRAM, 0o755)


def _group(root: str, name: str) -> int:
    """The number of a group in a node."""
    with open(os.path.join(root, "etc/group"), encoding="utf-8") as file:
        return next(int(line.split(":")[2]) for line in file if line.startswith(f"{name}:"))


def put(root: str, name: str, content: str | bytes, mode: int = 0o644) -> None:
    """Writes a file, replacing what was there (never through a link out of the node)."""
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    draft = f"{path}.draft"
    with open(draft, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    os.chmod(draft, mode)
    os.replace(draft, path)


def link(root: str, name: str, target: str) -> None:
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.lexists(path):
        os.symlink(target, path)


def enable(root: str, unit: str, folder: str) -> None:
    """As ``systemctl enable`` does for a unit that multi-user.target wants."""
    link(root, f"etc/systemd/system/multi-user.target.wants/{unit}", f"{folder}/{unit}")
