"""``pacewright check``: all problems of a configuration at once. Asks for nothing and changes nothing."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from dataclasses import replace

from pacewright.cib.checks.check import check
from pacewright.cib.document import cib_document
from pacewright.cli.input import read_source
from pacewright.cli.session import Document, Session, Style, report_document
from pacewright.cluster.agents import InstalledAgents
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.tools import simulate
from pacewright.cluster.validate import judge
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Exit, SpecError
from pacewright.model.report import Report, one_line
from pacewright.model.resources import Bundle
from pacewright.sources.formats import MODULES

DESCRIPTION = (
    "Validates a configuration in any format: every problem with file, line, code and suggestion.\n"
    "Exit code 1 when there are errors; warnings are none. With --cluster: against that cluster's nodes and schema."
)
EXAMPLES = """\
examples:
  pacewright check site.yaml
  pacewright check cib.xml --json
"""
_COLOURS = {"error": "red", "warning": "yellow", "info": "grey"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC", help="a file in any format; - is standard input")
    parser.add_argument("--from", dest="source_format", choices=sorted(MODULES), help="default: guessed")


def run(arguments: Namespace, session: Session) -> int:
    found, judged = problems(arguments.spec, arguments.source_format, session)
    reports = sorted(found, key=_position)
    document = {
        "format": "pacewright-check", "version": 1, "file": arguments.spec, "judged": judged,
        "reports": [report_document(r) for r in reports],
    }  # fmt: skip
    session.emit(document, _text)
    return int(Exit.ERROR if any(r.severity == "error" for r in reports) else Exit.DONE)


def problems(path: str, source_format: str | None, session: Session) -> tuple[list[Report], bool]:
    """What reading it and judging it finds, and whether it was judged: a text that cannot be read is not."""
    try:
        source = read_source(path, source_format)
    except SpecError as error:
        return [*error.reports, *_beside(error)], False
    configuration, schema, nodes, runner = source.loaded.configuration, None, None, None
    asked: list[Report] = []
    if session.cluster_name or os.environ.get("PACEWRIGHT_CLUSTER"):
        cluster = session.cluster()
        snapshot, runner = cluster.read(), cluster.runner
        schema = snapshot.root.get("validate-with")
        nodes = [n.name or n.id or "" for n in snapshot.configuration.nodes] or None
        asked = _asked_of_hosts(cluster, snapshot, configuration)
    document = cib_document(configuration, source.loaded.original)
    found = judge(configuration, document, schema=schema, nodes=nodes, runner=runner)
    if asked:
        from pacewright.cluster.agents_on_nodes import with_answers

        found = with_answers(found, asked)
    return source.placed([*source.loaded.reports, *found]), True


def _asked_of_hosts(cluster: Cluster, snapshot: Snapshot, configuration: Configuration) -> list[Report]:
    """What the nodes that may run bundles lack."""
    if not any(isinstance(r, Bundle) for r in configuration.resources):
        return []
    from pacewright.cluster.bundle_hosts import has_hosts, unfit_hosts

    if not has_hosts(cluster, snapshot.configuration):
        return []
    simulation = simulate(cluster.runner, snapshot.data, graph=False, validated=cluster.validated)
    return unfit_hosts(cluster, configuration, simulation, live=snapshot.configuration, hint="")


def _beside(error: SpecError) -> list[Report]:
    """What is wrong with the part that could be read, less what may only follow from the part that could not."""
    if error.partial is None:
        return []
    lines = {r.place.line for r in error.reports if r.place}
    found = check(error.partial.configuration, metadata=InstalledAgents())
    placed = [replace(r, place=error.partial.place_of(r.subject)) for r in found if r.subject]
    return [
        r for r in placed
        if r.place and r.place.line not in lines and not r.code.startswith(("no-", "missing-", "dangling-", "schema"))
    ]  # fmt: skip


def _position(report: Report) -> int:
    return (report.place.line or 0) if report.place else 0


def _text(document: Document, style: Style) -> str:
    lines = [_line(each, style) for each in document["reports"]]
    counts = [sum(r["severity"] == word for r in document["reports"]) for word in ("error", "warning")]
    summary = "nothing to report" if not lines else f"errors: {counts[0]}, warnings: {counts[1]}"
    if not document["judged"]:
        summary += "; what it says could not all be judged: more may appear once the errors are mended"
    return "\n".join([*lines, f"{document['file']}: {summary}"])


def _line(report: Document, style: Style) -> str:
    place = f"{report['file']}:{report['line']}" if report["line"] else str(report["file"])
    name = f"{report['subject']}: " if report["subject"] else ""
    hint = f" ({report['suggestion']})" if report["suggestion"] else ""
    word = style(_COLOURS[report["severity"]], report["severity"])
    told = one_line(f"{name}{report['message']}{hint}")
    return f"{place}: {word}: {told} [{report['code']}]"
