"""Runs rows of the prediction matrix on a lab that is up, and prints the table.

Usage: python tests/matrix/run.py LAB [ROW or THEME ...] [--table FILE] [--keep FOLDER] [--list]
Exit code 0 when recall and precision are both 1.00 and no row failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from engine import Engine, Result, totals
from places import Lab
from table import line, table

from rows import rows, text


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab")
    parser.add_argument("rows", nargs="*", help="names or themes; all without")
    parser.add_argument("--table", type=Path, help="write the table there, as Markdown")
    parser.add_argument("--keep", type=Path, help="keep CIB, specs, plan and executed operations of each row there")
    parser.add_argument("--bundles", action="store_true", help="rows that need containers, too")
    parser.add_argument("--list", action="store_true", help="name the rows and end")
    given = parser.parse_args(words)
    chosen = [row for row in rows(given.rows) if given.bundles or row.needs != "bundles"]
    if given.list:
        print("\n".join(f"{row.theme}: {row.name}" for row in chosen))
        return 0
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        engine = Engine(Lab(given.lab), Path(scratch))
        for row in chosen:
            results.append(engine.run(row))
            print(line(results[-1]), flush=True)
            if given.keep:
                keep(results[-1], given.keep)
        engine.reset()
    print(table(results))
    if given.table:
        given.table.write_text(table(results))
    recall, precision, _ = totals(results)
    return 0 if recall == precision == 1.0 and all(r.passed for r in results) else 1


def keep(result: Result, folder: Path) -> None:
    """All that a later look, or a recorded case, needs."""
    place = folder / result.row.slug
    place.mkdir(parents=True, exist_ok=True)
    (place / "before.yaml").write_text(text(result.row.before))
    (place / "after.yaml").write_text(text(result.row.after))
    (place / "cib.xml").write_text(result.cib)
    (place / "plan.json").write_text(json.dumps(result.plan, indent=1))
    if result.comparison is not None:
        executed = sorted([*key, count] for key, count in result.comparison.executed.items())
        (place / "executed.json").write_text(json.dumps(executed, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
