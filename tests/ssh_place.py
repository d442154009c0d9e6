"""Hosts to reach by ssh without a network: the client's ProxyCommand is a real sshd that serves one connection."""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

SSHD = "/usr/sbin/sshd"
PRIVILEGE_SEPARATION = Path("/run/sshd")  # sshd wants it when root starts it; the package's service makes it
CLOSED_PORT = 1


class SshPlace:
    """A folder with keys and configurations. ``options`` is for PACEWRIGHT_SSH."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.config = folder, folder / "log", folder / "ssh_config"
        for name in ("host", "stranger", "user"):
            self._key(name)
        (folder / "authorized").write_text((folder / "user.pub").read_text())
        public = (folder / "host.pub").read_text().split()
        (folder / "known").write_text(f"this-host {public[0]} {public[1]}\n")
        self._sshd_config("host")
        self._sshd_config("stranger")
        self.config.write_text("")

    @property
    def options(self) -> str:
        return f"-F {shlex.quote(str(self.config))}"

    def host(self, name: str, *, entered: Sequence[str] = (), key: str = "host", proxy: str | None = None) -> None:
        """A name to reach. ``entered``: words before sshd's own (nsenter). ``key``: whose host key it shows."""
        self.log.touch()
        words = [*entered, SSHD, "-i", "-f", self.folder / f"sshd_{key}", "-E", self.log]
        command = proxy or shlex.join(str(w) for w in words)
        self._add(name, f"ProxyCommand {command}")

    def closed(self, name: str) -> None:
        """A name where nobody answers."""
        self._add(name, f"HostName 127.0.0.1\n  Port {CLOSED_PORT}")

    def connections(self) -> int:
        """How many have been made so far."""
        return self.log.read_text().count("Accepted publickey")

    def close(self, sockets: Path) -> None:
        """Ends shared connections: their sockets lie in that folder."""
        for socket in sockets.glob("*"):
            command = ["ssh", "-F", "none", "-o", f"ControlPath={socket}", "-O", "exit", "any"]
            subprocess.run(command, capture_output=True, check=False, timeout=10)

    def _add(self, name: str, text: str) -> None:
        common = f"HostKeyAlias this-host\n  IdentityFile {self.folder}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {self.folder}/known\n  GlobalKnownHostsFile none"
        with self.config.open("a") as file:
            file.write(f"Host {name}\n  {text}\n  {common}\n")

    def _key(self, name: str) -> None:
        path = str(self.folder / name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True, timeout=30)

    def _sshd_config(self, key: str) -> None:
        lines = [f"HostKey {self.folder}/{key}", f"AuthorizedKeysFile {self.folder}/authorized", "UsePAM no",
                 "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password",
                 "StrictModes no", f"AllowUsers {getpass.getuser()}", "PidFile none", "LogLevel INFO", "MaxSessions 20",
                 'SetEnv "XDG_RUNTIME_DIR=/nonexistent"']  # fmt: skip
        (self.folder / f"sshd_{key}").write_text("\n".join([*lines, ""]))


def make_place(folder: Path) -> SshPlace:
    """sshd's empty folder is left behind: tests beside these may need it as well."""
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o700)
    return SshPlace(folder)
