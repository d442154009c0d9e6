"""``pacewright lab``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from pacewright.cli.session import Document, Session
from pacewright.cli.views.lab import images_text, lab_text, labs_text
from pacewright.model.errors import Exit, UsageError

if TYPE_CHECKING:
    from pacewright.lab.layout import Lab

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
  pacewright apply site.yaml --cluster lab
  pacewright lab exec controller-1 -- crm_mon --one-shot
  pacewright lab kill controller-0           # power cut; the others fence it and boot it again
  pacewright lab cut controller-0:controller-1 && pacewright lab heal
  pacewright lab down
"""
# verbs with the arguments they take: n one node, N any number of nodes
_VERBS = {
    "status": ("", "nodes, power, network, the cluster as its nodes see it"),
    "exec": ("n", "run a command in a node; its exit code is passed through"),
    "shell": ("n", "a shell in a node"),
    "kill": ("n", "power cut: everything in the node ends at once"),
    "boot": ("n", "switch a node on"),
    "freeze": ("n", "all its processes stand still, until 'heal' or fencing"),
    "cut": ("", "cut a node off from the network, or two from each other"),
    "heal": ("N", "end cuts and freezes of these nodes; of all when none is named"),
    "logs": ("N", "Pacemaker's and Corosync's logs of these nodes, also of those that are off"),
    "add": ("", "one more node"),
    "remove": ("n", "one node less"),
    "images": ("", "the images in the cache"),
    "down": ("", "end the lab and take away all that it has"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from pacewright.cli.main import common_options

    named = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    named.add_argument("--name", metavar="N", help="which lab (default: 'default')")
    parser.add_argument("--name", metavar="N", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text, parents=[common_options(), named])

    _add_up(verb("up", "boot a lab and wait until its cluster is whole"))
    for name, (nodes, text) in _VERBS.items():
        sub = verb(name, text)
        if nodes:
            sub.add_argument("nodes" if nodes == "N" else "node", metavar="NODE", nargs="*" if nodes == "N" else None)
        if name == "exec":
            sub.add_argument("words", metavar="-- CMD", nargs="*", help="the command and its arguments")
        elif name == "cut":
            sub.add_argument("where", metavar="NODE|A:B")
        elif name == "add":
            sub.add_argument("node", metavar="NODE", help="its name, such as controller-3")
        elif name == "logs":
            sub.add_argument("--lines", "-n", metavar="N", type=int, default=50, help="of each log (default: 50)")
            sub.add_argument("--events", action="store_true", help="the lab's own log: power, network")
        elif name == "images":
            sub.add_argument("--clean", action="store_true", help="remove those that no lab stands on")
        elif name == "status":
            sub.add_argument("--all", action="store_true", help="the names of all labs here")


def _add_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodes", metavar="N", type=int, default=3, help="cluster members (default: 3)")
    parser.add_argument("--release", metavar="R", default="bookworm",
                        help="Debian release: bookworm (Pacemaker 2.1, the default), trixie (3.0), sid")  # fmt: skip
    parser.add_argument("--bundles", choices=("podman", "docker"), default="podman", help="container runtime in nodes")
    parser.add_argument("--remotes", metavar="N", type=int, default=0, help="nodes with pacemaker_remote (default: 0)")
    parser.add_argument("--bare", action="store_true", help="packages and ssh only; nothing configured or started")
    parser.add_argument("--timeout", metavar="S", type=float, default=180.0,
                        help="seconds for booting, images not counted (default: 180)")  # fmt: skip


def run(arguments: argparse.Namespace, session: Session) -> int:
    arguments.name = getattr(arguments, "name", None) or _named_by_cluster(session) or "default"
    if getattr(arguments, "words", None) and arguments.verb != "exec":
        raise UsageError(f"only 'lab exec' takes a command after --, not 'lab {arguments.verb}'")
    return int(_RUN[arguments.verb](arguments, session))


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
        bundles="" if arguments.bare else arguments.bundles,
    )  # fmt: skip
    return _show(lifecycle.up(lab, _speaker(session), seconds=arguments.timeout), session)


def _status(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.cluster.lab import keeper_of, lab_names
    from pacewright.lab.layout import load_lab

    if arguments.all:
        labs = [{"name": n, "running": keeper_of(n) is not None} for n in lab_names()]
        session.emit({"format": "pacewright-labs", "version": 1, "labs": labs}, labs_text)
        return Exit.DONE
    return _show(load_lab(arguments.name), session)


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
    from pacewright.lab.layout import load_lab

    lab = load_lab(arguments.name)
    leader = runner(lab, lab.node(arguments.node)).leader()
    environment = {**ENVIRONMENT, "TERM": os.environ.get("TERM", "dumb")}
    process.become(entering(leader, words), environment)


def _ask(verb: str, said: str) -> Callable[[argparse.Namespace, Session], int]:
    def ask_keeper(arguments: argparse.Namespace, session: Session) -> int:
        from pacewright.lab import lifecycle
        from pacewright.lab.control import ask
        from pacewright.lab.layout import load_lab

        lab = load_lab(arguments.name)
        node = lab.node(arguments.node)
        lifecycle.require_running(lab)
        if verb.startswith("power"):
            ask(lab.folder, verb, node=node.name, who="lab")
        else:
            ask(lab.folder, verb, node=node.name)
        return _said(f"{node.name}: {said}", session)

    return ask_keeper


def _cut(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle
    from pacewright.lab.control import ask
    from pacewright.lab.layout import load_lab

    lab = load_lab(arguments.name)
    names = sorted(lab.node(n).name for n in arguments.where.split(":"))
    if not 1 <= len(set(names)) == len(names) <= 2:
        raise UsageError("one node, or two different ones: NODE or A:B")
    lifecycle.require_running(lab)
    ask(lab.folder, "cut", nodes=names)
    return _said(f"cut: {':'.join(names)}", session)


def _heal(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab import lifecycle
    from pacewright.lab.control import ask
    from pacewright.lab.layout import load_lab

    lab = load_lab(arguments.name)
    names = [lab.node(n).name for n in arguments.nodes]
    lifecycle.require_running(lab)
    answer = ask(lab.folder, "heal", nodes=names)
    return _said(f"healed: {', '.join([*answer['cuts'], *answer['thawed']]) or 'nothing was cut or frozen'}", session)


def _logs(arguments: argparse.Namespace, session: Session) -> int:
    from pacewright.lab.layout import load_lab
    from pacewright.lab.logs import collect

    lab = load_lab(arguments.name)
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


def _said(text: str, session: Session) -> int:
    session.emit({"format": "pacewright-lab-done", "version": 1, "done": text}, lambda d, _style: d["done"])
    return Exit.DONE


def _speaker(session: Session) -> Callable[[str], None]:
    """Progress, with the time that it took to get there."""
    import time

    started = time.monotonic()
    return lambda text: session.say(f"[{time.monotonic() - started:5.1f} s] {text}")


_RUN: dict[str, Callable[[argparse.Namespace, Session], int]] = {
    "up": _up, "status": _status, "exec": _exec, "shell": _shell, "kill": _ask("power-off", "power cut"),
    "boot": _ask("power-on", "switched on"), "freeze": _ask("freeze", "frozen"), "cut": _cut, "heal": _heal,
    "logs": _logs, "add": _add, "remove": _remove, "images": _images, "down": _down,
}  # fmt: skip
