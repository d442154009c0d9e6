"""The stack of examples/lab-lightweight.yaml in a lab: its files on the nodes, and what must be so when it is up."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from laboratory import Laboratory, until
from pacewright.model.errors import Unreachable

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
LIGHTWEIGHT = EXAMPLES / "lab-lightweight.yaml"
FILES = EXAMPLES / "lab-lightweight"
VIP, REDIS_VIP = "192.0.2.100", "192.0.2.101"
ADDRESSES = {f"controller-{n}": f"192.0.2.{11 + n}" for n in range(9)}
HAPROXY_FILE = "/etc/haproxy/haproxy.cfg"
OUTSIDE = ("memcached", "apache2")
MAKE_DATABASE = (
    "CREATE DATABASE IF NOT EXISTS lab; CREATE USER IF NOT EXISTS lab@'%' IDENTIFIED BY 'lab'; "
    "GRANT ALL ON lab.* TO lab@'%'"
)


@dataclass
class Stack:
    """``databases``, ``brokers``, ``caches``: nodes that run a server of the kind; all, unless roles are split."""

    lab: Laboratory
    spec: Path = LIGHTWEIGHT
    databases: list[str] = field(default_factory=list)
    brokers: list[str] = field(default_factory=list)
    caches: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for names in (self.databases, self.brokers, self.caches):
            names.extend([] if names else self.lab.nodes)

    def configure(self) -> None:
        """What configuration management does before anything is started: files, a socket, kernel settings."""
        for node in self.lab.nodes:
            unpack(self.lab, node, FILES)
            self.done(node, "systemctl", "daemon-reload")
            self.done(node, "systemctl", "enable", "--now", "clustercheck.socket")
            self.done(node, "systemctl", "restart", "systemd-sysctl")
            self.done(node, "systemd-tmpfiles", "--create", "lab-mysql.conf")

    def up(self) -> float:
        """From nothing by one apply; the seconds that it took."""
        self.configure()
        began = time.monotonic()
        self.lab.host("apply", str(self.spec), "--yes")
        taken = time.monotonic() - began
        self.require_whole()
        self.sql(self.databases[0], MAKE_DATABASE)
        return taken

    def require_whole(self) -> None:
        """As the servers say themselves, on every node; and nothing is left to do."""
        for node in self.databases:
            told = self.sql(node, "SHOW STATUS LIKE 'wsrep_cluster_size'").split()
            assert told == ["wsrep_cluster_size", str(len(self.databases))], (node, told)
        for node in self.brokers:
            told = json.loads(self.done(node, "rabbitmqctl", "cluster_status", "--formatter", "json"))["running_nodes"]
            assert sorted(told) == [f"rabbit@{n}" for n in self.brokers], (node, told)
        roles = [self.done(node, "redis-cli", "-h", node, "role").split()[0] for node in self.caches]
        assert sorted(roles) == ["master", *["slave"] * (len(self.caches) - 1)], roles
        said = self.lab.host("apply", str(self.spec), "--yes").stdout
        assert "nothing to do" in said, said

    def wait_whole(self, seconds: float) -> float:
        """All nodes back and all servers with each other; the seconds that it took."""
        return until(self._is_whole, seconds, "the stack is whole")

    def sql(self, node: str, query: str) -> str:
        """Of the server on that node, as root."""
        return self.done(node, "mysql", "--batch", "--skip-column-names", f"--execute={query}")

    def holder(self, address: str = VIP) -> str:
        """The node that has the address."""
        for node in self.lab.nodes:
            with contextlib.suppress(Unreachable):
                if f" {address}/" in self.lab.exec(node, "ip", "-oneline", "address", "show").stdout:
                    return node
        raise AssertionError(f"no node has {address}")

    def holder_is_not(self, node: str) -> bool:
        """Whether another node has the address."""
        with contextlib.suppress(AssertionError):
            return self.holder() != node
        return False

    def main_pid(self, node: str, unit: str) -> str:
        return self.lab.exec(node, "systemctl", "show", "--property=MainPID", "--value", unit).stdout.strip()

    def serves(self, node: str) -> bool:
        """Whether something listens there on the VIP, for the database."""
        return f"{VIP}:3306" in self.lab.exec(node, "ss", "-Hltn").stdout

    def runs(self, node: str, unit: str) -> bool:
        return self.main_pid(node, unit) not in ("", "0")

    def start(self, node: str, unit: str) -> None:
        self.done(node, "systemctl", "start", unit)

    def kill(self, node: str, unit: str) -> None:
        """All of its processes, at once and without a word."""
        self.done(node, "systemctl", "kill", "--signal=KILL", unit)

    def break_haproxy(self, node: str) -> None:
        """It is killed and cannot be started any more."""
        self.done(node, "mv", HAPROXY_FILE, f"{HAPROXY_FILE}.away")
        self.kill(node, "haproxy")

    def mend_haproxy(self, node: str) -> None:
        self.done(node, "mv", f"{HAPROXY_FILE}.away", HAPROXY_FILE)
        self.done(node, "crm_resource", "--cleanup", "--resource", "haproxy")

    def _is_whole(self) -> bool:
        try:
            self.require_whole()
        except (AssertionError, ValueError, subprocess.SubprocessError, Unreachable):
            time.sleep(1)
            return False
        return True

    def done(self, node: str, *words: str) -> str:
        done = self.lab.exec(node, *words, timeout=60)
        assert done.returncode == 0, (node, words, done.stdout, done.stderr)
        return done.stdout


def unpack(lab: Laboratory, node: str, folder: Path) -> None:
    """The folder's files below / of the node, with the node's name for the word NODE."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            content = path.read_bytes().replace(b"NODE", node.encode())
            member = tarfile.TarInfo(str(path.relative_to(folder)))
            member.size, member.mode = len(content), 0o755 if path.stat().st_mode & 0o100 else 0o644
            archive.addfile(member, io.BytesIO(content))
    subprocess.run(lab.entered(node, "tar", "-xf", "-", "-C", "/"), input=packed.getvalue(), check=True, timeout=60)
