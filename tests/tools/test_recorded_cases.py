"""Every folder of tests/cases with a ``live.xml``: what real clusters were about to do, and then did.

Recorded by tests/matrix/record.py. The plan made on the CIB of that moment must name what the cluster then executed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from needs import needs
from pacewright.cli.main import main
from pacewright.cluster.process import run

CASES = sorted(p.parent for p in (Path(__file__).parent.parent / "cases").glob("*/live.xml"))
pytestmark = needs("crm_simulate")


@pytest.fixture(scope="session")
def own_schema() -> tuple[int, ...]:
    """The newest schema that the tools here know."""
    told = run(["cibadmin", "--empty"]).stdout.decode()
    return version(told)


def version(cib: str) -> tuple[int, ...]:
    found = re.search(r'validate-with="pacemaker-([\d.]+)"', cib)
    return tuple(int(n) for n in found[1].split(".")) if found else ()


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_plan_names_what_the_cluster_then_did(case, own_schema, capsys):
    live = case / "live.xml"
    if version(live.read_text()) > own_schema:
        pytest.skip(f"recorded on a newer Pacemaker than the one here (schema {own_schema})")
    options = (case / "arguments").read_text().split() if (case / "arguments").exists() else []
    code = main(
        ["plan", str(case / "after.yaml"), *options, "--allow-missing-agents", "--json", "--cluster", f"file:{live}"]
    )
    out, err = capsys.readouterr()
    assert code in (0, 2), out + err
    plan, expected = json.loads(out), yaml.safe_load((case / "expected.yaml").read_text())
    certain = Counter(words(o) for o in plan["operations"] if o["certain"])
    may = {o["resource"] for o in plan["operations"] if not o["certain"]}
    executed = Counter(expected["executed"])
    assert bool(may) == ("may" in expected)
    assert not certain - executed, "said, but not done"
    assert not [o for o in executed - certain if o.split()[1] not in may], "done, but not said"


def words(operation: dict) -> str:
    return " ".join(w for w in (operation["operation"], operation["resource"], operation["node"]) if w)
