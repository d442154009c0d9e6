"""Every example is checked, applied to an embedded cluster, and then needs nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from needs import needs
from pacewright.cli.main import main

EXAMPLES = sorted(p for p in (Path(__file__).parents[2] / "examples").iterdir() if p.suffix in (".yaml", ".crm"))


@needs("crm_simulate")
@pytest.mark.parametrize("example", EXAMPLES, ids=[e.name for e in EXAMPLES])
def test_example(example: Path, tmp_path: Path) -> None:
    cluster = ["--cluster", f"embedded:{tmp_path}/cluster"]
    assert main(["check", str(example)]) == 0
    assert main(["apply", str(example), "--yes", *cluster]) == 0
    assert main(["plan", str(example), *cluster]) == 0
