"""Pacemaker's schemas of the machine where a cluster's tools run, as a folder on this machine's disk.

A cluster's own schemas judge what is written to it: another machine's Pacemaker may be older or newer than this one's.
They are fetched once for each set of schemas and kept in the cache.
"""

from __future__ import annotations

import contextlib
import os
import re

from pacewright.cluster.cache import cache_folder
from pacewright.cluster.files import write_bytes
from pacewright.cluster.runner import Runner

HERE = "/usr/share/pacemaker"
_NAME = re.compile(r"[A-Za-z][\w.+\-]*\.rng", re.ASCII)
_LARGEST = 16 * 1024 * 1024  # bytes of all schemas together; Pacemaker 3 has less than 1 MiB
_NOWHERE = "/nonexistent"


def schema_folder(runner: Runner) -> str:
    """The folder with the schemas of the runner's machine; an empty or missing one where they cannot be had."""
    if not runner.location:
        return HERE
    import hashlib

    cache = cache_folder()
    if cache is None:
        return _NOWHERE
    names = sorted(name for name in runner.names(HERE) if _NAME.fullmatch(name))
    facts = [(name, found) for name in names if (found := runner.facts(f"{HERE}/{name}")) is not None]
    if not facts or sum(found.size for _, found in facts) > _LARGEST:
        return _NOWHERE
    listing = "\n".join(f"{name} {found.size} {found.modified}" for name, found in facts)
    folder = os.path.join(cache, "schemas", hashlib.sha256(listing.encode()).hexdigest()[:32])
    if not os.path.isdir(folder):
        _fetch(runner, [name for name, _ in facts], folder)
    return folder


def _fetch(runner: Runner, names: list[str], folder: str) -> None:
    """Whole or not at all. Best effort: without a place to put them there is no judgement by them."""
    import shutil
    import tempfile

    contents = runner.read_files([f"{HERE}/{name}" for name in names])
    if len(contents) < len(names):
        return
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(folder), mode=0o700, exist_ok=True)
        draft = tempfile.mkdtemp(dir=os.path.dirname(folder), prefix=".draft-")
        try:
            for path, data in contents.items():
                write_bytes(os.path.join(draft, os.path.basename(path)), data)
            os.rename(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
