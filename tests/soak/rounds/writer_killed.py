"""Kill -9 of the writer at each step of an apply, and uncertain answers of the tool that writes."""

from __future__ import annotations

import time

from laboratory import Laboratory
from soak import faults, sight, specs, wrapper
from soak.actors import start_apply
from soak.registry import Figures, Round
from soak.truth import require_recovery

KILLS = ("before", "during", "after", "settling", "")
UNCERTAIN = ("tool", "answer-lost", "never-sent")
MUST_BE_NEW = {"before": False, "after": True, "settling": True}  # where the step leaves no doubt


def killed(lab: Laboratory, number: int) -> Figures:
    """At four steps exactly, and at any moment (the fifth)."""
    writer, step = lab.nodes[number % len(lab.nodes)], KILLS[number % len(KILLS)]
    old, new = faults.begin(lab, writer, number)
    with wrapper.wrapped(lab, writer, step):
        running = start_apply(lab, writer, specs.many_kinds(new))
        if not step:
            time.sleep(faults.moment(number // len(KILLS)))
            running.kill()
        outcome = running.outcome()
        assert step == "" or (outcome.killed and not wrapper.pending(lab, writer)), f"step {step}\n{outcome.said}"
    sight.calm(lab)
    figures = faults.judged(lab, outcome, old, new)
    assert figures["new"] == MUST_BE_NEW.get(step, figures["new"]), f"step {step}: {figures}\n{outcome.said}"
    require_recovery(lab, lab.nodes[(number + 1) % len(lab.nodes)], new)
    return figures


def uncertain(lab: Laboratory, number: int) -> Figures:
    """The writer lives and must find out: exit 0, everything in, one write."""
    writer, step = lab.nodes[number % len(lab.nodes)], UNCERTAIN[number % len(UNCERTAIN)]
    old, new = faults.begin(lab, writer, number)
    with wrapper.wrapped(lab, writer, step):
        outcome = start_apply(lab, writer, specs.many_kinds(new)).outcome()
        assert not wrapper.pending(lab, writer), outcome.said
    assert outcome.code == 0, f"step {step}\n{outcome.said}"
    assert outcome.document["written"], f"step {step}\n{outcome.said}"
    return faults.judged(lab, outcome, old, new)


ROUNDS = [
    Round("writer-killed", "kill -9 of the writer before, during, after its write, while settling, and at any moment",
          40, killed, faults.remark, place=20),
    Round("answer-uncertain", "the tool that writes is killed, or its answer gets lost: the writer finds out",
          21, uncertain, faults.remark, place=21),
]  # fmt: skip
