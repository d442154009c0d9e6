"""docs/formats.md lists every code that reading and writing crm and pcs gives, and no other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["crm", "pcs"])
def test_every_code_is_documented(name):
    modules = (ROOT / "src" / "pacewright" / "sources" / name).rglob("*.py")
    given = {code for path in modules for code in re.findall(rf'"({name}-[a-z-]+)"', path.read_text())}
    documented = set(re.findall(rf"`({name}-[a-z-]+)`", (ROOT / "docs" / "formats.md").read_text()))
    assert given == documented
