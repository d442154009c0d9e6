"""The committed manual page is the one that the parsers give (``make man`` writes it)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_manual_page_is_current() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "make_man.py", "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "current")
