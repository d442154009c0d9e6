"""``pacewright embedded``."""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

from pacewright.cli.plan_document import effect_document
from pacewright.cli.session import Document, Session
from pacewright.cli.views.embedded import embedded_text
from pacewright.model.errors import Exit, InputError, UsageError
from pacewright.model.report import Report, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pacewright.cib.xml import Node
    from pacewright.cluster.embedded import EmbeddedCluster

FORMAT, VERSION = "pacewright-embedded", 1
SETTLE_SECONDS = 120.0
DESCRIPTION = """\
Rehearses failures on the embedded cluster: a folder with a CIB, Pacemaker's own scheduler and tools, no daemons.
The scheduler is real; operations are simulated and succeed at once. Each command prints what moves.
"""
EXAMPLES = """\
examples:
  pacewright embedded status
  pacewright embedded fail alice            # fenced, offline until it recovers
  pacewright embedded fail p_mysql          # its monitor finds it failed
  pacewright embedded standby bob
  pacewright embedded join dora             # a further node, as on a real cluster that grows
  pacewright embedded recover alice
  pacewright embedded reset --nodes alice,bob,charlie
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    from pacewright.cli.main import common_options

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text, parents=[common_options()])

    verb("status", "its nodes, and what the scheduler would do")
    fail = verb("fail", "a node vanishes and is fenced; or a resource's monitor finds it failed")
    fail.add_argument("name", metavar="NODE|RESOURCE")
    fail.add_argument("--node", metavar="NODE", help="which instance fails (default: the promoted or first one)")
    verb("join", "a node that it did not have joins the cluster").add_argument("name", metavar="NODE")
    verb("standby", "an operator puts a node in standby").add_argument("name", metavar="NODE")
    recover = verb("recover", "a node boots again or leaves standby; a resource's failures are forgotten")
    recover.add_argument("name", metavar="NODE|RESOURCE")
    reset = verb("reset", "starts anew, empty")
    reset.add_argument("--nodes", metavar="A,B,C", help="names of its nodes (default: those of the first spec)")


def run(arguments: argparse.Namespace, session: Session) -> int:
    cluster = _cluster(session)
    if arguments.verb == "reset":
        cluster.reset([n for n in arguments.nodes.split(",") if n] if arguments.nodes else None)
    elif arguments.verb != "status":
        change, configuration = _change(cluster, arguments)
        cluster.change(change, configuration=configuration)
    session.emit(_document(cluster, arguments.verb, getattr(arguments, "name", None)), embedded_text)
    return Exit.DONE


def _cluster(session: Session) -> EmbeddedCluster:
    """The embedded cluster that is named; the user's own where none is."""
    from pacewright.cluster.choose import choose
    from pacewright.cluster.embedded import EmbeddedCluster

    name = session.cluster_name or os.environ.get("PACEWRIGHT_CLUSTER") or "embedded"
    if name.partition(":")[0] != "embedded":
        raise UsageError(f"--cluster {name}: only an embedded cluster can be rehearsed on")
    cluster = choose(name)
    assert isinstance(cluster, EmbeddedCluster)
    return cluster


def _change(cluster: EmbeddedCluster, arguments: argparse.Namespace) -> tuple[Callable[[Node], None], bool]:
    """What to do to the CIB, and whether it changes the configuration. Raises InputError for an unknown name."""
    from pacewright.cib.scheduler import rehearsal

    root, name = cluster.read().root, arguments.name
    nodes = {m.name: m for m in rehearsal.members(root)}
    if arguments.verb == "join":
        if name in nodes or name in rehearsal.resource_names(root):
            raise InputError([Report("known-name", f"a node or resource is called {name} already", subject=name)])
        return lambda r: rehearsal.join_node(r, name), True
    resources = [] if arguments.verb == "standby" else rehearsal.resource_names(root)
    if name not in (*nodes, *resources):
        raise _unknown(name, (*nodes, *resources))
    if arguments.verb == "standby":
        return lambda r: rehearsal.set_standby(r, name, on=True), True
    if arguments.verb == "recover":
        if name in nodes:
            return lambda r: rehearsal.recover_node(r, name), nodes[name].standby
        return lambda r: rehearsal.recover_resource(r, name), False
    if name in nodes:
        if not nodes[name].online:
            raise InputError([Report("not-online", f"{name} is offline already", subject=name)])
        return lambda r: rehearsal.fail_node(r, name), False
    return _failure(cluster, root, name, arguments.node), False


def _failure(cluster: EmbeddedCluster, root: Node, name: str, node: str | None) -> Callable[[Node], None]:
    from pacewright.cib.scheduler import rehearsal
    from pacewright.cluster import tools

    answer = tools.simulate(cluster.runner, cluster.read().data, graph=False).answer
    places = [p for p in rehearsal.places(root, answer, name) if node in (None, p.node)]
    if not places:
        where = f" on {node}" if node else ""
        raise InputError([Report("not-active", f"{name} is not active{where}: there is nothing to fail", subject=name)])
    return lambda r: rehearsal.fail_resource(r, places[0], int(time.time()))


def _unknown(name: str, known: Iterable[str]) -> InputError:
    message = f"no node or resource is called {name}"
    return InputError([Report("unknown-name", message, suggestion=did_you_mean(name, known), subject=name)])


def _document(cluster: EmbeddedCluster, verb: str, target: str | None) -> Document:
    """Lets the cluster settle and tells what it did. ``status`` only looks."""
    from pacewright.cib.scheduler.predict import effects_of, predict
    from pacewright.cib.scheduler.rehearsal import members
    from pacewright.cluster import tools

    if verb == "status":
        root = cluster.read().root
        prediction = predict(root, root, lambda cib: tools.simulate(cluster.runner, cib))
        effects, settled = prediction.pending_effects, not prediction.transitions
    else:
        transitions, settled = cluster.settle(time.monotonic() + SETTLE_SECONDS)
        effects = effects_of(transitions)
    root = cluster.read().root
    return {
        "format": FORMAT,
        "version": VERSION,
        "cluster": cluster.name,
        "folder": str(cluster.folder),
        "command": verb,
        "name": target,
        "nodes": [{"name": m.name, "online": m.online, "standby": m.standby} for m in members(root)],
        "quorum": root.get("have-quorum") != "0",
        "effects": [effect_document(e) for e in effects if e.base not in cluster.hidden_ids],
        "settled": settled,
    }
