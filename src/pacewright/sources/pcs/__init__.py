"""pcs commands as a format: ``pcs resource create ...``, one after the other, as ``pcs ... config --output-format=cmd``
prints them and as people write them into scripts. Spoken: pcs 0.11; read also: what pcs 0.12 prints.

Commands change a cluster that exists. What they cannot create but what the configuration has, its nodes and the
properties that Pacemaker itself writes, travels in comments: ``# exists: node alice id=1``.
"""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.sources.loaded import Loaded
from pacewright.sources.pcs.reader import read_script
from pacewright.sources.pcs.writer import script_text

__all__ = ["read", "write"]


def read(data: bytes, name: str) -> Loaded:
    return read_script(data, name)


def write(configuration: Configuration) -> str:
    return script_text(configuration)
