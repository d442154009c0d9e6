"""Where Pacemaker's tools run. A tool gets its input on standard input or in private files, never in arguments.

``LocalRunner`` is this machine. Other places run commands somewhere else (``cluster/remote.py``) and give the rest of
the protocol by them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import field
from typing import Protocol

from pacewright.cluster import process
from pacewright.cluster.files import read_bytes, write_bytes
from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True)
class Facts:
    """A regular file, links followed. ``size`` in bytes, ``modified`` in nanoseconds since 1970.

    ``path``: where it really is, as far as the place tells.
    """

    path: str
    size: int
    modified: int
    executable: bool


class Runner(Protocol):
    """A place where programs can be run, files be put for them, and installed files be looked at."""

    @property
    def location(self) -> str:
        """Which machine, in the user's words (``ssh:alice``); empty for this one."""
        ...

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> process.Completed:
        """Runs one program to its end. Its standard output is a pipe, so that it may open ``/dev/stdout``.

        Raises ToolError where it cannot be started (126, 127) or does not end in time (124), and Unreachable where
        the place itself does not answer: then nobody knows whether the program has run.
        """
        ...

    def files(self, contents: Mapping[str, bytes]) -> AbstractContextManager[dict[str, str]]:
        """Puts files where the programs run, for the length of a ``with``. Gives their paths by name."""
        ...

    def facts(self, path: str) -> Facts | None:
        """What is known of an installed file; None where there is none, or something else."""
        ...

    def names(self, folder: str) -> list[str]:
        """What an installed folder holds; nothing where there is none."""
        ...

    def read_files(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Contents by path, of those that can be read."""
        ...


@immutable(frozen=True, slots=True)
class LocalRunner:
    """This machine. ``environment`` is added to what programs see (``CIB_file``)."""

    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str:
        return ""

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> process.Completed:
        return process.run(command, stdin=stdin, environment=self.environment, timeout=timeout)

    @contextmanager
    def files(self, contents: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="pacewright-") as folder:
            paths = {name: os.path.join(folder, name) for name in contents}
            for name, data in contents.items():
                write_bytes(paths[name], data)
            yield paths

    def facts(self, path: str) -> Facts | None:
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return Facts(os.path.realpath(path), found.st_size, found.st_mtime_ns, os.access(path, os.X_OK))

    def names(self, folder: str) -> list[str]:
        try:
            return os.listdir(folder)
        except OSError:
            return []

    def read_files(self, paths: Iterable[str]) -> dict[str, bytes]:
        found = {}
        for path in paths:
            with suppress(OSError):
                found[path] = read_bytes(path)
        return found
