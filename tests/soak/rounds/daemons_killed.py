"""Kill -9 of pacemaker-based during an apply: on the writer's node, and on the DC's."""

from __future__ import annotations

from laboratory import Laboratory
from soak import faults, sight
from soak.registry import Figures, Round


def kill_manager(lab: Laboratory, node: str) -> None:
    done = lab.exec(node, "sh", "-c", "kill -9 $(pidof pacemaker-based)")
    assert done.returncode == 0, done.stderr


def of_writer(lab: Laboratory, number: int) -> Figures:
    dc = sight.dc(lab, lab.nodes[0])
    writer = next(n for n in lab.nodes if n != dc)
    return _killed(lab, number, writer, writer)


def of_dc(lab: Laboratory, number: int) -> Figures:
    """The writer is the DC's node itself each fourth time."""
    dc = sight.dc(lab, lab.nodes[0])
    writer = dc if number % 4 == 0 else next(n for n in lab.nodes if n != dc)
    return _killed(lab, number, writer, dc)


def _killed(lab: Laboratory, number: int, writer: str, where: str) -> Figures:
    outcome, old, new = faults.struck(lab, writer, number, lambda: kill_manager(lab, where))
    return faults.concluded(lab, outcome, old, new, recover_on=writer)


ROUNDS = [
    Round("cib-manager-of-writer-killed", "kill -9 of pacemaker-based on the writer's node during apply",
          20, of_writer, faults.remark, place=30),
    Round("cib-manager-of-dc-killed", "kill -9 of pacemaker-based on the DC's node during apply",
          20, of_dc, faults.remark, place=31),
]  # fmt: skip
