"""``pacewright explain``: why a resource runs where it runs, or why not."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pacewright.cib.status.cluster import cluster_status
from pacewright.cib.status.explain import explain
from pacewright.cli.commands.status import find
from pacewright.cli.session import Document, Session
from pacewright.cli.views.explain import document, origin_text, render
from pacewright.cluster.observation import Observation
from pacewright.model.errors import Exit, InputError
from pacewright.model.report import Place, Report, did_you_mean

DESCRIPTION = "Why a resource runs where it runs, or does not: scores, constraints, failures, the operator's hand."
EXAMPLES = """\
examples:
  pacewright explain p_IP
  pacewright explain ms_db:0 --json
  pacewright explain haproxy-clone --origin cloud.yaml    # which rule of the architecture made it
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a resource, or one of its instances (ms_db:0)")
    parser.add_argument("--origin", metavar="SPEC", help="which rule of an architecture made it; also a constraint")


def run(arguments: Namespace, session: Session) -> int:
    if arguments.origin is not None:
        session.emit(_origins(arguments.id, arguments.origin), origin_text)
        return int(Exit.DONE)
    cluster = session.cluster()
    observation = Observation(cluster)
    root, simulation = observation.snapshot.root, observation.simulation
    status = cluster_status(root, simulation.answer, simulation.graph, cluster.hidden_ids)
    found = explain(root, simulation.answer, status, find(status, arguments.id))
    session.emit(document(found, cluster.name), render)
    return int(Exit.DONE)


def _origins(name: str, path: str) -> Document:
    """What of a spec is called so, with the rule behind it. Raises InputError where nothing is."""
    from pacewright.cib.address import objects_of
    from pacewright.cli.input import read_source

    source = read_source(path)
    origins = source.loaded.origins
    known = [*origins, *(a for a in objects_of(source.loaded.configuration) if a not in origins)]
    found = [address for address in known if name in (address, address.partition(" ")[2])]
    if not found:
        suggestion = did_you_mean(name[:100], (address.partition(" ")[2] for address in known))
        message = f"nothing in it is called '{name[:100]}'"
        raise InputError([Report("unknown-object", message, place=Place(source.name), suggestion=suggestion)])
    objects = []
    for address in found:
        origin, place = origins.get(address), source.loaded.place_of(address) or Place(source.name)
        objects.append({
            "address": address, "rule": origin and origin.rule, "path": origin and origin.path,
            "file": place.file, "line": place.line,
        })  # fmt: skip
    return {"format": "pacewright-origin", "version": 1, "objects": objects}
