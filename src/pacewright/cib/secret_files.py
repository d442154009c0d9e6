"""Moves secret values out of a configuration into files."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from pacewright.cib.secrets import replace_secrets
from pacewright.model.attributes import NvPair, SecretReference
from pacewright.model.configuration import Configuration

_UNSUITABLE = re.compile(r"[^\w.\-]", re.ASCII)


def move_to_files(
    configuration: Configuration, folder: str, spec_folder: str | None
) -> tuple[Configuration, dict[str, str]]:
    """The configuration with ``!secret file:`` references, and the files to write: path to value.

    ``spec_folder``: where the spec will stand, "" for here; None when it is printed, then the paths are absolute.
    """
    files: dict[str, str] = {}

    def replacement(owner: str, pair: NvPair) -> NvPair:
        value = pair.value or ""
        path = _free(os.path.join(folder, _UNSUITABLE.sub("_", f"{owner}-{pair.name}")), value, files)
        files[path] = value
        reference = os.path.abspath(path) if spec_folder is None else os.path.relpath(path, spec_folder or ".")
        return replace(pair, value=None, secret=SecretReference("file", reference))

    return replace_secrets(configuration, replacement), files


def _free(wanted: str, value: str, files: dict[str, str]) -> str:
    """A name not taken by another value: sets under rules may give one parameter several values."""
    path, number = wanted, 1
    while files.get(path, value) != value:
        number += 1
        path = f"{wanted}-{number}"
    return path
