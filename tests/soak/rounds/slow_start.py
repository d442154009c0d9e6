"""Settled means that all has started, however slowly. ``crm_resource --wait`` is asked at the same time: a fact to be
told, not a test of it. Before Pacemaker 2.1.7 it takes no notice of operations in flight: it returns at once where
nothing else is planned. A monitor that is still to be begun hides that, so every other round has none.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from laboratory import Laboratory, until
from soak import sight
from soak.actors import start, start_apply
from soak.registry import Figures, Round

SLEEP = 6
SPEC = """\
deployment: slow
resources:
  slow{number}:
    agent: ocf:pacemaker:Dummy
    params: {{op_sleep: "{sleep}"}}
    operations: {{start: {{interval: 0s, timeout: 60s}}{monitor}}}
"""


def start_in_flight(lab: Laboratory, node: str, resource: str) -> bool:
    return "193" in _codes_of_start(lab, node, resource)


def started(lab: Laboratory, node: str, resource: str) -> bool:
    return "0" in _codes_of_start(lab, node, resource)


def _codes_of_start(lab: Laboratory, node: str, resource: str) -> set[str]:
    document = sight.cib(lab, node)
    operations = [] if document is None else document.iterfind(f"status//lrm_resource[@id='{resource}']/lrm_rsc_op")
    return {o.get("rc-code", "") for o in operations if o.get("operation") == "start"}


def once(lab: Laboratory, number: int) -> Figures:
    writer, other = lab.nodes[number % len(lab.nodes)], lab.nodes[(number + 1) % len(lab.nodes)]
    resource = f"slow{number}"
    sight.remove_all(lab)  # else it would wait for the former one's stop, which is planned as long as it is in flight
    monitor = "" if number % 2 else ", monitor: {interval: 60s, timeout: 60s}"
    running = start_apply(lab, writer, SPEC.format(number=number, sleep=SLEEP, monitor=monitor))
    until(lambda: start_in_flight(lab, other, resource) or running.over, 60, "a start in flight")
    assert not running.over, running.outcome().said
    waiting = start(lab, other, "crm_resource", "--wait")
    when = 0.0
    while not running.over:
        if not when and started(lab, other, resource):
            when = time.time()
        time.sleep(0.1)
    outcome = running.outcome()
    assert outcome.code == 0, outcome.said
    assert started(lab, writer, resource), f"returned before {resource} had started\n{outcome.said}"
    early = waiting.outcome()
    when = when or outcome.ended
    return {"seconds": outcome.seconds, "peer early by": max(0.0, when - early.ended), "after": outcome.ended - when}


def remark(figures: Sequence[Figures]) -> str:
    early = [float(f["peer early by"]) for f in figures if float(f["peer early by"]) > 0.5]
    after = max(float(f["after"]) for f in figures)
    peer = f"crm_resource --wait returned before the start had ended in {len(early)} of {len(figures)}"
    longest = f", by up to {max(early):.1f} s" if early else ""
    return f"starts take {SLEEP} s; apply returned at most {after:.1f} s after the start had ended; {peer}{longest}"


ROUND = Round(
    "slow-start", "apply returns only when all has started", 10, once, remark, place=14,
)  # fmt: skip
