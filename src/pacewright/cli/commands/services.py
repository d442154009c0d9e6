"""``pacewright services``: what the catalogue knows."""

from __future__ import annotations

import platform
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pacewright.model.errors import Exit, UsageError

if TYPE_CHECKING:
    from pacewright.cli.session import Session

DISTRIBUTIONS = ("rhel", "debian", "ubuntu")
DESCRIPTION = """\
Shows the catalogue of OpenStack services and what they stand on: systemd units, ports, configuration, what each needs,
and how Pacemaker runs it in each architecture. With NAME everything that is known about one, each fact with its source
and how certain it is: verified (read in the source), derived, convention (a naming rule), memory (unverified).

Files of a site are checked on the way: all mistakes are told, with file and line.
"""
EXAMPLES = """\
exit codes: 0; 1 unknown NAME, or mistakes in files of the catalogue

examples:
  pacewright services
  pacewright services --release mitaka --distribution rhel
  pacewright services cinder-volume
  pacewright services nova-api --json
  pacewright services --catalogue /etc/pacewright/catalogue
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a service, by any of its names")
    whose = "whose units the list shows (default: this system's)"
    parser.add_argument("--distribution", choices=DISTRIBUTIONS, help=whose)
    parser.add_argument("--release", metavar="R", help="only what there is in that release: mitaka, 2023.1")
    parser.add_argument("--catalogue", metavar="DIR", help="a site's own files (default: $PACEWRIGHT_CATALOGUE)")


def run(arguments: Namespace, session: Session) -> int:
    from pacewright.catalogue.facts.catalogue import load_catalogue, site_folders
    from pacewright.cli.service_document import catalogue_document, service_document
    from pacewright.cli.views.service import service_text
    from pacewright.cli.views.services import catalogue_text

    release = _release(arguments.release) if arguments.release else None
    catalogue = load_catalogue(site_folders(arguments.catalogue))
    if arguments.name is not None:
        session.emit(service_document(catalogue.find(arguments.name), release), service_text)
    else:
        distribution = arguments.distribution or this_distribution()
        session.emit(catalogue_document(catalogue, distribution, release), catalogue_text)
    return int(Exit.DONE)


def _release(word: str) -> str:
    from pacewright.catalogue.releases import release_named, releases
    from pacewright.model.report import did_you_mean

    name = release_named(word)
    if name is None:
        hint = did_you_mean(word, releases()) or f"one of {', '.join(releases())}"
        raise UsageError(f"no OpenStack release '{word}' ({hint})")
    return name


def this_distribution() -> str:
    """Whose unit names this system has; Debian's where nothing tells."""
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        return "debian"
    words = {about.get("ID", ""), *about.get("ID_LIKE", "").split()}
    if words & {"rhel", "centos", "fedora"}:
        return "rhel"
    return "ubuntu" if "ubuntu" in words else "debian"
