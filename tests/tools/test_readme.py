"""The README's example prints what the README says (``make docs`` writes it)."""

import subprocess
import sys
from pathlib import Path

from needs import needs

ROOT = Path(__file__).resolve().parents[2]


@needs("crm_simulate", "cibadmin", "crm_diff")
def test_the_example_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_readme.py", "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "current")
