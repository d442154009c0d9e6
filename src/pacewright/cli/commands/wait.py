"""``pacewright wait``."""

from __future__ import annotations

import argparse
import time

from pacewright.cli.commands.apply import seconds
from pacewright.cli.progress import Progress
from pacewright.cli.session import Session
from pacewright.cli.views.result import wait_text
from pacewright.model.errors import Exit

DESCRIPTION = """\
Waits until the cluster has settled: no operation in flight, nothing that the scheduler wants to do, the DC idle.

Exit codes: 0 settled, as desired; 5 settled, but not as desired; 6 not settled in time; 7 no cluster or no quorum.
"""
EXAMPLES = """\
examples:
  pacewright wait
  pacewright wait --timeout 60 && echo settled
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timeout", metavar="S", type=seconds, default=600.0, help="seconds (default 600)")


def run(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.workflow.settling import settle

    cluster = session.cluster()
    started = time.monotonic()
    progress = Progress(session)
    try:
        _, status = settle(cluster, started + arguments.timeout, progress=progress)
    finally:
        progress.end()
    undesired = [r for r in status.resources.values() if r.parent is None and not r.as_desired]
    document = {
        "format": "pacewright-wait",
        "version": 1,
        "settled": True,
        "seconds": round(time.monotonic() - started, 1),
        "not_as_desired": [{"resource": r.id, "why": list(r.why_not)} for r in undesired],
    }
    session.emit(document, wait_text)
    return Exit.NOT_AS_DESIRED if undesired else Exit.DONE
