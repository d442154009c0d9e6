"""Whether the nodes that may run bundles have what the bundles need: asked of the nodes themselves."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pacewright.cib.checks.index import Index
from pacewright.cib.desired.hosts import MEMBER, REMOTE, hosts_of_bundles
from pacewright.cib.hosting.findings import Finding, findings
from pacewright.cib.hosting.told import Identity, Image, Told, fact_of
from pacewright.cib.hosting.wanted import Wanted, wanted_of
from pacewright.cib.status.instances import nodes_of
from pacewright.cib.xml import parse
from pacewright.cluster.agents_on_nodes import OVERRIDE
from pacewright.cluster.base import Cluster
from pacewright.cluster.nodes import Answers, ask, report_left_out
from pacewright.cluster.process import Completed
from pacewright.cluster.runner import Runner
from pacewright.cluster.tools import Simulation
from pacewright.model.configuration import Configuration
from pacewright.model.errors import PacewrightError, ToolError
from pacewright.model.immutable import immutable
from pacewright.model.report import Report, Severity

_SECONDS = 30.0
_NOT_THERE = re.compile(r"no such (image|object)|image not known|unable to find", re.IGNORECASE)


@immutable(frozen=True, slots=True)
class Host:
    """``node`` may run the bundle. ``certain``: no rule or set that is not followed can say otherwise."""

    wanted: Wanted
    node: str
    certain: bool


def unfit_hosts(
    cluster: Cluster,
    desired: Configuration,
    simulation: Simulation,
    *,
    live: Configuration,
    anew: bool = False,
    allowed: bool = False,
    hint: str = OVERRIDE,
) -> list[Report]:
    """One report for each thing that is wrong, with all nodes where it is, and one that names nodes not asked.

    Only nodes that are online; two or three calls each, all nodes at once.
    ``simulation``: of the live CIB; tells who is online. ``live``: the cluster's configuration, whose nodes' attributes
    count. ``anew``: only what ``desired`` wants and ``live`` does not. ``allowed``: only warn. ``hint``: how to go on.
    """
    told = nodes_of(parse(simulation.answer, "<crm_simulate>"))
    online = {n.name: n.kind for n in told if n.online and n.kind in (MEMBER, REMOTE)}
    attributes = own_attributes(live, desired)
    hosts = _hosts(desired, online, attributes)
    if anew:
        before = {(h.wanted, h.node) for h in _hosts(live, online, attributes)}
        hosts = [h for h in hosts if (h.wanted, h.node) not in before]
    by_node: dict[str, list[Wanted]] = {}
    for host in hosts:
        by_node.setdefault(host.node, []).append(host.wanted)
    answers = ask(cluster, by_node, lambda node, runner: look(runner, by_node[node]))
    found = [(f, h) for h in hosts if h.node in answers.values for f in findings(h.wanted, answers.values[h.node])]
    return [*_reports(found, allowed, hint), *_not_asked(answers)]


def has_hosts(cluster: Cluster, live: Configuration) -> bool:
    """Whether there are nodes to ask at all: not for clusters that are folders or files."""
    try:
        return not cluster.simulated and any(cluster.node_runner(n.name or "") is not None for n in live.nodes)
    except PacewrightError:  # told when it is asked
        return True


def _hosts(
    configuration: Configuration, nodes: Mapping[str, str], attributes: Mapping[str, dict[str, str]]
) -> list[Host]:
    index = Index(configuration)
    found = [(wanted_of(b, index), allowed, certain) for b, allowed, certain in
             hosts_of_bundles(configuration, nodes, attributes)]  # fmt: skip
    return [Host(w, node, certain) for w, allowed, certain in found if w is not None for node in sorted(allowed)]


def own_attributes(*configurations: Configuration) -> dict[str, dict[str, str]]:
    """Nodes' own attributes, the last configuration's first of all."""
    found: dict[str, dict[str, str]] = {}
    for configuration in configurations:
        for node in configuration.nodes:
            pairs = [p for s in node.attributes if s.rule is None for p in s.pairs]
            found.setdefault(node.name or node.id or "", {}).update(
                {p.name: p.value for p in pairs if p.name and p.value}
            )
    return found


def look(runner: Runner, wanted: Iterable[Wanted]) -> Told:
    """What a machine has of what these bundles want. Raises ToolError, Unreachable."""
    asked = list(wanted)
    absent, inspected = set[str](), dict[tuple[str, str], dict[str, Any] | None]()
    for runtime in sorted({w.runtime for w in asked}):
        try:
            inspected |= _inspect(runner, runtime, sorted({w.image for w in asked if w.runtime == runtime}))
        except ToolError as error:
            if error.code != 127:
                raise
            absent.add(runtime)
    layers = {key: _layers(data) for key, data in inspected.items() if data is not None}
    questions = {
        "paths": sorted({path for w in asked for path in w.asked_of_host()}),
        "images": {" ".join(key): _of_image(key, layers[key], inspected[key] or {}, asked) for key in layers},
    }
    command = ["python3", "-I", "-S", "-c", _program()]
    done = runner.run(command, stdin=json.dumps(questions).encode(), timeout=_SECONDS)
    answer = _parsed(["python3"], done) if done.code == 0 else None
    if answer is None:
        raise ToolError(["python3"], done.code, done.stderr)
    if answer["uid"] != 0:
        raise ToolError(["python3"], 1, "only root sees the images and all paths of a node")
    images = {key: None if data is None else _image(data, layers[key], answer["images"][" ".join(key)])
              for key, data in inspected.items()}  # fmt: skip
    paths = {path: fact for path, about in answer["paths"].items() if (fact := fact_of(about)) is not None}
    return Told(frozenset(absent), images, paths)


@cache
def _program() -> str:
    with open(os.path.join(os.path.dirname(__file__), "on_host.py"), encoding="utf-8") as file:
        return file.read()


def _inspect(runner: Runner, runtime: str, names: list[str]) -> dict[tuple[str, str], dict[str, Any] | None]:
    """What the runtime says of images, None for those that are not there. Raises ToolError."""
    command = [runtime, "image", "inspect", "--", *names]
    done = runner.run(command, timeout=_SECONDS)
    if done.code == 0 and len(said := _parsed(command, done)) == len(names):
        return {(runtime, name): each for name, each in zip(names, said, strict=True)}
    if len(names) > 1:  # which of them is not there is said for people only
        return {key: each for name in names for key, each in _inspect(runner, runtime, [name]).items()}
    if not _NOT_THERE.search(done.stderr):
        raise ToolError(command, done.code, done.stderr)
    return {(runtime, names[0]): None}


def _parsed(command: list[str], done: Completed) -> Any:
    """Raises ToolError for what is no JSON."""
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise ToolError(command, done.code, f"{command[0]}: {error}") from None


def _layers(data: Mapping[str, Any]) -> list[str]:
    """Folders of an image's layers, the topmost first; none where the storage driver keeps them otherwise."""
    driver = data.get("GraphDriver") or {}
    places = driver.get("Data") or {}
    if driver.get("Name") not in ("overlay", "overlay2"):
        return []
    return [p for p in [places.get("UpperDir") or "", *(places.get("LowerDir") or "").split(":")] if p]


