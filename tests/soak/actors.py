"""Programs that run in nodes at the same time, and what became of them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laboratory import Laboratory

_OURS = ("TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")  # folders of the host
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in _OURS}
ENVIRONMENT |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C"}
KILLED = (-9, 137)
_APPLY = ("apply", "-", "--yes", "--json", "--wait", "240")


@dataclass(frozen=True)
class Outcome:
    """``began``, ``ended``: Unix time. ``code``: exit code, -9 or 137 when killed."""

    node: str
    command: tuple[str, ...]
    code: int
    out: str
    err: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def killed(self) -> bool:
        return self.code in KILLED

    @property
    def document(self) -> dict[str, Any]:
        """What pacewright printed with ``--json``; empty without."""
        return json.loads(self.out) if self.out.strip().startswith("{") else {}

    @property
    def said(self) -> str:
        return f"{' '.join(self.command)} on {self.node}: exit {self.code}, {self.seconds:.1f} s\n{self.out[-3000:]}\n{self.err[-3000:]}"


@dataclass
class Running:
    """A program under way in a node."""

    node: str
    command: tuple[str, ...]
    process: subprocess.Popen[str]
    began: float = field(default_factory=time.time)

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """Kill -9 of the program itself: nsenter, which leads into the node, waits for it as its only child."""
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)

    def outcome(self, seconds: float = 300) -> Outcome:
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"hangs: {' '.join(self.command)} on {self.node}, {seconds} s: {out} {err}") from None
        return Outcome(self.node, self.command, self.process.returncode, out, err, self.began, time.time())


def start(lab: Laboratory, node: str, *command: str, given: str = "") -> Running:
    """``given``: its standard input."""
    return Running(node, command, _process(lab.entered(node, *command), ENVIRONMENT, given))


def start_apply(lab: Laboratory, node: str, spec: str, *options: str) -> Running:
    """``pacewright apply`` inside a node, on its own cluster."""
    return start(lab, node, "pacewright", *_APPLY, *options, given=spec)


def start_apply_from_host(lab: Laboratory, spec: str, *, through: str = "") -> Running:
    """``pacewright apply`` on the lab's host. ``through``: the node whose tools are used, else the first that answers."""
    cluster = f"lab:{lab.name}/{through}" if through else f"lab:{lab.name}"
    command = (sys.executable, "-m", "pacewright", "--cluster", cluster, *_APPLY)
    return Running("host", command, _process(command, None, spec))


def apply(lab: Laboratory, node: str, spec: str, *options: str) -> Outcome:
    return start_apply(lab, node, spec, *options).outcome()


def outcomes(running: Sequence[Running], seconds: float = 300) -> list[Outcome]:
    return [each.outcome(seconds) for each in running]


def _process(command: Sequence[str], environment: Mapping[str, str] | None, given: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    process.stdin.write(given)
    process.stdin.close()
    process.stdin = None
    return process
