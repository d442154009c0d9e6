"""Nodes lost during an apply: power of the DC's node, network of the writer's node."""

from __future__ import annotations

from laboratory import Laboratory, until
from soak import faults, sight
from soak.actors import start_apply_from_host
from soak.registry import Figures, Round


def dc_lost(lab: Laboratory, number: int) -> Figures:
    """The writer is elsewhere, but for each fifth time: then it is lost, too."""
    dc = sight.dc(lab, lab.nodes[0])
    other = next(n for n in lab.nodes if n != dc)
    writer = dc if number % 5 == 0 else other
    outcome, old, new = faults.struck(lab, writer, number, lambda: sight.power_off(lab, dc))
    if writer != dc:
        assert outcome.code == 0, outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=other)


def writer_cut_off(lab: Laboratory, number: int) -> Figures:
    """Its node is fenced by the others and comes back once it is healed."""
    writer = lab.nodes[number % len(lab.nodes)]
    outcome, old, new = faults.struck(lab, writer, number, lambda: sight.cut(lab, writer))
    fenced = f"{writer}: power on (IPMI)"
    before = len(sight.events(lab))
    if not any(fenced in line for line in sight.events(lab)[-3:]):
        until(lambda: any(fenced in line for line in sight.events(lab)[max(0, before - 3) :]), 90, f"{writer} fenced")
    return faults.concluded(lab, outcome, old, new, recover_on=writer)


def node_used_lost(lab: Laboratory, number: int) -> Figures:
    """From the host: the node whose tools are used loses its power; another one takes its place."""
    used, other = lab.nodes[:2]
    outcome, old, new = faults.struck(
        lab, other, number, lambda: sight.power_off(lab, used), longest=4.0,
        start=lambda lab, _, spec: start_apply_from_host(lab, spec),
    )  # fmt: skip
    assert outcome.code == 0, outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=other)


ROUNDS = [
    Round("dc-node-killed", "power cut of the DC's node during apply", 20, dc_lost, faults.remark, place=32),
    Round("writer-cut-off", "network of the writer's node cut during apply", 20, writer_cut_off, faults.remark, place=33),
    Round("used-node-killed", "apply --cluster lab goes on through another node when the one that it uses loses power",
          20, node_used_lost, faults.remark, place=34),
]  # fmt: skip
