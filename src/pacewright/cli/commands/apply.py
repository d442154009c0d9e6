"""``pacewright apply``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pacewright.cli.plan_options import add_plan_options, options_of_saved, plan_options
from pacewright.model.errors import Exit, SpecError, StalePlan

if TYPE_CHECKING:
    from pacewright.cli.desired import Desired
    from pacewright.cli.plan_document import SavedPlan
    from pacewright.cli.session import Document, Session
    from pacewright.cluster.base import Cluster
    from pacewright.workflow.applying import Applied

DESCRIPTION = """\
Plans, asks, writes all changes in one compare-and-swap, and waits until the cluster has settled.
A plan saved by 'pacewright plan --out' is carried out without asking, if it still holds; it carries its own --forbid,
--adopt and --prune, and a --forbid given here counts too.

Exit codes: 0 as desired; 2 declined; 3 the configuration moved in conflict; 4 refused by --forbid; 5 settled, but not
as desired; 6 not settled in time; 7 no quorum; 1 an error.
"""
EXAMPLES = """\
examples:
  pacewright apply site.yaml
  pacewright apply site.yaml --yes --forbid restart,stop --wait 300
  pacewright apply site.plan
  pacewright apply imported.yaml --adopt
"""


_LONGEST = 30 * 86400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC|PLAN", help="spec, crmsh text, pcs commands, CIB, or a saved plan")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_plan_options(parser)
    waiting = parser.add_mutually_exclusive_group()
    waiting.add_argument(
        "--wait", metavar="SECONDS", type=seconds, default=600.0, help="bound of the wait (default 600)"
    )
    waiting.add_argument("--no-wait", action="store_true", help="exit 0 once written")


def seconds(text: str) -> float:
    """A whole or fractional number of seconds, with or without a unit."""
    from pacewright.model.values import milliseconds

    try:
        number = float(text)
    except ValueError:
        number = (milliseconds(text) or -1000) / 1000
    if not 0 <= number <= _LONGEST:
        raise argparse.ArgumentTypeError(f"'{text}' is no time from 0 to {_LONGEST} seconds")
    return number


def run(arguments: argparse.Namespace, session: Session) -> int:
    options = plan_options(arguments)
    from pacewright.cluster.observation import Observation

    cluster = session.cluster()
    observation = Observation(cluster)
    # Imported while the tools work.
    from pacewright.cli.conversation import Conversation
    from pacewright.cli.desired import read_desired
    from pacewright.cli.views.result import result_text
    from pacewright.workflow.applying import apply

    saved = _saved(arguments.spec)
    desired = _desired_of(saved) if saved else read_desired(arguments.spec)
    session.report(desired.source.placed(desired.source.loaded.reports))
    options = options_of_saved(saved.plan.options, options) if saved else options
    deployment = saved.plan.deployment if saved else desired.deployment
    talk = Conversation(session, arguments.yes, cluster.simulated, desired.source.placed)
    try:
        applied = apply(
            cluster, desired.configuration, deployment, options, talk, observation=observation,
            seconds=None if arguments.no_wait else arguments.wait, agreed=saved.plan if saved else None,
        )  # fmt: skip
    except SpecError as error:
        raise SpecError(desired.source.placed(error.reports)) from None
    finally:
        talk.end()
    undesired = applied.undesired()
    session.emit(_document(applied, undesired, cluster, desired), result_text)
    return Exit.NOT_AS_DESIRED if undesired else Exit.DONE


def _saved(path: str) -> SavedPlan | None:
    from pacewright.cli.plan_document import plan_from, saved_plan

    if path == "-":
        return None
    try:
        with open(path, "rb") as file:
            document = saved_plan(file.read())
    except OSError:
        return None  # reading it as a spec will say what is wrong
    return plan_from(document, path) if document else None


def _desired_of(saved: SavedPlan) -> Desired:
    from pacewright.cli.desired import file_digest, read_desired

    try:
        digest = file_digest(saved.spec)
    except OSError as error:
        raise StalePlan(f"the plan's spec {saved.spec} cannot be read: {error.strerror}") from None
    if digest != saved.digest:
        raise StalePlan(f"the spec {saved.spec} has changed since the plan was made")
    return read_desired(saved.spec)


def _document(applied: Applied, undesired: list[str], cluster: Cluster, desired: Desired) -> Document:
    from pacewright.cli.plan_document import plan_document

    status = applied.status
    return {
        "format": "pacewright-apply",
        "version": 1,
        "written": applied.written,
        "settled": status is not None,
        "as_desired": None if status is None else not undesired,
        "not_as_desired": [
            {"resource": name, "why": list(status.resources[name].why_not) if status else []} for name in undesired
        ],
        "simulated": cluster.simulated,
        "plan": plan_document(applied.plan, spec=desired.path, digest=desired.digest, simulated=cluster.simulated),
    }
