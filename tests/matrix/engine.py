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
from matrix.comparison import Comparison, compare
from matrix.observation import Operations
from matrix.places import CommandFailed, Lab
from matrix.rows import Row, text

SETTLES = "180"  # seconds that an apply may take
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
        self.pristine = self._pristine()
        self.failures = True  # that may be in the history
        self.unseen: Operations = Counter()  # logged before the alert was there
        self.reset()
        time.sleep(2 * QUIET)
        told = observation.executed(observation.alerted(lab))
        self.unseen = observation.logged(lab) - observation.without_fencing(told)

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

    def _pristine(self) -> str:
        """The configuration that every row begins with: nodes and fencing devices of the lab, and the alert."""
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
        return ElementTree.tostring(configuration, encoding="unicode")

    def run(self, row: Row) -> Result:
        started = time.monotonic()
        result = Result(row)
        try:
            self._judge(row, result)
        except (RowFailed, CommandFailed) as error:
            result.problem = str(error)
        result.seconds = time.monotonic() - started
        return result

    def reset(self) -> None:
        """The configuration of the beginning, every node online, no failure remembered, no agent's file left.

        Instances of a unique clone that is gone are stopped as if it had been anonymous: their files stay.
        """
        command = ["cibadmin", "--replace", "--scope", "configuration", "--xml-pipe"]
        self._all_online()
        self.lab.run(self.first, *command, stdin=self.pristine)
        self._rest()
        if self.failures:
            self.lab.run(self.first, "crm_resource", "--cleanup")
            self._rest()
            self.failures = False
        for node in self.lab.nodes:
            self.lab.run(node, *FORGET_STATES)

    def _judge(self, row: Row, result: Result) -> None:
        self.reset()
        before, after = self._written("before", row.before), self._written("after", row.after)
        self.failures = bool(row.fail)
        self._applied(before)
        self._meanwhile(row)
        already = self._all_seen()
        result.cib = self.lab.run(self.first, "cibadmin", "--query")
        _, result.plan = self.lab.pacewright("plan", after, *row.arguments)
        self._applied(after, *row.arguments)
        if any(effect["action"] == "fence" for effect in result.plan["effects"]):
            time.sleep(2 * QUIET)  # its alert has no line in a log to be compared with
        alerts = self._all_seen()
        result.failures = observation.failed(alerts, already)
        self.failures = self.failures or bool(result.failures)
        result.comparison = compare(result.plan, observation.executed(alerts) - observation.executed(already))
        require_as_said(row, result.plan)

    def _written(self, name: str, spec: dict[str, Any]) -> str:
        path = self.folder / f"{name}.yaml"
        path.write_text(text(spec))
        return str(path)

    def _applied(self, spec: str, *arguments: str) -> None:
        """Settled, as desired or not: a resource that a row stops from running is not."""
        code, document = self.lab.pacewright("apply", spec, "--yes", "--wait", SETTLES, *arguments)
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

    def _rest(self) -> None:
        code, _ = self.lab.pacewright("wait", "--timeout", SETTLES)
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
            logged = observation.logged(self.lab) - self.unseen
            if operations == logged:
                return alerts
            if time.monotonic() > deadline:
                raise RowFailed(f"alerts and logs differ: {dict((operations - logged) + (logged - operations))}")
            time.sleep(QUIET)


def _is_the_labs(item: ElementTree.Element) -> bool:
    return item.tag == "node" or item.get("class") == "stonith" or item.get("id") == "cib-bootstrap-options"


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
    """Recall, precision and how many rows hold a "may"."""
    judged = [r.comparison for r in results if r.comparison is not None]
    hits = sum(c.hits.total() for c in judged)
    known = hits + sum(c.missed.total() for c in judged)
    said = hits + sum(c.wrong.total() for c in judged)
    return (hits / known if known else 1.0), (hits / said if said else 1.0), sum(bool(r.row.may) for r in results)
