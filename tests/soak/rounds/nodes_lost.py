"""Nodes lost during an apply: power of the DC's node, network of the writer's node."""

from __future__ import annotations

import time

from laboratory import Laboratory
from soak import faults, sight, specs
from soak.actors import start_here
from soak.registry import Figures, Round


def dc_lost(lab: Laboratory, number: int) -> Figures:
    """The writer is elsewhere, but for each fifth time: then it is lost, too."""
    dc = sight.dc(lab, lab.nodes[0])
    other = next(n for n in lab.nodes if n != dc)
    writer = dc if number % 5 == 0 else other
    outcome, old, new, _ = faults.struck(lab, writer, number, lambda: sight.power_off(lab, dc))
    if writer != dc:
        assert outcome.code == 0, outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=other)


def writer_cut_off(lab: Laboratory, number: int) -> Figures:
    """Its node is fenced by the others and comes back once it is healed."""
    writer = lab.nodes[number % len(lab.nodes)]
    outcome, old, new, _ = faults.struck(lab, writer, number, lambda: sight.cut(lab, writer))
    fenced = f"{writer}: power on (IPMI)"
    before = len(sight.events(lab))
    if not any(fenced in line for line in sight.events(lab)[-3:]):
        sight.until(
            lambda: any(fenced in line for line in sight.events(lab)[max(0, before - 3) :]), 90, f"{writer} fenced"
        )
    return faults.concluded(lab, outcome, old, new, recover_on=writer)


def node_used_lost(lab: Laboratory, number: int) -> Figures:
    """From the host: the node whose tools are used loses its power; another one takes its place."""
    old, new = faults.begin(lab, lab.nodes[1], number)
    command = ("--cluster", f"lab:{lab.name}", "apply", "-", "--yes", "--json", "--wait", "240")
    running = start_here(*_program(), *command, given=specs.many_kinds(new))
    time.sleep(faults.moment(number, 4.0))
    sight.power_off(lab, lab.nodes[0])
    outcome = running.outcome()
    assert outcome.code == 0, outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=lab.nodes[1])


def _program() -> tuple[str, ...]:
    import sys

    return (sys.executable, "-m", "pacewright")


ROUNDS = [
    Round("dc-node-killed", "power cut of the DC's node during apply", 20, dc_lost, faults.remark,
          done=sight.remove_all, place=32),
    Round("writer-cut-off", "network of the writer's node cut during apply", 20, writer_cut_off, faults.remark,
          done=sight.remove_all, place=33),
    Round("used-node-killed", "apply --cluster lab goes on through another node when the one that it uses loses power",
          20, node_used_lost, faults.remark, done=sight.remove_all, place=34),
]  # fmt: skip
