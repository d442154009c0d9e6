"""Writes drop-ins and settings on a node, enables units and disables them. Starts, stops and restarts nothing."""

from __future__ import annotations

import posixpath

from pacewright.architectures.outside import OnNode
from pacewright.architectures.outside_forms import UNITS
from pacewright.cluster.nodes import put_file
from pacewright.cluster.outside.judge import MODE, left_over, stale, to_disable, to_enable
from pacewright.cluster.outside.look import NodeState, look
from pacewright.cluster.runner import Runner
from pacewright.model.errors import ToolError


def install(runner: Runner, here: OnNode, release: str, distribution: str) -> list[str]:
    """What was done, in words; nothing where all was as it must be. Raises ToolError at the first that fails: what was
    done before stays, and the next run goes on from there.
    """
    state = look(runner, here, release, distribution)
    done = _write(runner, stale(here, state, distribution))
    for path in left_over(here, state, distribution):
        _run(runner, "rm", "-f", "--", path)
        done.append(f"removed {path}")
    if any(UNITS in line for line in done) or _unread(here, state):
        _run(runner, "systemctl", "daemon-reload")
        done.append("daemon-reload")
    for verb, units in (("enable", to_enable(here, state)), ("disable", to_disable(here, state))):
        if units:
            _run(runner, "systemctl", verb, "--", *units)
            done += [f"{verb}d {unit}" for unit in units]
    return done


def write_files(runner: Runner, here: OnNode, release: str, distribution: str) -> list[str]:
    """Drop-ins and settings alone: while Pacemaker runs a unit its own drop-in wins over ours."""
    done = _write(runner, stale(here, look(runner, here, release, distribution), distribution))
    if any(UNITS in line for line in done):
        _run(runner, "systemctl", "daemon-reload")
    return done


def _write(runner: Runner, files: dict[str, str]) -> list[str]:
    folders = sorted({posixpath.dirname(path) for path in files})
    if folders:
        _run(runner, "mkdir", "-p", "-m", "0755", "--", *folders)
    for path, text in files.items():
        put_file(runner, path, text.encode(), mode=MODE)
    return [f"wrote {path}" for path in files]


def _unread(here: OnNode, state: NodeState) -> bool:
    return any(state.units[unit.name].properties.get("NeedDaemonReload") == "yes" for unit in here.enabled)


def _run(runner: Runner, *command: str) -> None:
    finished = runner.run(command)
    if finished.code != 0:
        raise ToolError(command, finished.code, finished.stderr)
