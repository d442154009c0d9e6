"""What is remembered on disk between runs: descriptions of agents, schemas of other machines. It costs time only."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path | None:
    """``$XDG_CACHE_HOME/pacewright``; None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if os.path.isabs(base):
        return Path(base) / "pacewright"
    home = os.environ.get("HOME") or ""
    return Path(home) / ".cache" / "pacewright" if os.path.isabs(home) else None
