"""``pacewright lab``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pacewright.cli.session import Document, Session
from pacewright.cli.views.lab import images_text, lab_text, labs_text
from pacewright.model.errors import Exit, UsageError

if TYPE_CHECKING:
    from pacewright.lab.layout import Lab

Run = Callable[[argparse.Namespace, Session], int]

FORMAT, VERSION = "pacewright-lab-status", 1
DESCRIPTION = """\
Boots a real cluster on this machine, as root: nodes with systemd, Corosync, Pacemaker, encrypted network, fencing by
IPMI. Everything that is made is in namespaces of its own and goes with 'down'. Other commands reach it with
'--cluster lab', or 'lab:NAME' for another than the default one, 'lab:NAME/NODE' through one node.
"""
EXAMPLES = """\
examples:
  pacewright lab up                          # three nodes with Debian 12: controller-0, controller-1, controller-2
  pacewright lab up --release trixie --name new --nodes 2 --remotes 1
  pacewright lab up --with database,broker,web     # MariaDB with Galera, RabbitMQ, memcached, Apache
  pacewright apply site.yaml --cluster lab
  pacewright lab exec controller-1 -- crm_mon --one-shot
  pacewright lab kill controller-0           # power cut; the others fence it and boot it again
  pacewright lab cut controller-0:controller-1 && pacewright lab heal
  pacewright lab down
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from pacewright.cli.main import common_options

    named = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    named.add_argument("--name", metavar="N", help="which lab (default: 'default')")
    parser.add_argument("--name", metavar="N", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, verb in _VERBS.items():
        verb.arguments(verbs.add_parser(name, help=verb.help, description=verb.help, parents=[common_options(), named]))


def run(arguments: argparse.Namespace, session: Session) -> int:
    arguments.name = getattr(arguments, "name", None) or _named_by_cluster(session) or "default"
    if getattr(arguments, "words", None) and arguments.verb != "exec":
        raise UsageError(f"only 'lab exec' takes a command after --, not 'lab {arguments.verb}'")
    return _VERBS[arguments.verb].run(arguments, session)


def _named_by_cluster(session: Session) -> str | None:
    kind, _, rest = (session.cluster_name or "").partition(":")
    if session.cluster_name and kind != "lab":
        raise UsageError(f"--cluster {session.cluster_name}: not a lab; --name names one")
    return rest.partition("/")[0] or None


def _up(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle
    from pacewright.lab.layout import new_lab

    lab = new_lab(
        arguments.name, arguments.release, members=arguments.nodes, remotes=arguments.remotes, bare=arguments.bare,
        bundles="" if arguments.bare else arguments.bundles, additions=_words(arguments.additions),
        containers=arguments.containers,
    )  # fmt: skip
    return _show(lifecycle.up(lab, _speaker(session), seconds=arguments.timeout), session)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _status(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.cluster.lab import keeper_of, lab_names

    if arguments.all:
        labs = [{"name": n, "running": keeper_of(n) is not None} for n in lab_names()]
        session.emit({"format": "pacewright-labs", "version": 1, "labs": labs}, labs_text)
        return Exit.DONE
    return _show(_lab(arguments), session)


def _show(lab: Lab, session: Session) -> int:
    from pacewright.lab import lifecycle
    from pacewright.lab.formation import cluster_status

    state = lifecycle.state(lab)
    cluster = None if lab.bare else cluster_status(lab)
    known = {} if cluster is None else {n.name: n.state for n in cluster.nodes}
    nodes = [
        {
            "name": n.name, "kind": n.kind, "addresses": n.addresses, "bmc": n.bmc_address,
            "power": "on" if state["nodes"].get(n.name, {}).get("on") else "off",
            "frozen": bool(state["nodes"].get(n.name, {}).get("frozen")), "cluster": known.get(n.name),
        }
        for n in lab.nodes
    ]  # fmt: skip
    document: Document = {
        "format": FORMAT, "version": VERSION, "name": lab.name, "release": lab.release, "bare": lab.bare,
        "folder": lab.folder, "nodes": nodes, "cuts": state["cuts"], "dc": cluster and cluster.dc,
        "quorum": bool(cluster and cluster.quorum), "bmc_user": lab.bmc_user, "cluster": f"lab:{lab.name}",
    }  # fmt: skip
    session.emit(document, lab_text)
    return Exit.DONE


def _exec(arguments: argparse.Namespace, _session: Session) -> int:
    if not arguments.words:
        raise UsageError("what is to be run? pacewright lab exec NODE -- CMD")
    return _enter(arguments, arguments.words)


def _shell(arguments: argparse.Namespace, _session: Session) -> int:
    return _enter(arguments, ["/bin/bash", "--login"])


def _enter(arguments: argparse.Namespace, words: list[str]) -> int:
    from pacewright.cluster import process
    from pacewright.cluster.lab import ENVIRONMENT, entering
    from pacewright.lab.formation import runner

    lab = _lab(arguments)
    leader = runner(lab, lab.node(arguments.node)).leader()
    environment = {**ENVIRONMENT, "TERM": os.environ.get("TERM", "dumb")}
    process.become(entering(leader, words), environment)


def _done_to_node(verb: str, said: str, **words: str) -> Run:
    def ask_keeper(arguments: argparse.Namespace, session: Session) -> int:
        lab = _lab(arguments)
        node = lab.node(arguments.node)
        _ask(lab, verb, node=node.name, **words)
        return _said(f"{node.name}: {said}", session)

    return ask_keeper


def _cut(arguments: argparse.Namespace, session: Session) -> int:
    lab = _lab(arguments)
    names = sorted(lab.node(n).name for n in arguments.where.split(":"))
    if not 1 <= len(set(names)) == len(names) <= 2:
        raise UsageError("one node, or two different ones: NODE or A:B")
    _ask(lab, "cut", nodes=names)
    return _said(f"cut: {':'.join(names)}", session)


def _heal(arguments: argparse.Namespace, session: Session) -> int:
    lab = _lab(arguments)
    answer = _ask(lab, "heal", nodes=[lab.node(n).name for n in arguments.nodes])
    return _said(f"healed: {', '.join([*answer['cuts'], *answer['thawed']]) or 'nothing was cut or frozen'}", session)


def _logs(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab.logs import collect

    lab = _lab(arguments)
    nodes = [lab.node(n) for n in arguments.nodes] or list(lab.nodes)
    found = collect(lab, nodes, arguments.lines, events=arguments.events)
    document: Document = {"format": "pacewright-lab-logs", "version": 1, "logs": found}
    session.emit(document, lambda d, style: "".join(f"{style('bold', f['name'])}\n{f['text']}\n" for f in d["logs"]))
    return Exit.DONE


def _add(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle

    return _show(lifecycle.add(arguments.name, arguments.node, _speaker(session)), session)


def _remove(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle

    return _show(lifecycle.remove(arguments.name, arguments.node, _speaker(session)), session)


def _images(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import images

    used = images.in_use()
    gone = [i["name"] for i in images.kept() if i["name"] not in used] if arguments.clean else []
    for name in gone:
        images.remove_image(name)
    found = [{**i, "used": i["name"] in used} for i in images.kept()]
    session.emit({"format": "pacewright-lab-images", "version": 1, "images": found, "removed": gone}, images_text)
    return Exit.DONE


def _down(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle

    existed = lifecycle.down(arguments.name, _speaker(session))
    return _said(f"lab '{arguments.name}' " + ("is gone" if existed else "was not there: nothing to end"), session)


def _lab(arguments: argparse.Namespace) -> Lab:
    from pacewright.lab.layout import load_lab

    return load_lab(arguments.name)


def _ask(lab: Lab, verb: str, **words: Any) -> Document:
    """The answer of the lab's keeper. Raises NoCluster where it has ended."""
    from pacewright.lab import lifecycle
    from pacewright.lab.control import ask

    lifecycle.require_running(lab)
    return ask(lab.folder, verb, **words)


def _said(text: str, session: Session) -> int:
    session.emit({"format": "pacewright-lab-done", "version": 1, "done": text}, lambda d, _style: d["done"])
    return Exit.DONE


def _speaker(session: Session) -> Callable[[str], None]:
    """Progress, with the time that it took to get there."""
    import time

    started = time.monotonic()
    return lambda text: session.say(f"[{time.monotonic() - started:5.1f} s] {text}")


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    pass


def _node(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", metavar="NODE")


def _nodes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("nodes", metavar="NODE", nargs="*")


def _new_node(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", metavar="NODE", help="its name, such as controller-3")


def _node_and_words(parser: argparse.ArgumentParser) -> None:
    _node(parser)
    parser.add_argument("words", metavar="-- CMD", nargs="*", help="the command and its arguments")


def _node_or_pair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", metavar="NODE|A:B")


def _for_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodes", metavar="N", type=int, default=3, help="cluster members (default: 3)")
    parser.add_argument("--release", metavar="R", default="bookworm",
                        help="Debian release: bookworm (Pacemaker 2.1, the default), trixie (3.0), sid")  # fmt: skip
    parser.add_argument("--containers", choices=("small", "openstack"), default="small",
                        help="images of bundles: small (redis, haproxy; the default), openstack")  # fmt: skip
    parser.add_argument("--bundles", choices=("podman", "docker"), default="podman", help="container runtime in nodes")
    parser.add_argument("--with", metavar="ADDITIONS", dest="additions", default="",
                        help="what nodes have besides, with commas: database, broker, web, openstack")  # fmt: skip
    parser.add_argument("--remotes", metavar="N", type=int, default=0, help="nodes with pacemaker_remote (default: 0)")
    parser.add_argument("--bare", action="store_true", help="packages and ssh only; nothing configured or started")
    parser.add_argument("--timeout", metavar="S", type=float, default=180.0,
                        help="seconds for booting, images not counted (default: 180)")  # fmt: skip


def _for_status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="the names of all labs here")


def _for_logs(parser: argparse.ArgumentParser) -> None:
    _nodes(parser)
    parser.add_argument("--lines", "-n", metavar="N", type=int, default=50, help="of each log (default: 50)")
    parser.add_argument("--events", action="store_true", help="the lab's own log: power, network")


def _for_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clean", action="store_true", help="remove those that no lab stands on")


class _Verb(NamedTuple):
    run: Run
    help: str
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments


_VERBS = {
    "up": _Verb(_up, "boot a lab and wait until its cluster is whole", _for_up),
    "status": _Verb(_status, "nodes, power, network, the cluster as its nodes see it", _for_status),
    "exec": _Verb(_exec, "run a command in a node; its exit code is passed through", _node_and_words),
    "shell": _Verb(_shell, "a shell in a node", _node),
    "kill": _Verb(
        _done_to_node("power-off", "power cut", who="lab"), "power cut: everything in the node ends at once", _node
    ),
    "boot": _Verb(_done_to_node("power-on", "switched on", who="lab"), "switch a node on", _node),
    "freeze": _Verb(_done_to_node("freeze", "frozen"), "all its processes stand still, until 'heal' or fencing", _node),
    "cut": _Verb(_cut, "cut a node off from the network, or two from each other", _node_or_pair),
    "heal": _Verb(_heal, "end cuts and freezes of these nodes; of all when none is named", _nodes),
    "logs": _Verb(_logs, "Pacemaker's and Corosync's logs of these nodes, also of those that are off", _for_logs),
    "add": _Verb(_add, "one more node", _new_node),
    "remove": _Verb(_remove, "one node less", _node),
    "images": _Verb(_images, "the images in the cache", _for_images),
    "down": _Verb(_down, "end the lab and take away all that it has"),
}
