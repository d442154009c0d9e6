"""Runs the long rounds and prints what came of them as a table.

Usage: python tests/soak [ROUND...] [--lab NAME] [--release bookworm|trixie] [--count N] [--write FILE] [--list]
Without --lab a lab is booted for the run and ended after it. Exit code 1 if any round failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from soak.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
