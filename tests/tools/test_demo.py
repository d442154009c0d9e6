"""The demo checks itself: every exit code and every claim of its story."""

import subprocess
import sys
from pathlib import Path

from needs import needs

ROOT = Path(__file__).resolve().parents[2]


@needs("crm_simulate", "cibadmin", "crm_diff", "dot")
def test_the_demo_is_as_it_tells(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "tools" / "demo.py", tmp_path / "demo"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
