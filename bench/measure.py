"""Times, side by side: A B A B, medians. Wall time of whole processes, start of the interpreter included."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Timed = Callable[[], float]
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``ours``, ``peer``: seconds, or what ``unit`` says; ``bar``: the most that ours / peer may be.

    A row with ``peer`` 1 states an absolute bar. ``notes``: what else was seen in the same run.
    """

    work: str
    peer_name: str
    ours: float
    peer: float
    bar: float
    unit: str = "s"
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def met(self) -> bool:
        return self.ratio <= self.bar


class Failed(Exception):
    """A measured command did not do what it should."""


def seconds(command: Sequence[str], *, codes: Sequence[int] = (0,), cib: Path | None = None) -> float:
    """Wall time of one command. ``cib``: what CIB_file names. Raises Failed for another exit code."""
    environment = {**_environment(), **({"CIB_file": str(cib)} if cib else {})}
    started = time.monotonic()
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    elapsed = time.monotonic() - started
    if done.returncode not in codes:
        raise Failed(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout[-500:]}{done.stderr[-1500:]}")
    return elapsed


def alternate(ours: Timed, peer: Timed, rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians of both after one round that does not count."""
    times = [(ours(), peer()) for _ in range(rounds + 1)][1:]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def external_commands(command: Sequence[str], codes: Sequence[int] = (0,)) -> list[str]:
    """The programs that a pacewright command runs, as its ``-v`` tells."""
    done = subprocess.run(
        [*command, "-v"], env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode not in codes:
        raise Failed(f"{' '.join(command)} -v: exit code {done.returncode}\n{done.stderr[-1500:]}")
    return [line[2:] for line in done.stderr.splitlines() if line.startswith("+ ")]


def _environment() -> dict[str, str]:
    """Byte code is kept, as it is where a program is installed: peers have theirs."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "LC_ALL": "C", "NO_COLOR": "1"}
