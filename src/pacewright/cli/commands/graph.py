"""``pacewright graph``: resources and constraints as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from pacewright.cib.graph.alike import merged
from pacewright.cib.graph.build import build
from pacewright.cib.graph.compare import compare
from pacewright.cib.graph.dot import dot_text
from pacewright.cib.graph.svg import finished_svg
from pacewright.cib.graph.values import Graph, document
from pacewright.cli.input import read_source
from pacewright.cli.session import Session
from pacewright.cluster.files import write_atomically
from pacewright.cluster.graphviz import layout
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Exit, InputError, UsageError
from pacewright.model.report import Place, Report

FORMATS = ("dot", "svg", "html")
DESCRIPTION = "Resources and constraints as a picture. Parameter values are never shown."
EXAMPLES = """\
examples:
  pacewright graph site.yaml -o site.html
  pacewright graph --cluster live --format svg > now.svg
  pacewright graph cib.xml --compare site.yaml -o change.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "spec", nargs="?", metavar="SPEC", help="file in any format, - for standard input (default: the cluster)"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of PATH, else svg")
    parser.add_argument("-o", "--output", metavar="PATH", help="default: standard output")
    parser.add_argument("--compare", metavar="OTHER", help="mark what differs in OTHER: added, removed, changed")


def run(arguments: argparse.Namespace, session: Session) -> Exit:
    if session.json and (arguments.output or arguments.format):
        raise UsageError("graph: --json prints to standard output, without --format and -o")
    if arguments.spec == "-" == arguments.compare:
        raise UsageError("graph: only one of the two can be standard input")
    graph, title = _graph(arguments, session)
    if session.json:
        session.emit(document(graph), lambda _document, _style: "")
    else:
        _deliver(_picture(merged(graph), _format(arguments), title), arguments.output, session)
    return Exit.DONE


def _graph(arguments: argparse.Namespace, session: Session) -> tuple[Graph, str]:
    """The graph and its title."""
    hidden: frozenset[str] = frozenset()
    if arguments.spec is None:
        cluster = session.cluster()
        configuration, title = cluster.read().configuration, f"cluster {cluster.name}"
        hidden = getattr(cluster, "hidden_ids", frozenset())
    else:
        configuration, title = _load(arguments.spec, session), arguments.spec
    if arguments.compare is None:
        return build(configuration, hidden), title
    other = _load(arguments.compare, session)
    return compare(configuration, other, hidden), f"{title} → {arguments.compare}"


def _load(path: str, session: Session) -> Configuration:
    """A file's configuration. Warnings go to standard error."""
    loaded = read_source(path).loaded
    session.report(loaded.reports)
    return loaded.configuration


def _format(arguments: argparse.Namespace) -> str:
    if arguments.format:
        return str(arguments.format)
    ending = Path(arguments.output or "").suffix.lstrip(".").lower()
    if ending and ending not in FORMATS:
        raise UsageError(
            f"-o {arguments.output}: no picture format ends like this; known: {', '.join(FORMATS)} (or --format)"
        )
    return ending or "svg"


def _picture(graph: Graph, kind: str, title: str) -> str:
    if kind == "dot":
        return dot_text(graph)
    on_page = kind == "html"
    svg = finished_svg(graph, layout(dot_text(graph, tooltips=False, with_legend=not on_page)))
    if not on_page:
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + svg + "\n"
    from pacewright.cli.views.graph.page import page_text

    return page_text(graph, svg, title)


def _deliver(text: str, path: str | None, session: Session) -> None:
    if path is None or path == "-":
        session.out.write(text)
        session.out.flush()
        return
    try:
        write_atomically(path, text)
    except OSError as error:
        raise InputError(
            [Report("unwritable-file", f"cannot be written: {error.strerror}", place=Place(path))]
        ) from None
