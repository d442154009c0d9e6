"""Runs rows of the prediction matrix on a lab that is up, and prints the table.

Usage: python tests/matrix/run.py LAB [ROW or THEME ...] [--table FILE] [--keep FOLDER] [--list]
Exit code 0 when recall and precision are both 1.00 and no row failed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from matrix.engine import Engine, Result, RowFailed, compared, require_as_said, totals
from matrix.observation import Event
from matrix.places import Lab
from matrix.rows import Row, rows, text
from matrix.table import line, table


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab")
    parser.add_argument("rows", nargs="*", help="names or themes; all without")
    parser.add_argument("--table", type=Path, help="write the table there, as Markdown")
    parser.add_argument("--keep", type=Path, help="keep CIB, specs, plan and executed operations of each row there")
    parser.add_argument("--again", action="store_true", help="judge what --keep has kept; the lab is not asked")
    parser.add_argument("--title", default="Predictions", help="of the table")
    parser.add_argument("--bundles", action="store_true", help="rows that need containers, too")
    parser.add_argument("--list", action="store_true", help="name the rows and end")
    given = parser.parse_args(words)
    chosen = [row for row in rows(given.rows) if given.bundles or row.needs != "bundles"]
    if given.list:
        print("\n".join(f"{row.theme}: {row.name}" for row in chosen))
        return 0
    if given.again:
        return conclude([kept(row, given.keep) for row in chosen], given)
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        engine = Engine(Lab(given.lab), Path(scratch))
        if given.bundles:
            engine.prepare_containers()
        for row in chosen:
            results.append(engine.run(row))
            print(line(results[-1]), flush=True)
            if given.keep:
                keep(results[-1], given.keep)
        engine.reset()
    return conclude(results, given)


def conclude(results: list[Result], given: argparse.Namespace) -> int:
    """Prints the table, writes it where that was asked for."""
    told = table(results, given.title)
    print(told)
    if given.table:
        given.table.write_text(told)
    recall, precision, _ = totals(results)
    return 0 if recall == precision == 1.0 and all(r.passed for r in results) else 1


def keep(result: Result, folder: Path) -> None:
    """All that a later look, or a recorded case, needs."""
    place = folder / result.row.slug
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "before.yaml").write_text(text(result.row.before))
    (place / "after.yaml").write_text(text(result.row.after))
    (place / "cib.xml").write_text(result.cib)
    (place / "plan.json").write_text(json.dumps(result.plan, indent=1))
    (place / "problem").write_text(result.problem)
    if result.comparison is not None:
        executed = sorted([*key, count] for key, count in result.comparison.executed.items())
        (place / "executed.json").write_text(json.dumps(executed, indent=1))
        (place / "events.json").write_text(json.dumps(result.events, indent=1))


def kept(row: Row, folder: Path) -> Result:
    """A row's result, judged anew from what was kept of it."""
    place = folder / row.slug
    result = Result(row)
    try:
        result.plan = json.loads((place / "plan.json").read_text())
        result.events = [Event(*event) for event in json.loads((place / "events.json").read_text())]
    except OSError:
        result.problem = "not run, or without a result"
        return result
    result.cib = (place / "cib.xml").read_text()
    result.comparison = compared(result)
    try:
        require_as_said(row, result.plan)
    except RowFailed as error:
        result.problem = str(error)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
