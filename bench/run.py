"""Measures pacewright beside pcs, crmsh and the raw tools in one run: a table, and bench/results/DATE.json.

Exit code 0 when every figure is within its bar, 1 when one is not, or when something measured did not work.
Only ratios say something: seconds are this machine's, now. About four minutes, most of it a hundred pcs calls.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import Failed, Row
from rows import rows

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> int:
    missing = [name for name in ("pcs", "crm", "crm_simulate", "cibadmin") if shutil.which(name) is None]
    if missing:
        print(f"bench: not installed: {', '.join(missing)}")
        return 1
    measured: list[Row] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="pw-bench-") as work:
        print(f"{'work':<46}{'beside':<46}{'ours':>9}{'peer':>9}{'ratio':>8}{'bar':>6}")
        try:
            for row in rows(Path(work)):
                measured.append(row)
                print(line(row), flush=True)
        except Failed as failure:
            print(f"bench: {failure}")
            failed = True
    path = save(measured)
    missed = [row.work.strip() for row in measured if not row.met]
    print(f"{len(measured) - len(missed)} of {len(measured)} within their bars; written to {path}")
    return 1 if missed or failed else 0


def line(row: Row) -> str:
    figures = f"{figure(row.ours, row.unit):>9}{figure(row.peer, row.unit):>9}{row.ratio:>8.3f}{row.bar:>6g}"
    notes = "; ".join(f"{name}: {value}" for name, value in row.notes.items())
    return f"{row.work:<46}{row.peer_name:<46}{figures}  {'ok' if row.met else 'MISSED'}{'  ' + notes if notes else ''}"


def figure(value: float, unit: str) -> str:
    return f"{value:.3f} s" if unit == "s" else f"{value:.0f} {unit}"


def save(measured: list[Row]) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    document = {
        "format": "pacewright-bench", "version": 1, "date": now, "commit": commit(),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "kernel": platform.release()},
        "rows": [
            {"work": r.work.strip(), "beside": r.peer_name, "ours": round(r.ours, 4), "peer": round(r.peer, 4),
             "unit": r.unit, "ratio": round(r.ratio, 4), "bar": r.bar, "met": r.met, "notes": r.notes}
            for r in measured
        ],
    }  # fmt: skip
    path = RESULTS / f"{now.replace(':', '')}.json"
    path.write_text(json.dumps(document, indent=2) + "\n")
    return path


def commit() -> str | None:
    command = ["git", "-C", str(RESULTS.parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


if __name__ == "__main__":
    sys.exit(main())
