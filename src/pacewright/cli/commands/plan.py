"""``pacewright plan``."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from pacewright.cli.plan_options import add_plan_options, plan_options
from pacewright.model.errors import Exit, SpecError, UsageError

if TYPE_CHECKING:
    from pacewright.cli.session import Session

DESCRIPTION = """\
Shows every change that the spec makes to the cluster's configuration and everything that Pacemaker will do because of
it, until it has settled, computed by Pacemaker's own scheduler. Nothing is written.

Exit codes: 0 nothing to do; 2 changes pending; 4 an effect that --forbid names; 1 an error in the spec.
"""
EXAMPLES = """\
examples:
  pacewright plan site.yaml
  pacewright plan site.yaml --forbid restart,stop
  pacewright plan site.yaml --out site.plan && pacewright apply site.plan
  pacewright plan folsom.crm --cluster embedded --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC", help="spec, crmsh text, pcs commands or CIB; '-' for standard input")
    parser.add_argument("--out", metavar="PLAN", help="save the plan, for 'pacewright apply PLAN'")
    add_plan_options(parser)


def run(arguments: argparse.Namespace, session: Session) -> int:
    if arguments.out and arguments.spec == "-":
        raise UsageError("--out needs a spec in a file: a saved plan names the spec that it was made from")
    options = plan_options(arguments)
    from pacewright.cluster.observation import Observation

    cluster = session.cluster()
    observation = Observation(cluster)
    # Imported while the tools work.
    from pacewright.cli.desired import read_desired
    from pacewright.cli.plan_document import is_saved_plan, plan_document
    from pacewright.cli.views.plan import plan_text
    from pacewright.cluster.files import write_atomically
    from pacewright.workflow.planning import plan

    if is_saved_plan(arguments.spec):
        raise UsageError(f"{arguments.spec} is a saved plan: 'pacewright apply {arguments.spec}' carries it out")
    desired = read_desired(arguments.spec)
    session.report(desired.source.placed(desired.source.loaded.reports))
    try:
        planned = plan(cluster, desired.configuration, desired.deployment, options, observation)
    except SpecError as error:
        raise SpecError(desired.source.placed(error.reports)) from None
    document = plan_document(planned.plan, spec=desired.path, digest=desired.digest, simulated=cluster.simulated)
    if arguments.out:
        write_atomically(arguments.out, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    session.report(desired.source.placed(planned.plan.reports))
    session.emit(document, plan_text)
    if arguments.out:
        session.say(f"saved: 'pacewright apply {arguments.out}' carries it out")
    if planned.plan.forbidden:
        return Exit.FORBIDDEN
    return Exit.PENDING if planned.plan.changes else Exit.DONE
