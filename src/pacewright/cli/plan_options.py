"""The options that plan and apply share."""

from __future__ import annotations

import argparse
from dataclasses import replace

from pacewright.model.effects import Action
from pacewright.model.errors import UsageError
from pacewright.model.plan import COVERS, Options


def add_plan_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--forbid", metavar="EFFECTS",
                        help="refuse these effects, comma-separated: restart, stop, move, demote, fence")  # fmt: skip
    parser.add_argument(
        "--prune", action="store_true", help="delete what the deployment owns and the spec no longer names"
    )
    parser.add_argument("--adopt", action="store_true", help="take over objects that exist and have no owner")
    parser.add_argument(
        "--allow-missing-agents", action="store_true", help="go on where a node lacks an agent, or what a bundle needs"
    )


def plan_options(arguments: argparse.Namespace) -> Options:
    """Raises UsageError for an effect that is none."""
    words = [w.strip() for w in (arguments.forbid or "").split(",") if w.strip()]
    known = {str(a): a for a in COVERS}
    if unknown := [w for w in words if w not in known]:
        raise UsageError(f"--forbid {','.join(unknown)}: not an effect; known: {', '.join(known)}")
    forbid: frozenset[Action] = frozenset(known[w] for w in words)
    if arguments.forbid is not None and not words:
        raise UsageError("--forbid names no effect")
    return Options(forbid, arguments.adopt, arguments.prune, arguments.allow_missing_agents)


def options_of_saved(saved: Options, given: Options) -> Options:
    """A saved plan carries its options; more may be forbidden, nothing more may be done. Raises UsageError."""
    more = [
        (given.adopt, saved.adopt),
        (given.prune, saved.prune),
        (given.allow_missing_agents, saved.allow_missing_agents),
    ]
    if any(asked and not agreed for asked, agreed in more):
        named = "--adopt, --prune and --allow-missing-agents"
        raise UsageError(f"a saved plan carries its own {named}: give them to 'pacewright plan'")
    return replace(saved, forbid=saved.forbid | given.forbid)
