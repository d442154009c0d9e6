"""What apply asks and tells on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pacewright.cli.asking import agreed
from pacewright.cli.plan_document import plan_document
from pacewright.cli.progress import Progress
from pacewright.cli.session import Session, Style, wants_colour
from pacewright.cli.views.plan import plan_text

if TYPE_CHECKING:
    from pacewright.model.plan import Plan
    from pacewright.model.report import Report
    from pacewright.model.status import ClusterStatus


class Conversation:
    """On standard error, so that standard output has the result alone. ``yes``: do not ask.

    ``placed``: gives reports their lines in the spec.
    """

    def __init__(
        self, session: Session, yes: bool, simulated: bool, placed: Callable[[Iterable[Report]], list[Report]] = list
    ) -> None:
        self.session, self.yes, self.simulated, self.placed = session, yes, simulated, placed
        self.progress = Progress(session)

    def report(self, plan: Plan) -> None:
        self.session.report(self.placed(plan.reports))

    def confirm(self, plan: Plan) -> bool:
        """Shows the plan and asks; without a terminal only ``--yes`` says yes."""
        self._show(plan)
        return agreed(self.session, "Apply?", yes=self.yes, refusal="not applied")

    def refused(self, plan: Plan) -> None:
        self._show(plan)

    def _show(self, plan: Plan) -> None:
        if not self.session.json:
            document = plan_document(plan, simulated=self.simulated)
            self.session.say(plan_text(document, Style(wants_colour(self.session.err))).rstrip("\n"))

    def written(self, plan: Plan) -> None:
        """Whoever interrupts us from now on shall know."""
        if self.progress.wanted:
            self.session.say(f"{len(plan.changes)} changes written")

    def waiting(self, status: ClusterStatus) -> None:
        self.progress(status)

    def end(self) -> None:
        self.progress.end()
