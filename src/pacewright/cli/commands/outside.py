"""``pacewright outside``: what services outside Pacemaker need, written, checked, installed."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pacewright.model.errors import Exit, InputError, UsageError
from pacewright.model.report import Place, Report, Severity

if TYPE_CHECKING:
    from pacewright.architectures.outside import Outside
    from pacewright.cli.input import Source
    from pacewright.cli.session import Document, Session

FORMS = ("files", "hiera", "ansible")
DESCRIPTION = """\
What the services of an OpenStack deployment need that Pacemaker does not run: units that systemd enables, drop-ins that
make it restart them for ever, and settings with which they wait for database and broker for ever. Without options: a
table for each node. --to writes files for systemd and oslo.config, for Puppet (hiera), or variables for Ansible.

--check looks at every node. --install writes drop-ins and settings there, enables units, and disables those that
Pacemaker runs; it never starts, stops or restarts one. A running service has a new setting after its next restart.
"""
EXAMPLES = """\
exit codes: 0 written, or as it must be; 1 a mistake, or a node that was not reached; 2 findings on nodes

examples:
  pacewright outside cloud.yaml
  pacewright outside cloud.yaml --to hiera -o /etc/puppetlabs/code/data/nodes
  pacewright outside cloud.yaml --check --cluster ssh:controller-0
  pacewright outside cloud.yaml --install
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC", help="a spec with a section 'openstack'; - is standard input")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--to", choices=FORMS, help="write files for the nodes themselves, for Puppet, or for Ansible")
    what.add_argument("--check", action="store_true", help="look on every node whether it is so; changes nothing")
    what.add_argument("--install", action="store_true", help="make it so on every node; starts and stops nothing")
    parser.add_argument("-o", "--output", metavar="DIR", help="with --to: the folder to write into")


def run(arguments: Namespace, session: Session) -> int:
    from pacewright.architectures.outside import outside
    from pacewright.cli.input import read_source
    from pacewright.cli.outside_document import outside_document
    from pacewright.cli.views.outside import outside_text

    if (arguments.to is None) != (arguments.output is None):
        raise UsageError("--to needs -o DIR" if arguments.to else "-o DIR needs --to")
    source = read_source(arguments.spec)
    if source.loaded.deployment is None:
        message = "no section 'openstack': nothing is known to run outside Pacemaker"
        raise InputError([Report("no-deployment", message, place=Place(source.name))])
    found = outside(source.loaded.deployment)
    reports = _problems(found, source)
    document, code = outside_document(found), Exit.DONE
    if arguments.to is not None:
        document["files"] = _write(found, arguments.to, arguments.output)
    if arguments.to in (None, "files"):
        reports += _unread(found)
    if arguments.check or arguments.install:
        code = _on_nodes(found, document, session, install=arguments.install)
    from pacewright.cli.session import report_document

    document["reports"] = [report_document(report) for report in reports]
    session.emit(document, outside_text)
    session.report(reports)
    return int(code)


def _problems(found: Outside, source: Source) -> list[Report]:
    """What could not be found out. Raises InputError where it is a mistake."""
    reports = []
    for each in found.problems:
        severity = Severity.WARNING if each.warning else Severity.ERROR
        reports.append(Report(each.code, each.message, severity, _place(each.path, source), each.suggestion))
    if any(report.severity is Severity.ERROR for report in reports):
        raise InputError(reports)
    return reports


def _place(path: str, source: Source) -> Place:
    return source.loaded.place_of(f"openstack/{path}") or Place(source.name)


def _unread(found: Outside) -> list[Report]:
    """Releases whose programs do not look into FILE.d by themselves."""
    from pacewright.architectures.oslo import FOLDERS_SINCE
    from pacewright.architectures.outside_forms import settings_path
    from pacewright.catalogue.releases import within

    if within(found.release, FOLDERS_SINCE, None):
        return []
    paths = {v.file for here in found.nodes for v in here.settings}
    unread = sorted(p for p in paths if settings_path(p, found.distribution).startswith(f"{p}.d/"))
    named = ", ".join(path.rpartition("/")[2] for path in unread)
    message = f"programs of {found.release} read the folders beside {named} with --config-dir only"
    hint = f"by themselves since {FOLDERS_SINCE}; --to hiera and --to ansible set options in the files themselves"
    return [Report("folder-not-read", message, Severity.WARNING, suggestion=hint)] if unread else []


def _write(found: Outside, form: str, folder: str) -> list[str]:
    """Paths of the files written."""
    from pacewright.architectures.outside_forms import FORMS as WRITERS
    from pacewright.cluster.files import write_atomically

    for here in found.nodes:
        if "/" in here.node or here.node in ("", ".", ".."):
            raise UsageError(f"'{here.node}' cannot be the name of a file")
    written = []
    for name, text in WRITERS[form](found).items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomically(path, text)
        written.append(path)
    return written


def _on_nodes(found: Outside, document: Document, session: Session, *, install: bool) -> Exit:
    """Looks at all nodes at once, and mends them before if that is asked for. Fills in the document."""
    from pacewright.cli.session import report_document
    from pacewright.cluster.nodes import ask, report_left_out
    from pacewright.cluster.outside.install import install as install_on
    from pacewright.cluster.outside.judge import judge
    from pacewright.cluster.outside.look import look
    from pacewright.cluster.runner import Runner

    by_name = {here.node: here for here in found.nodes}

    def one(node: str, runner: Runner) -> tuple[list[str], list[Report]]:
        here = by_name[node]
        done = install_on(runner, here, found.release, found.distribution) if install else []
        return done, judge(here, look(runner, here, found.release, found.distribution), found.distribution)

    answers = ask(session.cluster(), by_name, one)
    document["done"] = {node: done for node, (done, _) in answers.values.items()} if install else None
    document["findings"] = [
        {"node": node, **report_document(report)} for node, (_, reports) in answers.values.items() for report in reports
    ]  # fmt: skip
    document["left_out"] = dict(answers.left_out)
    if answers.left_out:
        what = "not installed" if install else "not looked at"
        session.report(report_left_out(answers.left_out, what, Severity.ERROR))
        return Exit.ERROR
    return Exit.PENDING if document["findings"] else Exit.DONE
