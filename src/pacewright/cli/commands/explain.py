"""``pacewright explain``: why a resource runs where it runs, or why not."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.status.explain import explain
from pacewright.cli.commands.status import find
from pacewright.cli.session import Session
from pacewright.cli.views.explain import document, render
from pacewright.cluster.observation import Observation
from pacewright.model.errors import Exit

DESCRIPTION = "Why a resource runs where it runs, or does not: scores, constraints, failures, the operator's hand."
EXAMPLES = """\
examples:
  pacewright explain p_IP
  pacewright explain ms_db:0 --json
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a resource, or one of its instances (ms_db:0)")


def run(arguments: Namespace, session: Session) -> int:
    cluster = session.cluster()
    observation = Observation(cluster)
    root, simulation = observation.snapshot.root, observation.simulation
    status = cluster_status(root, simulation.answer, simulation.graph, cluster.hidden_ids)
    found = explain(root, simulation.answer, status, find(status, arguments.id))
    session.emit(document(found, cluster.name), render)
    return int(Exit.DONE)
