"""Another machine over OpenSSH: a runner that needs Pacemaker's tools there, and nothing of ours.

ssh's own configuration says whom to trust and how to get there; host keys are always checked as it says. One connection
is shared by all commands (a socket in a private folder) and ends by itself half a minute after the last.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import stat
from collections.abc import Iterator, Sequence

from pacewright.cluster import process
from pacewright.cluster.process import SEARCH_PATH, Completed
from pacewright.cluster.remote import CommandRunner
from pacewright.model.errors import ToolError, Unreachable, UsageError

CONNECT_SECONDS = 5
_PERSIST_SECONDS = 30
_GRACE_SECONDS = 10  # beyond the program's own time: for the way there and back
_DESTINATION = re.compile(r"(?:[A-Za-z0-9_][\w.+\-]*@)?[A-Za-z0-9_:][\w.:%\-]*", re.ASCII)
_SSH_FAILED = 255
_OWN_255 = 254  # what becomes of a program's own 255, so that 255 is ssh's alone
_LONGEST_SOCKET = 90  # bytes of its path; ssh adds 17 while it makes it, and 108 is the limit
# Runs the arguments with a pipe for standard output: sshd gives a socket, which nobody can open as /dev/stdout.
_PIPED = (
    'exec 4>&1; code=$({ { "$@" 3>&- 4>&-; echo $? >&3; } | cat >&4 3>&-; } 3>&1); '
    f'[ "$code" = {_SSH_FAILED} ] && code={_OWN_255}; exit "$code"'
)


class SshRunner(CommandRunner):
    """HOST or USER@HOST. Raises UsageError for what is no host's name, and for a PACEWRIGHT_SSH that is no list."""

    def __init__(self, destination: str) -> None:
        super().__init__()
        if not _DESTINATION.fullmatch(destination):
            raise UsageError(f"ssh:{destination}: not a host's name; ssh:HOST or ssh:USER@HOST")
        self.destination = destination
        self._ssh = ["ssh", *_options(destination), "--", destination]

    @property
    def location(self) -> str:
        return f"ssh:{self.destination}"

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> Completed:
        bounded = ["timeout", "--kill-after=2", f"{timeout:g}", "sh", "-c", _PIPED, "sh", *command]
        remote = shlex.join(["exec", "env", "LC_ALL=C", f"PATH={SEARCH_PATH}", *bounded])
        try:
            done = process.run(
                [*self._ssh, remote], stdin=stdin, timeout=timeout + CONNECT_SECONDS + _GRACE_SECONDS,
                shown=["ssh", self.destination, *command],
            )  # fmt: skip
        except ToolError as error:
            if error.code == 124:
                raise Unreachable(f"{self.location}: no answer within {timeout:g} s") from None
            raise
        if done.code == _SSH_FAILED or done.code < 0:
            raise Unreachable(f"{self.location}: {_words(done.stderr) or 'ssh failed without a word'}")
        if done.code in (124, 137) and done.seconds >= timeout:
            raise ToolError(command, 124, f"no answer from {self.destination} within {timeout:g} s")
        if done.code in (126, 127) and f" {command[0]}: " in done.stderr:
            raise ToolError(command, done.code, f"{command[0]} is not installed on {self.destination}")
        return Completed(tuple(command), done.code, done.stdout, done.stderr, done.seconds)


def _options(destination: str) -> list[str]:
    """ssh takes the first value of an option: ours that must hold, the user's, then ours that may be overruled."""
    try:
        given = shlex.split(os.environ.get("PACEWRIGHT_SSH", ""))
    except ValueError:
        raise UsageError("PACEWRIGHT_SSH: its quotes do not match") from None
    firm = ["BatchMode=yes", "RequestTTY=no", "RemoteCommand=none", "ClearAllForwardings=yes"]
    usual = [
        f"ConnectTimeout={CONNECT_SECONDS}", "ServerAliveInterval=5", "ServerAliveCountMax=3", "LogLevel=ERROR",
        "ForwardAgent=no", "ForwardX11=no", *_sharing(destination, given),
    ]  # fmt: skip
    return [*_as_options(firm), *given, *_as_options(usual)]


def _as_options(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("-o", setting)]


def _sharing(destination: str, given: Sequence[str]) -> list[str]:
    """The shared connection: one for each destination and way there; none where there is no private folder for it."""
    name = hashlib.sha256("\0".join([destination, *given]).encode()).hexdigest()[:16]
    for folder in _socket_folders():
        path = os.path.join(folder, name)
        if len(os.fsencode(path)) <= _LONGEST_SOCKET and "%" not in path and '"' not in path and _is_private(folder):
            return ["ControlMaster=auto", f'ControlPath="{path}"', f"ControlPersist={_PERSIST_SECONDS}"]
    return []


def _socket_folders() -> Iterator[str]:
    """In the user's run-time folder, else in the cache."""
    from pacewright.cluster.cache import cache_folder

    runtime = os.environ.get("XDG_RUNTIME_DIR") or ""
    if os.path.isabs(runtime):
        yield os.path.join(runtime, "pacewright", "ssh")
    if (cache := cache_folder()) is not None:
        yield str(cache / "ssh")


def _is_private(folder: str) -> bool:
    """Whether nobody else can enter it. It is made where it is not there."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _words(said: str) -> str:
    """What ssh said, on one line: the end of it, as the reason comes last (a changed host key takes 15 lines)."""
    lines = [line.strip() for line in said.splitlines() if line.strip(" @\r")]
    return "; ".join(lines[-3:])[-500:]
