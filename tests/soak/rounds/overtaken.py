"""While an apply waits for a slow start, another node writes a further plan of the same deployment. What the first one
wrote is still in, each value as its spec says; but it is not the last word on the deployment any more, which it says.
"""

from __future__ import annotations

from laboratory import Laboratory, until
from soak import sight
from soak.actors import apply, start_apply
from soak.registry import Figures, Round
from soak.rounds.slow_start import SPEC, start_in_flight
from soak.specs import AGENT

SLEEP = 3


def once(lab: Laboratory, number: int) -> Figures:
    writer, other = lab.nodes[number % len(lab.nodes)], lab.nodes[(number + 1) % len(lab.nodes)]
    sight.remove_all(lab)
    spec = SPEC.format(number=number, sleep=SLEEP, monitor="")
    first = start_apply(lab, writer, spec)
    until(lambda: start_in_flight(lab, other, f"slow{number}") or first.over, 60, "a start in flight")
    assert not first.over, first.outcome().said
    second = apply(lab, other, f"{spec}  more:\n    agent: {AGENT}\n")
    assert second.code == 0, second.said
    overtaken = first.outcome()
    assert overtaken.code == 3, f"{overtaken.said}\n{second.said}"
    assert "'slow' has been written over since" in overtaken.err, overtaken.said
    return {"seconds": overtaken.seconds}


ROUND = Round(
    "overtaken", "another plan of the same deployment written while an apply waits: the first exits 3, the second 0",
    10, once, place=15,
)  # fmt: skip
