"""The spec: pacewright's own YAML (docs/spec.md)."""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.sources.loaded import Loaded
from pacewright.sources.read_back import readable
from pacewright.sources.spec.emitter import emit
from pacewright.sources.spec.loader import load
from pacewright.sources.spec.writer import spec_tree


def read(data: bytes, name: str) -> Loaded:
    """The configuration of a spec. Raises SpecError with every mistake."""
    return load(data, name)


def write(configuration: Configuration) -> str:
    """The configuration as a spec. Raises ConversionError naming what has no place."""
    text = emit(spec_tree(configuration))
    return readable(text, configuration, read, duplicate="duplicate-id", bad="bad-id")
