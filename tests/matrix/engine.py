"""Runs one row on a real cluster: apply, plan, apply, and what the cluster has done."""

from __future__ import annotations

import contextlib
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matrix import observation
from matrix.collateral import compare_broken
from matrix.comparison import Comparison, compare
from matrix.observation import Event, Operations
from matrix.places import CommandFailed, Lab
from matrix.rows import Row, text

SETTLES = 180  # seconds that an apply may take
EMPTIES = 90  # seconds in which all that a row has configured stops
IMAGE = "localhost/pacewright-bundle:1"
UNIT = "/etc/systemd/system/pacewright-matrix.service"
FORGET_STATES = (
    "find", "/run", "/run/resource-agents", "-maxdepth", "1", "(", "-name", "Dummy-*", "-o", "-name", "Stateful-*",
    "-o", "-name", "matrix-*", ")", "-delete",
)  # fmt: skip
QUIET = 1.0  # seconds in which an alert arrives


class RowFailed(AssertionError):
    """The row could not be judged: its first spec did not settle, an alert was lost, ..."""


@dataclass
class Result:
    """``cib``: the CIB that the plan was computed on. ``problem``: why there is no comparison."""

    row: Row
    comparison: Comparison | None = None
    plan: dict[str, Any] = field(default_factory=dict)
    cib: str = ""
    events: list[Event] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""

    @property
    def passed(self) -> bool:
        return not self.problem and self.comparison is not None and self.comparison.exact


