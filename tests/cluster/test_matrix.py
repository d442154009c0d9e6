"""A handful of rows of the prediction matrix on the shared lab. All rows: tests/matrix/run.py (``make soak``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from laboratory import Laboratory
from matrix.engine import Engine
from matrix.places import Lab
from matrix.rows import Row, rows
from matrix.table import line

HANDFUL = rows(
    [
        "reloadable parameter", "parameter in the middle of a chain", "secret parameter", "location added",
        "clone into primitive", "member added in the middle", "what goes with the promoted one",
        "live migration", "deletion of what others depend on", "standby",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(lab: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    lab.reset()
    judge = Engine(Lab(lab.name, lab.nodes), tmp_path_factory.mktemp("specs"))
    yield judge
    judge.reset()  # ends what a row that failed has left, which the lab's own reset cannot
    lab.reset()


@pytest.mark.parametrize("row", HANDFUL, ids=[row.slug for row in HANDFUL])
def test_the_cluster_does_what_the_plan_said(engine: Engine, row: Row) -> None:
    result = engine.run(row)
    assert result.passed, line(result)
