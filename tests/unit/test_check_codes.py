"""docs/checks.md lists every code that the checks give, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "src" / "pacewright" / "cib" / "checks"
SOURCE = ROOT / "src" / "pacewright"
OTHERS = [SOURCE / "cluster" / "schema.py", SOURCE / "cib" / "hosting" / "findings.py"]
CODE = r'(?:Report|Finding)\(\s*"([a-z0-9-]+)"|"(unknown-[a-z]+|schema[a-z-]*)"'


def test_every_code_is_documented():
    text = (ROOT / "docs" / "checks.md").read_text().partition("## Today's words")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    documented = {code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)}
    given = {a or b for path in [*CHECKS.glob("*.py"), *OTHERS] for a, b in re.findall(CODE, path.read_text())}
    assert given == documented
