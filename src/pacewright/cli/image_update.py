"""``pacewright migrate SPEC --image BUNDLE=REF``: bundles get new images, one replica at a time."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from pacewright.cli.asking import agreed
from pacewright.cli.progress import Progress
from pacewright.model.errors import Exit, UsageError

if TYPE_CHECKING:
    from pacewright.cli.session import Document, Session
    from pacewright.model.status import ClusterStatus
    from pacewright.operations.bundle_images import Update

FORMAT, VERSION = "pacewright-image-update", 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--image", metavar="BUNDLE=REF", action="append", type=_image, default=[],
        help="a new image for a bundle, one replica at a time; every node has it already",
    )  # fmt: skip


def run(arguments: Namespace, session: Session) -> int:
    from pacewright.cli.desired import read_desired
    from pacewright.cli.views.image_update import image_update_text
    from pacewright.operations.bundle_images import carry_out, survey, way_back

    refs = dict(arguments.image)
    if len(refs) < len(arguments.image):
        raise UsageError("--image names a bundle twice")
    desired = read_desired(arguments.spec)
    cluster = session.cluster()
    cluster.require_writable()
    updates = survey(cluster, desired.configuration, refs)
    document = _document(updates)
    if not document["pending"] or arguments.dry_run:
        session.emit(document, image_update_text)
        return Exit.PENDING if document["pending"] else Exit.DONE
    if not _confirmed(document, arguments, session):
        return Exit.PENDING
    talk = _Talk(session)
    try:
        for update in updates:
            nodes = carry_out(cluster, update, talk, seconds=arguments.wait)
            document["restarted"].append({"bundle": update.wanted.bundle, "nodes": nodes})
    finally:
        talk.progress.end()
    document["done"] = True
    session.emit(document, image_update_text)
    session.report([report for update in updates for report in way_back(update)])
    return Exit.DONE


def _image(text: str) -> tuple[str, str]:
    bundle, mark, ref = text.partition("=")
    if not (bundle and mark and ref) or ref.startswith("-") or any(c.isspace() for c in text):
        raise ArgumentTypeError(f"'{text}' is not BUNDLE=REF")
    return bundle, ref


def _document(updates: list[Update]) -> Document:
    return {
        "format": FORMAT, "version": VERSION, "pending": any(update.steps for update in updates), "done": False,
        "bundles": [
            {
                "bundle": u.wanted.bundle, "runtime": u.wanted.runtime, "image": u.wanted.name, "ref": u.wanted.ref,
                "nodes": [{"node": n.node, "named": n.named, "wanted": n.wanted, "running": n.running}
                          for n in u.nodes],
                "steps": [
                    {"action": s.action, "node": s.node, "former": s.former, "promoted": s.promoted,
                     "beside": [{"action": p.action, "resource": p.resource, "node": p.node, "to": p.destination}
                                for p in s.beside]}
                    for s in u.steps
                ],
            }
            for u in updates
        ],
        "restarted": [],
    }  # fmt: skip


def _confirmed(document: Document, arguments: Namespace, session: Session) -> bool:
    from pacewright.cli.session import Style, wants_colour
    from pacewright.cli.views.image_update import image_update_text

    if not session.json:
        session.say(image_update_text(document, Style(wants_colour(session.err))).rstrip("\n"))
    return agreed(session, "Go on?", yes=arguments.yes, refusal="not begun")


class _Talk:
    """On standard error: a line a step, and on a terminal what is being waited for."""

    def __init__(self, session: Session) -> None:
        self.session, self.progress = session, Progress(session)

    def doing(self, what: str) -> None:
        self.progress.end()
        self.session.say(what)

    def waiting(self, status: ClusterStatus) -> None:
        self.progress(status)
