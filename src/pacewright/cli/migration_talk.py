"""What ``migrate`` asks and tells while it works."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pacewright.cli.asking import agreed
from pacewright.cli.progress import Progress
from pacewright.cli.session import Session, Style, wants_colour

if TYPE_CHECKING:
    from pacewright.model.status import ClusterStatus
    from pacewright.operations.migrate.preparing import Migration


class MigrationTalk:
    """Steps go to standard error, with the seconds since the first; nothing does with ``--json``."""

    def __init__(self, session: Session, yes: bool) -> None:
        self.session, self.yes = session, yes
        self.progress, self.began = Progress(session), time.monotonic()

    def report(self, migration: Migration) -> None:
        if self.session.json:
            return
        from pacewright.cli.migration_document import migration_document
        from pacewright.cli.views.migrate import migration_text

        self.session.report(migration.reports)
        self.session.say(migration_text(migration_document(migration), Style(wants_colour(self.session.err))).rstrip())

    def confirm(self, _migration: Migration) -> bool:
        return agreed(self.session, "Go on?", yes=self.yes, refusal="not done")

    def step(self, text: str) -> None:
        if not self.session.json:
            self.progress.end()
            self.session.say(f"{time.monotonic() - self.began:6.1f} s  {text}")

    def waiting(self, status: ClusterStatus) -> None:
        self.progress(status)

    def end(self) -> None:
        self.progress.end()
