"""The demo checks itself: every exit code and every claim of its story."""

import subprocess
import sys
from pathlib import Path

import pytest

from pacewright.cluster.process import SEARCH_PATH

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_is_as_it_tells(tmp_path: Path) -> None:
    if not any((Path(folder) / "crm_simulate").exists() for folder in SEARCH_PATH.split(":")):
        pytest.skip("Pacemaker's command line tools are not installed")
    command = [sys.executable, ROOT / "tools" / "demo.py", tmp_path / "demo"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