class Engine:
    """One cluster, row after row. ``folder``: where specs are put."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab, self.folder, self.first = lab, folder, lab.nodes[0]
        self._all_online()
        observation.install(lab)
        self._unit()
        self.pristine, self.pristine_at_rest = self._pristine()
        self.failures = True  # that may be in the history
        self.broken = False  # a resource that is taken away now may not stop
        self.uncounted = True  # alerts and logs may differ already
        self.drift: Operations = Counter()  # logged less alerted, below zero where an alert has no line
        self.reset()

    def _unit(self) -> None:
        """A systemd unit for the class ``systemd:``, on every node."""
        for node in self.lab.nodes:
            self.lab.run(node, "tee", UNIT, stdin="[Service]\nExecStart=sleep infinity\n")
            self.lab.run(node, "systemctl", "daemon-reload")

    def prepare_containers(self) -> None:
        """A second name for the image of bundles, and folders of the host for containers."""
        for node in self.lab.nodes:
            self.lab.run(node, "podman", "tag", IMAGE, IMAGE.replace(":1", ":2"))
            self.lab.run(node, "mkdir", "-p", "/var/lib/matrix-store", "/var/lib/matrix-more")

    def _pristine(self) -> tuple[str, str]:
        """The configuration that every row begins with: nodes and fencing devices of the lab, and the alert.

        And the same in maintenance mode.
        """
        configuration = ElementTree.fromstring(self.lab.run(self.first, "cibadmin", "--query")).find("configuration")
        assert configuration is not None
        for section in configuration:
            for item in list(section):
                if not _is_the_labs(item):
                    section.remove(item)
        for node in configuration.iterfind("nodes/node"):
            node[:] = []
        for old in configuration.findall("alerts"):
            configuration.remove(old)
        alerts = ElementTree.SubElement(configuration, "alerts")
        alerts.append(ElementTree.fromstring(observation.ALERT))
        running = ElementTree.tostring(configuration, encoding="unicode")
        options = configuration.find("crm_config/cluster_property_set")
        assert options is not None
        ElementTree.SubElement(options, "nvpair", id="matrix-at-rest", name="maintenance-mode", value="true")
        return running, ElementTree.tostring(configuration, encoding="unicode")

    def run(self, row: Row) -> Result:
        started = time.monotonic()
        result = Result(row)
        try:
            self._judge(row, result)
        except (RowFailed, CommandFailed) as error:
            result.problem = str(error)
            self.failures = self.uncounted = True
        result.seconds = time.monotonic() - started
        return result

    def reset(self) -> None:
        """The configuration of the beginning, every node online, no failure remembered, no agent's file left.

        Instances of a unique clone that is gone are stopped as if it had been anonymous: their files stay.
        """
        self._all_online()
        if self.broken:
            self._forget_all()
        self._configure(self.pristine)
        try:
            self._rest(EMPTIES)
        except RowFailed:
            self._forget_all()
            self._configure(self.pristine)
            self._rest()
        self.broken = False
        if self.failures:
            self.lab.run(self.first, "crm_resource", "--cleanup")
            self._rest()
            self.failures = False
        for node in self.lab.nodes:
            self.lab.run(node, *FORGET_STATES)
        if self.uncounted:
            self._count()

    def _forget_all(self) -> None:
        """Leaves nothing for Pacemaker to stop: what runs is forgotten with its history, scores and failures.

        An agent that is called without its parameters, as for what is no longer configured, may not find its instance:
        Pacemaker then demotes it in vain, over and over. Good only for agents whose instances are files (FORGET_STATES).
        """
        self._all_online()
        self._configure(self.pristine_at_rest)
        time.sleep(2 * QUIET)  # for operations in flight
        self.lab.run(self.first, "crm_resource", "--refresh")
        for node, name in self._scores():
            words = ["--lifetime", "reboot", "--node", node, "--name", name, "--delete"]
            self.lab.run(self.first, "crm_attribute", *words)
        time.sleep(QUIET)

    def _scores(self) -> list[tuple[str, str]]:
        """Promotion scores that agents have set: node and name."""
        status = ElementTree.fromstring(self.lab.run(self.first, "cibadmin", "--query")).iterfind("status/node_state")
        return [
            (str(state.get("uname")), str(pair.get("name")))
            for state in status
            for pair in state.iterfind("transient_attributes/instance_attributes/nvpair")
            if str(pair.get("name")).startswith("master-")
        ]

    def _configure(self, configuration: str) -> None:
        command = ["cibadmin", "--replace", "--scope", "configuration", "--xml-pipe"]
        self.lab.run(self.first, *command, stdin=configuration)

    def _count(self) -> None:
        """How alerts and logs differ so far, so that only what differs from now on counts."""
        time.sleep(2 * QUIET)
        told = observation.executed(observation.alerted(self.lab))
        self.drift = observation.logged(self.lab)
        self.drift.subtract(observation.without_fencing(told))
        self.uncounted = False

    def _judge(self, row: Row, result: Result) -> None:
        self.reset()
        before, after = self._written("before", row.before), self._written("after", row.after)
        self.failures, self.broken = bool(row.fail), bool(row.breaks)
        self._applied(before)
        self._meanwhile(row)
        already = self._all_seen()
        result.cib = self.lab.run(self.first, "cibadmin", "--query")
        _, result.plan = self.lab.pacewright("plan", after, *row.arguments)
        self._applied(after, *row.arguments)
        if row.breaks:
            self._all_online()
            self._rest()
        if row.breaks or any(effect["action"] == "fence" for effect in result.plan["effects"]):
            time.sleep(2 * QUIET)  # its alert has no line in a log to be compared with
        alerts = self._all_seen()
        result.failures = observation.failed(alerts, already)
        self.failures = self.failures or bool(result.failures)
        result.events = observation.events(alerts, already)
        result.comparison = compared(result)
        require_as_said(row, result.plan)

    def _written(self, name: str, spec: dict[str, Any]) -> str:
        path = self.folder / f"{name}.yaml"
        path.write_text(text(spec))
        return str(path)

    def _applied(self, spec: str, *arguments: str) -> None:
        """Settled, as desired or not: a resource that a row stops from running is not."""
        code, document = self.lab.pacewright("apply", spec, "--yes", "--wait", str(SETTLES), *arguments)
        if code not in (0, 5) or not document.get("settled"):
            raise RowFailed(f"apply {Path(spec).name}: exit {code}: {document.get('message', '')}")

    def _meanwhile(self, row: Row) -> None:
        for command in row.hand:
            self.lab.run(self.first, *command)
        for _ in range(row.fail.get("times", 0)):
            resource = row.fail["resource"]
            self.lab.run(self.first, "crm_resource", "--fail", "--resource", resource, "--node", self._home(resource))
            time.sleep(1)
            self._rest()
        if row.hand:
            self._rest()

    def _home(self, resource: str) -> str:
        _, status = self.lab.pacewright("status", resource)
        return str(status["resources"][0]["nodes"][0])

    def _rest(self, seconds: int = SETTLES) -> None:
        code, _ = self.lab.pacewright("wait", "--timeout", str(seconds))
        if code not in (0, 5):
            raise RowFailed(f"the cluster does not settle: exit {code}")

    def _all_online(self) -> None:
        """Waits until the first node sees all: one that was fenced is booting.

        A node of the lab boots faster than its fencing is reported; told that it has been fenced, it leaves for good.
        """
        started = time.monotonic()
        while (missing := set(self.lab.nodes) - self._online()) and time.monotonic() < started + 180:
            time.sleep(1)
            if time.monotonic() > started + 20:
                for node in self.lab.nodes:
                    with contextlib.suppress(CommandFailed):
                        self.lab.run(node, "systemctl", "start", "corosync", "pacemaker")
        if missing:
            raise RowFailed(f"offline: {sorted(missing)}")

    def _online(self) -> set[str]:
        try:
            told = ElementTree.fromstring(self.lab.run(self.first, "crm_mon", "--one-shot", "--output-as=xml"))
        except (CommandFailed, ElementTree.ParseError):
            return set()
        return {str(n.get("name")) for n in told.iterfind("nodes/node") if n.get("online") == "true"}

    def _all_seen(self) -> list[dict[str, str]]:
        """All alerts, once the nodes' logs tell of the same operations: alerts are told after a line is logged."""
        deadline = time.monotonic() + 20
        while True:
            alerts = observation.alerted(self.lab)
            operations = observation.without_fencing(observation.executed(alerts))
            logged = observation.logged(self.lab)
            logged.subtract(self.drift)
            if operations == logged:
                return alerts
            if time.monotonic() > deadline:
                raise RowFailed(f"alerts and logs differ: {dict((operations - logged) + (logged - operations))}")
            time.sleep(QUIET)


