"""Where Pacemaker's tools run. A tool gets its input on standard input or in private files, never in arguments."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import field
from typing import Protocol

from pacewright.cluster import process
from pacewright.cluster.files import write_bytes
from pacewright.model.immutable import immutable


class Runner(Protocol):
    """A place where programs can be run and files be put for them."""

    def run(self, command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> process.Completed: ...

    def files(self, contents: Mapping[str, bytes]) -> AbstractContextManager[dict[str, str]]:
        """Puts files where the programs run, for the length of a ``with``. Gives their paths by name."""
        ...


@immutable(frozen=True, slots=True)
class LocalRunner:
    """This machine. ``environment`` is added to what programs see (``CIB_file``)."""

    environment: Mapping[str, str] = field(default_factory=dict)

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
