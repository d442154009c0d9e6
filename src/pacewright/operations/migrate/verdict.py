"""Whether a unit has changed hands as it should: the same run of it, and nobody else's any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pacewright.cluster.outside.look import UnitState
from pacewright.model.report import Report
from pacewright.operations.migrate.stages import Unit

_AT_BOOT = ("enabled", "static", "indirect", "generated", "alias")


def judge_unit(unit: Unit, node: str, before: UnitState, now: UnitState, of_systemd: bool) -> Iterator[Report]:
    """``before``: as found at the beginning. ``of_systemd``: whose it shall be."""
    subject = f"resource {unit.resource}"
    for code, message in (*_run(node, unit, before, now), *(_systemds if of_systemd else _pacemakers)(node, unit, now)):
        yield Report(code, message, subject=subject)


def judge_runs(node: str, before: Mapping[str, str], now: Mapping[str, UnitState]) -> Iterator[Report]:
    """Whether units run as they ran before, by what a run is told by."""
    for name, run in before.items():
        if not now[name].active:
            yield Report("unit-stopped", f"{node}: {name} has stopped")
        elif now[name].run != run:
            yield Report("unit-restarted", f"{node}: {name} has been started anew")


def _run(node: str, unit: Unit, before: UnitState, now: UnitState) -> Iterator[tuple[str, str]]:
    if before.active and not now.active:
        yield "unit-stopped", f"{node}: {unit.name} has stopped"
    elif before.active and before.run != now.run:
        yield "unit-restarted", f"{node}: {unit.name} has been started anew"


def _systemds(node: str, unit: Unit, now: UnitState) -> Iterator[tuple[str, str]]:
    if now.cluster_controlled:
        yield "run-by-pacemaker", f"{node}: Pacemaker's drop-in of {unit.name} is still there"
    if now.file_state not in _AT_BOOT:
        yield "unit-not-enabled", f"{node}: {unit.name} is {now.file_state}: not started at boot"
    if not unit.once and not now.restarts_for_ever:
        yield "restart-not-for-ever", f"{node}: {unit.name} has Restart={now.properties.get('Restart')}"


def _pacemakers(node: str, unit: Unit, now: UnitState) -> Iterator[tuple[str, str]]:
    if not now.cluster_controlled or now.properties.get("Restart") != "no":
        yield "run-by-systemd", f"{node}: systemd would restart {unit.name} behind Pacemaker's back"
    if now.file_state.startswith("enabled"):
        yield "unit-enabled", f"{node}: {unit.name} is {now.file_state}: systemd starts it at boot"
