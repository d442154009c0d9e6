"""Configurations named on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace

from pacewright.cib.xml import LARGEST
from pacewright.model.errors import SpecError
from pacewright.model.immutable import immutable
from pacewright.model.report import Place, Report
from pacewright.sources.formats import guess, module_of
from pacewright.sources.loaded import Loaded


@immutable(frozen=True, slots=True)
class Source:
    """One input. ``path`` as given, ``-`` for standard input; ``name`` is what messages say."""

    path: str
    name: str
    format: str
    loaded: Loaded

    @property
    def folder(self) -> str:
        """Where relative paths in it start."""
        return os.getcwd() if self.path == "-" else os.path.dirname(os.path.abspath(self.path))

    def placed(self, reports: Iterable[Report]) -> list[Report]:
        """The reports with file and line filled in where only the object's address is known."""
        return [r if r.place else replace(r, place=self._place(r.subject)) for r in reports]

    def _place(self, subject: str | None) -> Place:
        return (self.loaded.place_of(subject) if subject else None) or Place(self.name)


def read_source(path: str, format_name: str | None = None) -> Source:
    """Reads a file (``-``: standard input). The format is guessed where it is not given. Raises SpecError."""
    name = "<stdin>" if path == "-" else path
    data = _bytes(path, name)
    chosen = format_name or guess(data)
    return Source(path, name, chosen, module_of(chosen).read(data, name))


def _bytes(path: str, name: str) -> bytes:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError([Report("unreadable-file", f"cannot be read: {reason}", place=Place(name))]) from None
    if len(data) > LARGEST:
        raise SpecError([Report("file-too-large", f"larger than {LARGEST} bytes", place=Place(name))])
    return data
