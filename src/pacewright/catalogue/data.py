"""Reads this folder's YAML files, each once."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The content of ``name.yaml``. Never change it."""
    import yaml

    # importlib.resources would do the same and takes 8 ms to import.
    with open(os.path.join(os.path.dirname(__file__), f"{name}.yaml"), encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)
    return loaded
