"""Skips tests whose programs are not installed, and says so."""

from __future__ import annotations

import shutil

import pytest

from pacewright.cluster.process import SEARCH_PATH


def needs(*programs: str) -> pytest.MarkDecorator:
    """A mark for tests that run these programs."""
    missing = [program for program in programs if shutil.which(program, path=SEARCH_PATH) is None]
    return pytest.mark.skipif(bool(missing), reason=f"NOT INSTALLED: {', '.join(missing)}")