def _of_image(key: tuple[str, str], layers: list[str], data: Mapping[str, Any], asked: list[Wanted]) -> dict[str, Any]:
    own = [w for w in asked if (w.runtime, w.image) == key] if layers else []
    users = {w.user or _config(data).get("User") or "" for w in own} - {""}
    return {"layers": layers, "paths": sorted({p for w in own for p in w.asked_of_image()}), "users": sorted(users)}


def _image(data: Mapping[str, Any], layers: list[str], answer: Mapping[str, Any]) -> Image:
    config = _config(data)
    name = (data.get("GraphDriver") or {}).get("Name") or "unknown"
    path = next((w.removeprefix("PATH=") for w in _words(config.get("Env")) if w.startswith("PATH=")), "")
    return Image(
        config.get("User") or "", _words(config.get("Entrypoint")), _words(config.get("Cmd")),
        tuple(w for w in path.split(":") if w),
        "" if layers else f"its storage driver is {name}", {p: fact_of(f) for p, f in answer["paths"].items()},
        {u: None if i is None else Identity(i["uid"], tuple(i["gids"])) for u, i in answer["users"].items()},
    )  # fmt: skip


def _config(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return data.get("Config") or {}


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(w) for w in value) if isinstance(value, list) else (value,) if isinstance(value, str) else ()


def _reports(found: list[tuple[Finding, Host]], allowed: bool, hint: str) -> list[Report]:
    nodes: dict[tuple[Finding, bool], list[str]] = {}
    for finding, host in found:
        nodes.setdefault((finding, host.certain), []).append(host.node)
    return [_report(finding, certain, where, allowed, hint) for (finding, certain), where in nodes.items()]


def _report(finding: Finding, certain: bool, nodes: list[str], allowed: bool, hint: str) -> Report:
    severity = Severity.ERROR if finding.grave and certain and not allowed else Severity.WARNING
    may = "" if certain else ", where it may run, if rules or sets let it"
    hints = [h for h in (finding.suggestion, hint if severity is Severity.ERROR else "") if h]
    message = f"on {', '.join(nodes)}: {finding.message}{may}"
    return Report(finding.code, message, severity, suggestion="; ".join(hints) or None, subject=finding.subject)


def _not_asked(answers: Answers[Told]) -> list[Report]:
    unread = {
        node: "; ".join(dict.fromkeys(f"{key[1]}: {i.unread}" for key, i in told.images.items() if i and i.unread))
        for node, told in answers.values.items()
    }
    return [
        *answers.report("not asked whether what bundles need is there"),
        *report_left_out({n: r for n, r in unread.items() if r}, "not known what is in images"),
    ]
