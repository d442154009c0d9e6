"""Asks a person whether to go on."""

from __future__ import annotations

import sys

from pacewright.cli.session import Session


def agreed(session: Session, question: str, *, yes: bool, refusal: str) -> bool:
    """``yes``: said on the command line. Without a terminal, and with ``--json``, nothing else says yes: the
    ``refusal`` is told then."""
    if yes:
        return True
    if not sys.stdin.isatty() or session.json:
        session.say(f"{refusal}: no terminal to confirm on (give --yes)")
        return False
    session.err.write(f"{question} [y/N] ")
    session.err.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
