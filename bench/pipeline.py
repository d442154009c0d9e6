"""A spec read, checked, composed and compared with a CIB, in this process: no cluster, no scheduler.

Usage: pipeline.py SPEC CIB     prints {"changes": N, "peak_mib": M}; its caller takes the time.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from pacewright.cib.checks.check import check
from pacewright.cib.desired.comparison import compare
from pacewright.cib.desired.compose import compose
from pacewright.sources import cib, spec


def main(spec_path: str, cib_path: str) -> None:
    desired = spec.read(Path(spec_path).read_bytes(), spec_path).configuration
    live = cib.read(Path(cib_path).read_bytes(), cib_path).configuration
    errors = [report for report in check(desired) if report.severity == "error"]
    changes = compare(live, compose(live, desired, "bench").desired)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"errors": len(errors), "changes": len(changes), "peak_mib": round(peak, 1)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
