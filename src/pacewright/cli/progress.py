"""One line on the terminal that says what is being waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pacewright.cli.session import Session

if TYPE_CHECKING:
    from pacewright.model.status import ClusterStatus

WIDTH = 100


class Progress:
    """Called with each status while waiting. Silent where standard error is no terminal, and with ``--json``."""

    def __init__(self, session: Session) -> None:
        self.session, self.started, self.shown = session, time.monotonic(), False
        self.wanted = session.err.isatty() and not session.json

    def __call__(self, status: ClusterStatus) -> None:
        if not self.wanted:
            return
        waiting = [r.id for r in status.resources.values() if r.parent is None and not r.as_desired]
        flying = [f"{f.operation} {f.resource} on {f.node}" for f in status.in_flight]
        text = f"waiting {time.monotonic() - self.started:.0f} s: {'; '.join(flying[:2] or waiting[:4]) or 'to settle'}"
        self.session.err.write(f"\r{text[:WIDTH]:<{WIDTH}}")
        self.session.err.flush()
        self.shown = True

    def end(self) -> None:
        """Clears the line."""
        if self.shown:
            self.session.err.write(f"\r{'':<{WIDTH}}\r")
            self.session.err.flush()
