"""A place that can only run commands: files are put, looked at and read there by the commands that every Linux has.

Each of these is one round trip, and the listing of what is installed is one for all.
"""

from __future__ import annotations

import io
import os
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from pacewright.cluster.process import Completed
from pacewright.cluster.runner import Facts
from pacewright.model.errors import PacewrightError, ToolError

# What is ever asked for of an installed Pacemaker, so that one look is enough.
INSTALLED = ("/usr/share/pacemaker", "/usr/lib/ocf/resource.d", "/usr/sbin", "/etc/init.d")
_DEPTH = "2"
# Fixed texts; names come as arguments, contents on standard input.
_PUT = 'umask 077; d=$(mktemp -d "${TMPDIR:-/tmp}/pacewright.XXXXXXXX") && echo "$d" && exec tar -xf - -C "$d"'
_FIND_FORMAT = "%y %m %s %T@ %p\\0"

Entry = tuple[bool, Facts]  # whether it is a regular file


class CommandRunner(ABC):
    """Gives the whole Runner protocol to a place that has ``run`` and ``location``."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, Entry]] = {}

    @property
    @abstractmethod
    def location(self) -> str: ...

    @abstractmethod
    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> Completed: ...

    @contextmanager
    def files(self, contents: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
        folder = self._put(contents)
        try:
            yield {name: f"{folder}/{name}" for name in contents}
        finally:
            with suppress(PacewrightError):
                self.run(["rm", "-rf", "--", folder], timeout=30)

    def facts(self, path: str) -> Facts | None:
        folder, _, name = path.rpartition("/")
        regular, facts = self._entries(folder).get(name, (False, None))
        return facts if regular else None

    def names(self, folder: str) -> list[str]:
        return list(self._entries(folder.rstrip("/")))

    def read_files(self, paths: Iterable[str]) -> dict[str, bytes]:
        asked = [p for p in paths if p.startswith("/")]
        if not asked:
            return {}
        command = [
            "tar",
            "-cPhf",
            "-",
            "--no-recursion",
            "--hard-dereference",
            "--ignore-failed-read",
            "--null",
            "-T",
            "-",
        ]
        done = self.run(command, stdin="\0".join([*asked, ""]).encode(), timeout=60)
        with suppress(tarfile.TarError), tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            read = {m.name: archive.extractfile(m) for m in archive if m.isfile()}
            return {name: file.read() for name, file in read.items() if file is not None}
        raise ToolError(done.command, done.code, done.stderr)

    def _put(self, contents: Mapping[str, bytes]) -> str:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, data in contents.items():
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(data), 0o600
                archive.addfile(member, io.BytesIO(data))
        done = self.run(["sh", "-c", _PUT], stdin=packed.getvalue())
        folder = done.stdout.decode(errors="replace").strip()
        if done.code != 0 or not folder.startswith("/") or "\n" in folder:
            raise ToolError(["mktemp"], done.code, done.stderr)
        return folder

    def _entries(self, folder: str) -> dict[str, Entry]:
        at_once = any(folder == f or folder.startswith(f"{f}/") for f in INSTALLED)
        looked_at = INSTALLED if at_once else (folder,)
        if looked_at[0] not in self._folders:
            found = self._look(looked_at)
            self._folders.update({each: found.get(each, {}) for each in {*looked_at, *found}})
        return self._folders.get(folder, {})

    def _look(self, folders: Sequence[str]) -> dict[str, dict[str, Entry]]:
        """What folders and their folders hold."""
        command = ["find", "-L", *folders, "-mindepth", "1", "-maxdepth", _DEPTH, "-printf", _FIND_FORMAT]
        done = self.run(command, timeout=60)
        if done.code not in (0, 1):  # 1: one of the folders is not there
            raise ToolError(done.command, done.code, done.stderr)
        found: dict[str, dict[str, Entry]] = {}
        for line in done.stdout.decode(errors="surrogateescape").split("\0"):
            words = line.split(" ", 4)
            if len(words) == 5:
                kind, mode, size, modified, path = words
                folder, name = os.path.split(path)
                seconds, _, fraction = modified.partition(".")
                when = int(seconds) * 10**9 + int((fraction + "0" * 9)[:9])
                facts = Facts(path, int(size), when, bool(int(mode, 8) & 0o111))
                found.setdefault(folder, {})[name] = (kind == "f", facts)
        return found
