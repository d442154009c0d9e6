"""Makes cases for machines without a lab from what ``run.py --keep FOLDER`` has kept.

Usage: python tests/matrix/record.py FOLDER RELEASE [ROW or THEME ...]     RELEASE names the cases: live-RELEASE-ROW
A case: the CIB as the cluster had it (``live.xml``), the spec, the arguments, and what the cluster then executed.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import yaml

from matrix.rows import Row, rows

CASES = Path(__file__).parents[1] / "cases"
# Of an operation's result the scheduler reads none of these.
_UNREAD = ("crm-debug-origin", "exec-time", "queue-time", "exit-reason")


def main(words: list[str]) -> int:
    folder, release = Path(words[0]), words[1]
    for row in rows(words[2:]):
        kept = folder / row.slug
        if row.breaks:
            print(f"what follows from its failure is in no plan: {row.name}")
        elif (kept / "executed.json").exists():
            record(row, kept, CASES / f"live-{release}-{row.slug}")
        else:
            print(f"not kept: {row.name}")
    return 0


def record(row: Row, kept: Path, case: Path) -> None:
    case.mkdir(exist_ok=True)
    (case / "live.xml").write_text(compact((kept / "cib.xml").read_text()))
    (case / "after.yaml").write_text(f"# {row.theme}: {row.name}\n{(kept / 'after.yaml').read_text()}")
    if row.arguments:
        (case / "arguments").write_text(" ".join(row.arguments) + "\n")
    executed = [
        " ".join(w for w in key if w) for *key, n in json.loads((kept / "executed.json").read_text()) for _ in range(n)
    ]
    expected = {"executed": executed, **({"may": row.may} if row.may else {})}
    (case / "expected.yaml").write_text(yaml.safe_dump(expected, sort_keys=False, width=120))


def compact(cib: str) -> str:
    """The same to the scheduler, one object a line."""
    root = ElementTree.fromstring(cib)
    for element in root.iter():
        element.text = element.tail = None
        if element.tag == "lrm_rsc_op":
            for name in _UNREAD:
                element.attrib.pop(name, None)
    text = ElementTree.tostring(root, encoding="unicode")
    for tag in ("node_state", "lrm_resource", "primitive", "resources", "constraints", "status", "crm_config"):
        text = text.replace(f"<{tag}", f"\n<{tag}")
    return text + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
