"""What is not as it must be on a node. Every finding says what, where, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.architectures.oslo import same_value
from pacewright.architectures.outside import OnNode, Running, Value
from pacewright.architectures.outside_forms import MARK, files, settings_path
from pacewright.cluster.outside.look import NodeState, Reading
from pacewright.model.report import Report

MODE = 0o644
# States of unit files of which a start at boot follows; or nothing that enabling could change.
_ENABLED = ("enabled", "alias", "static", "indirect", "generated")
_MENDED = "'pacewright outside SPEC --install' mends it"


def judge(here: OnNode, state: NodeState, distribution: str) -> list[Report]:
    return [
        *(report for unit in here.enabled for report in _of_ours(here.node, unit, state)),
        *(report for unit in here.pacemaker for report in _of_pacemaker(here.node, unit, state)),
        *_of_files(here, state, distribution),
        *(report for value in here.settings for report in _of_setting(here.node, value, state, distribution)),
    ]


def wanted(here: OnNode, distribution: str) -> dict[str, str]:
    return files(here, distribution)


def stale(here: OnNode, state: NodeState, distribution: str) -> dict[str, str]:
    """Files that must be written, by path: what is missing or differs."""
    found = {}
    for path, text in wanted(here, distribution).items():
        there = state.ours.get(path)
        if there is None or there.text != text or there.mode != MODE:
            found[path] = text
    return found


def left_over(here: OnNode, state: NodeState, distribution: str) -> list[str]:
    """Files that we wrote once and that nothing wants any more."""
    asked = wanted(here, distribution)
    return [path for path, file in state.ours.items() if path not in asked and file.text.startswith(MARK)]


def to_enable(here: OnNode, state: NodeState) -> list[str]:
    return [
        unit.name for unit in here.enabled
        if state.units[unit.name].present and state.units[unit.name].file_state not in (*_ENABLED, "masked")
    ]  # fmt: skip


def to_disable(here: OnNode, state: NodeState) -> list[str]:
    return [
        unit.name for unit in here.pacemaker
        if state.units[unit.name].present and state.units[unit.name].file_state.startswith("enabled")
    ]  # fmt: skip


def _of_ours(node: str, unit: Running, state: NodeState) -> Iterator[Report]:
    found = state.units[unit.name]
    if not found.present:
        yield Report("unit-missing", f"{node}: there is no {unit.name} ({', '.join(unit.services)})")
        return
    if found.file_state == "masked":
        yield Report("unit-masked", f"{node}: {unit.name} is masked: it cannot run")
    elif found.file_state not in _ENABLED:
        word = found.file_state or "not enabled"
        yield Report("unit-not-enabled", f"{node}: {unit.name} is {word}: not started at boot", suggestion=_MENDED)
    if found.properties.get("NeedDaemonReload") == "yes":
        yield Report("reload-needed", f"{node}: systemd has not read {unit.name} since it changed", suggestion=_MENDED)
    elif found.cluster_controlled:
        message = f"{node}: {unit.name} is run by Pacemaker still: its drop-in is there"
        yield Report("run-by-pacemaker", message)
    elif not unit.once and not found.restarts_for_ever:
        word = found.properties.get("Restart") or "unknown"
        again = "and with a limit of starts" if word == "always" else "not for ever"
        message = f"{node}: {unit.name} has Restart={word}, {again}: it may stay away once its database is back"
        yield Report("restart-not-for-ever", message)


def _of_pacemaker(node: str, unit: Running, state: NodeState) -> Iterator[Report]:
    found = state.units[unit.name]
    if found.present and found.file_state.startswith("enabled"):
        message = f"{node}: {unit.name} is {found.file_state}: systemd starts at boot what Pacemaker runs"
        yield Report("unit-enabled", message, suggestion=_MENDED)


def _of_files(here: OnNode, state: NodeState, distribution: str) -> Iterator[Report]:
    for path in stale(here, state, distribution):
        there = state.ours.get(path)
        if there is None:
            yield Report("drop-in-missing", f"{here.node}: {path} is missing", suggestion=_MENDED)
        elif there.mode != MODE:
            yield Report("drop-in-mode", f"{here.node}: {path} has mode {there.mode:04o}", suggestion=_MENDED)
        else:
            yield Report("drop-in-differs", f"{here.node}: {path} was changed", suggestion=_MENDED)
    for path in left_over(here, state, distribution):
        yield Report("drop-in-left-over", f"{here.node}: nothing wants {path} any more", suggestion=_MENDED)


def _of_setting(node: str, value: Value, state: NodeState, distribution: str) -> Iterator[Report]:
    """One finding for all units that agree."""
    told: dict[str, tuple[Report, list[str]]] = {}
    for unit in value.units or ("",):
        if unit and not state.units[unit].present:
            continue  # which is told already
        reading = state.readings[(value, unit)]
        if not same_value(reading.value, value.value):
            report = _unlike(node, value, reading, settings_path(value.file, distribution))
            told.setdefault(report.code + report.message, (report, []))[1].append(unit)
    for report, units in told.values():
        named = ", ".join(unit for unit in units if unit)
        message = f"{report.message} ({named})" if named else report.message
        yield Report(report.code, message, suggestion=report.suggestion)


def _unlike(node: str, value: Value, reading: Reading, ours: str) -> Report:
    what = f"{value.section}/{value.option}"
    if reading.value is None:
        if ours in reading.read:
            return Report("setting-missing", f"{node}: {what} is not set to {value.value}", suggestion=_MENDED)
        message = f"{node}: {what} is not set to {value.value}, and {ours} is not read"
        folder = ours.rpartition("/")[0]
        hint = f"set it in {value.file}, or start the program with --config-dir {folder} after its --config-file"
        return Report("setting-not-read", message, suggestion=hint)
    message = f"{node}: {what} is {reading.value} in {reading.file}, not {value.value}"
    if ours in reading.read and reading.read.index(ours) >= reading.read.index(reading.file):
        return Report("setting-differs", message, suggestion=_MENDED)  # ours will say it last
    return Report("setting-overridden", message, suggestion=f"set it to {value.value} there, or remove it there")
