"""All rows of the prediction matrix on a lab of their own, and the table in docs/.

Usage: python tests/matrix/soak.py [RELEASE]       bookworm (the default) or trixie
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from matrix import run
from pacewright.lab.images import known
from soak.run import laboratory

DOCS = Path(__file__).parents[2] / "docs"


def main(words: list[str]) -> int:
    release = words[0] if words else "bookworm"
    generation = known()["releases"][release]["pacemaker"]
    title = f"Predictions on Pacemaker {generation} (Debian {release})"
    with laboratory(None, release) as lab:
        return run.main([lab.name, "--bundles", "--title", title, "--table", str(DOCS / f"prediction-{generation}.md")])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