def _is_the_labs(item: ElementTree.Element) -> bool:
    return item.tag == "node" or item.get("class") == "stonith" or item.get("id") == "cib-bootstrap-options"


def compared(result: Result) -> Comparison:
    """By what the row, the plan, the events and the CIB before them say."""
    if not result.row.breaks:
        return compare(result.plan, Counter(event.key for event in result.events))
    homes = observation.active(result.cib)
    return compare_broken(result.plan, result.events, result.row.breaks["resource"], homes)


def require_as_said(row: Row, plan: dict[str, Any]) -> None:
    """The plan shows the kinds of effect that the row is about, nothing was pending, and ``may`` has its reason."""
    kinds = {e["action"] for e in plan["effects"] if not e["base"].startswith("fence-")}  # the lab's own devices
    wanted = [set(word.split("|")) for word in row.shows]
    if not all(kinds & each for each in wanted) or kinds - set().union(*wanted):
        raise RowFailed(f"the plan shows {sorted(kinds)}, not {sorted(row.shows)}")
    if plan["pending"]:
        raise RowFailed(f"pending before the change: {plan['pending']}")
    uncertain = any(not operation["certain"] for operation in plan["operations"])
    if uncertain != bool(row.may):
        raise RowFailed("the plan says 'may' without a reason in the row" if uncertain else "nothing is uncertain here")


def totals(results: Sequence[Result]) -> tuple[float, float, int]:
    """Recall, precision and how many rows have something that Pacemaker cannot know."""
    judged = [r.comparison for r in results if r.comparison is not None]
    hits = sum(c.hits.total() for c in judged)
    known = hits + sum(c.missed.total() for c in judged)
    said = hits + sum(c.wrong.total() for c in judged)
    return (hits / known if known else 1.0), (hits / said if said else 1.0), sum(bool(r.row.reason) for r in results)
