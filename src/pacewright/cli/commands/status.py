"""``pacewright status``: the whole cluster, or the resources asked for."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pacewright.model.errors import Exit, InputError

if TYPE_CHECKING:
    from pacewright.cli.session import Session
    from pacewright.model.status import ClusterStatus, ResourceStatus

DESCRIPTION = "Shows nodes, resources, failures, and why something is not running. Reads the cluster once."
EXAMPLES = """\
exit codes: 0 as desired; 2 a resource asked for (all, without ID) is not, or, without ID, a node is offline or unclean;
  1 unknown ID; 7 the cluster cannot be read

examples:
  pacewright status
  pacewright status p_IP g_web
  pacewright status ms_db:0 --json
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="a resource, or one of its instances (ms_db:0)")


def run(arguments: Namespace, session: Session) -> int:
    from pacewright.cluster.observation import Observation

    cluster = session.cluster()
    observation = Observation(cluster)
    # Imported while the tools work.
    from pacewright.cib.status.cluster import cluster_status
    from pacewright.cli.views.status import document, render

    root = observation.snapshot.root
    simulation = observation.simulation
    status = cluster_status(root, simulation.answer, simulation.graph, cluster.hidden_ids)
    asked = [find(status, i) for i in arguments.ids] if arguments.ids else None
    shown = document(status, cluster.name, asked)
    session.emit(shown, render)
    return int(Exit.DONE if shown["as_desired"] else Exit.PENDING)


def find(status: ClusterStatus, identity: str) -> ResourceStatus:
    """The resource or instance of that id. Raises InputError with a suggestion."""
    found = status.find(identity)
    if found is None:
        from pacewright.model.report import Report, did_you_mean

        suggestion = did_you_mean(identity, status.resources)
        raise InputError([Report("unknown-resource", f"no resource '{identity}'", suggestion=suggestion)])
    return found
