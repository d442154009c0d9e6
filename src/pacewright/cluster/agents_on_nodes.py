"""Whether the nodes that a plan newly lets run a resource have its agent: asked of the nodes themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pacewright.catalogue.options import package_of
from pacewright.cib.desired.hosts import MEMBER, REMOTE, Need, newly_needed
from pacewright.cib.status.instances import nodes_of
from pacewright.cib.xml import parse
from pacewright.cluster.agents import agent_paths
from pacewright.cluster.base import Cluster
from pacewright.cluster.nodes import Answers, ask, report_left_out
from pacewright.cluster.runner import Runner
from pacewright.cluster.tools import Simulation
from pacewright.model.configuration import Configuration
from pacewright.model.errors import ToolError
from pacewright.model.immutable import immutable
from pacewright.model.report import Report, Severity

CODE = "agent-missing"
OVERRIDE = "--allow-missing-agents goes on without"
_SECONDS = 20.0
_INIT_SCRIPTS = "/etc/init.d"
_SCRIPT = re.compile(r"\w[\w.+@\-]*", re.ASCII)
_UNIT = re.compile(r"\w[\w.+@:\\\-]*", re.ASCII)
# systemd's kinds of units: other names get ".service", as Pacemaker gives it.
_UNIT_ENDINGS = (".service", ".socket", ".target", ".mount", ".automount", ".timer", ".path", ".device", ".swap",
                 ".slice", ".scope")  # fmt: skip


@immutable(frozen=True, slots=True)
class Wanted:
    """What tells whether an agent is there: any of these programs, or the unit. Both empty: nothing does."""

    programs: tuple[str, ...] = ()
    unit: str = ""


@immutable(frozen=True, slots=True)
class Found:
    """What a node has: programs, and states of units by name, as systemd says them (``loaded``, ``not-found``).

    ``silent``: why systemd did not answer, where it was asked and did not.
    """

    programs: frozenset[str]
    units: Mapping[str, str]
    silent: str = ""

    def has(self, wanted: Wanted) -> bool:
        """A unit that systemd said nothing of counts."""
        state = self.units.get(wanted.unit, "loaded") if wanted.unit else "not-found"
        return bool(self.programs & set(wanted.programs)) or state not in ("not-found", "masked")


def missing_agents(
    cluster: Cluster, live: Configuration, desired: Configuration, simulation: Simulation, *, allowed: bool = False
) -> list[Report]:
    """One report for each resource whose agent is missing where it may run, and one that names nodes not asked.

    Only nodes that are online, and only what the change brings: nobody is asked about what is as it was. At most two
    calls a node, all nodes at once. ``simulation``: of the live CIB; tells who is online. ``allowed``: only warn.
    """
    told = nodes_of(parse(simulation.answer, "<crm_simulate>"))
    online = {n.name: n.kind for n in told if n.online and n.kind in (MEMBER, REMOTE)}
    needed = [(need, wanted_of(need.agent)) for need in newly_needed(live, desired, online)]
    by_node: dict[str, set[Wanted]] = {}
    for need, wanted in needed:
        if wanted.programs or wanted.unit:
            by_node.setdefault(need.node, set()).add(wanted)
    answers = ask(cluster, by_node, lambda node, runner: look(runner, by_node[node]))
    missing = [n for n, wanted in needed if n.node in answers.values and wanted in by_node[n.node]
               and not answers.values[n.node].has(wanted)]  # fmt: skip
    return [*_reports(missing, allowed), *_not_asked(answers)]


def wanted_of(agent: str) -> Wanted:
    """Empty for classes whose agents are no files, and for names that are none."""
    agent_class, _, name = agent.partition(":")
    script = (f"{_INIT_SCRIPTS}/{name}",) if _SCRIPT.fullmatch(name) else ()
    unit = (name if name.endswith(_UNIT_ENDINGS) else f"{name}.service") if _UNIT.fullmatch(name) else ""
    match agent_class:
        case "ocf" | "stonith":
            return Wanted(tuple(agent_paths(agent)))
        case "lsb":
            return Wanted(script)
        case "systemd":
            return Wanted(unit=unit)
        case "service":
            return Wanted(script, unit)
        case _:
            return Wanted()


def look(runner: Runner, wanted: Iterable[Wanted]) -> Found:
    """Which of these a machine has. Raises ToolError, Unreachable."""
    asked = list(wanted)
    programs = _programs(runner, sorted({p for w in asked for p in w.programs}))
    try:
        return Found(programs, _units(runner, sorted({w.unit for w in asked if w.unit})))
    except ToolError as error:
        return Found(programs, {}, error.stderr.strip() or "systemd does not answer")


def _programs(runner: Runner, paths: list[str]) -> frozenset[str]:
    if not paths:
        return frozenset()
    command = ["find", "-L", *paths, "-maxdepth", "0", "-type", "f", "-perm", "/111", "-print0"]
    done = runner.run(command, timeout=_SECONDS)
    if done.code not in (0, 1):  # 1: some are not there
        raise ToolError(command, done.code, done.stderr)
    return frozenset(done.stdout.decode(errors="replace").split("\0")) - {""}


def _units(runner: Runner, names: list[str]) -> dict[str, str]:
    """``systemctl show`` answers in the order asked; it knows templates, aliases and units made at boot."""
    if not names:
        return {}
    command = ["systemctl", "show", "--property=LoadState", "--", *names]
    done = runner.run(command, timeout=_SECONDS)
    states = [s.partition("=")[2] for s in done.stdout.decode(errors="replace").split() if s.startswith("LoadState=")]
    if len(states) != len(names):
        raise ToolError(command, done.code, done.stderr)
    return dict(zip(names, states, strict=True))


def _reports(missing: list[Need], allowed: bool) -> list[Report]:
    nodes: dict[tuple[str, str, bool], list[str]] = {}
    for need in missing:
        nodes.setdefault((need.resource, need.agent, need.certain), []).append(need.node)
    return [_report(*key, where, allowed) for key, where in nodes.items()]


def _report(resource: str, agent: str, certain: bool, nodes: list[str], allowed: bool) -> Report:
    severity = Severity.ERROR if certain and not allowed else Severity.WARNING
    may = "where it may run" if certain else "where it may run, if rules or sets let it"
    message = f"the agent {agent} is not installed on {', '.join(nodes)}, {may}"
    package = package_of(agent)
    hints = ([f"it comes with {package}"] if package else []) + ([OVERRIDE] if severity is Severity.ERROR else [])
    return Report(CODE, message, severity, suggestion="; ".join(hints) or None, subject=f"resource {resource}")


def _not_asked(answers: Answers[Found]) -> list[Report]:
    silent = {node: found.silent for node, found in answers.values.items() if found.silent}
    return [
        *answers.report("not asked whether the agents are installed there"),
        *report_left_out(silent, "not known whether the systemd units are there"),
    ]


def with_answers(found: Iterable[Report], asked: Iterable[Report]) -> list[Report]:
    """What nodes tell replaces the same thing said without them, with the better hint of the two."""
    told = {(r.code, r.subject) for r in asked}
    hints = {r.subject: r.suggestion for r in found if r.code == CODE and r.suggestion}
    said = [
        replace(r, suggestion=_both(hints.get(r.subject), r.suggestion)) if r.code == CODE else r for r in asked
    ]  # fmt: skip
    return [*(r for r in found if (r.code, r.subject) not in told), *said]


def _both(first: str | None, second: str | None) -> str | None:
    if first is None or (second and first in second):
        return second
    return f"{first}; {second.rpartition('; ')[2]}" if second and OVERRIDE in second else first
