"""The configuration that plan and apply are given, ready for the workflow."""

from __future__ import annotations

import os

from pacewright.cib.desired.ownership import deployment_name, is_deployment_name, portable
from pacewright.cli.input import Source, read_source
from pacewright.model.configuration import Configuration
from pacewright.model.errors import SpecError
from pacewright.model.immutable import immutable
from pacewright.model.report import Place, Report


@immutable(frozen=True, slots=True)
class Desired:
    """``configuration`` has its secrets resolved. ``digest``: SHA-256 of its text, empty for standard input."""

    source: Source
    configuration: Configuration
    deployment: str
    digest: str

    @property
    def path(self) -> str:
        """Absolute; empty for standard input."""
        return "" if self.source.path == "-" else os.path.abspath(self.source.path)


def read_desired(path: str) -> Desired:
    """Reads any format; resolves secrets; the deployment's name is the spec's, else the file's base name."""
    from pacewright.cluster.secrets import resolve

    source = read_source(path)
    configuration = portable(source.loaded.configuration)
    name = configuration.name
    if name is not None and not is_deployment_name(name):
        message = f"'{name}' is no deployment's name: letters, digits, '_', '.', '-'; at most 63"
        raise SpecError([Report("bad-deployment-name", message, place=Place(source.name))])
    stem = "stdin" if path == "-" else path.rpartition("/")[2].partition(".")[0]
    try:
        resolved = resolve(configuration, source.folder)
    except SpecError as error:
        raise SpecError(source.placed(error.reports)) from None
    return Desired(source, resolved, name or deployment_name(stem), file_digest(path))


def file_digest(path: str) -> str:
    import hashlib

    if path == "-":
        return ""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
