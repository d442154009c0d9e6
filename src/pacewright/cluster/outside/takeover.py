"""Units that change hands on a node: from Pacemaker to systemd and back. A unit that runs goes on running.

Pacemaker leaves its drop-in behind on a unit that it is made to forget, and writes none for one that a probe finds
running: whoever takes a unit over does both.
"""

from __future__ import annotations

from collections.abc import Sequence

from pacewright.cluster.nodes import put_file
from pacewright.cluster.outside.look import unit_states
from pacewright.cluster.runner import Runner
from pacewright.model.errors import ToolError

_RUNTIME = "/run/systemd/system"
_PACEMAKERS = "50-pacemaker.conf"
# As Pacemaker writes it before it starts a unit.
_DROP_IN = """\
[Unit]
Description=Cluster Controlled {name}
Before=pacemaker.service pacemaker_remote.service

[Service]
Restart=no
"""


def give_to_systemd(runner: Runner, units: Sequence[str]) -> None:
    """Pacemaker's drop-ins go, the units start at boot from now on. Raises ToolError."""
    states = unit_states(runner, units)
    controlled = [name for name in units if states[name].cluster_controlled]
    if controlled:
        _run(runner, "rm", "-f", "--", *(f"{_RUNTIME}/{name}.d/{_PACEMAKERS}" for name in controlled))
        _run(runner, "systemctl", "daemon-reload")
    enabled = [name for name in units if states[name].present and states[name].file_state != "enabled"]
    if enabled:
        _run(runner, "systemctl", "enable", "--", *enabled)


def give_to_pacemaker(runner: Runner, units: Sequence[str]) -> None:
    """systemd neither starts the units at boot from now on nor restarts them, and stops them after Pacemaker."""
    states = unit_states(runner, units)
    missing = [name for name in units if states[name].present and not states[name].cluster_controlled]
    if missing:
        _run(runner, "mkdir", "-p", "-m", "0755", "--", *(f"{_RUNTIME}/{name}.d" for name in missing))
        for name in missing:
            text = _DROP_IN.format(name=name.removesuffix(".service"))
            put_file(runner, f"{_RUNTIME}/{name}.d/{_PACEMAKERS}", text.encode(), mode=0o644)
        _run(runner, "systemctl", "daemon-reload")
    disabled = [name for name in units if states[name].file_state.startswith("enabled")]
    if disabled:
        _run(runner, "systemctl", "disable", "--", *disabled)


def _run(runner: Runner, *command: str) -> None:
    finished = runner.run(command)
    if finished.code != 0:
        raise ToolError(command, finished.code, finished.stderr)
