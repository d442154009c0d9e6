"""The lightweight stack with real services under faults, while clients write rows through VIP, HAProxy and Galera, and
confirmed messages to RabbitMQ. Gaps are seconds between two acknowledged writes of one client.

stack-node-lost: each node in turn loses its power. stack-haproxy: HAProxy is killed, and on every second round cannot be started
any more on that node. stack-outside: kill -9 of each service that is systemd's, with what `outside --install` writes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from laboratory import ADDITIONS, Laboratory, until
from soak.registry import Figures, Round
from stack import OUTSIDE, VIP, Stack
from stack_clients import require_messages, require_rows, watching, writing

LONGEST_GAP = 90.0
LONGEST_ALONE = 10.0


def ready(lab: Laboratory) -> None:
    stack = Stack(lab)
    print(f"up from nothing in {stack.up():.0f} s", flush=True)
    lab.host("outside", str(stack.spec), "--install")
    for node in lab.nodes:
        for unit in OUTSIDE:
            stack.start(node, unit)


def again(lab: Laboratory) -> Stack:
    """The stack, whole: also after a round that failed."""
    stack = Stack(lab)
    lab.host("apply", str(stack.spec), "--yes")
    stack.wait_whole(180)
    return stack


def node_lost(lab: Laboratory, number: int) -> Figures:
    stack = again(lab)
    lost = lab.nodes[number % len(lab.nodes)]
    held = stack.holder() == lost
    occasion = f"round{number}"
    with writing(stack, occasion) as (database, broker):
        until(lambda: database.has_begun() and broker.has_begun(), 30, "clients write")
        lab.control("kill", lost)
        time.sleep(15)  # until fenced: before, all looks whole
        whole = stack.wait_whole(240) + 15
    require_rows(stack, occasion, database)
    require_messages(stack, occasion, broker)
    gaps = {"database": database.longest_gap, "broker": broker.longest_gap}
    assert max(gaps.values()) < LONGEST_GAP, gaps
    print(f"round {number}: {lost} lost{' with the VIP' if held else ''}: {gaps}", flush=True)
    return {**gaps, "whole": whole, "held": held, "rows": len(database.numbers), "messages": len(broker.numbers)}


def node_lost_remark(figures: Sequence[Figures]) -> str:
    held = sum(bool(f["held"]) for f in figures)
    rows, messages = (sum(int(f[name]) for f in figures) for name in ("rows", "messages"))
    return (
        f"longest gap of the database {_span(figures, 'database')}, of the broker {_span(figures, 'broker')}; the lost node "
        f"had the VIP {held} times; whole again {_span(figures, 'whole')} after the power cut; "
        f"none of {rows} rows and {messages} messages lost"
    )


def haproxy(lab: Laboratory, number: int) -> Figures:
    stack = again(lab)
    holder = stack.holder()
    with watching(lab, VIP, 3306) as watch:
        if number % 2:
            before = stack.main_pid(holder, "haproxy")
            stack.kill(holder, "haproxy")
            until(lambda: stack.main_pid(holder, "haproxy") not in ("0", before), 60, "HAProxy runs again")
            until(lambda: stack.serves(holder), 30, "HAProxy listens again")
        else:
            stack.break_haproxy(holder)
            try:
                until(lambda: stack.holder_is_not(holder), 60, "the address has left")
            finally:
                stack.mend_haproxy(holder)
            stack.wait_whole(60)
    assert watch.killed, "HAProxy was not seen to be away"
    assert watch.longest < LONGEST_ALONE, watch.alone
    assert stack.runs(stack.holder(), "haproxy")
    return {"alone": watch.longest, "moved": not number % 2}


def haproxy_remark(figures: Sequence[Figures]) -> str:
    moved = [f for f in figures if f["moved"]]
    stayed = [f for f in figures if not f["moved"]]
    said = [f"{len(stayed)} times started again: the VIP was without it for {_span(stayed, 'alone')}"] if stayed else []
    said += [f"{len(moved)} times not to be started there: {_span(moved, 'alone')}, then moved"] if moved else []
    return "; ".join(said) + "; HAProxy's monitor comes every 5 s"


def outside(lab: Laboratory, _number: int) -> Figures:
    stack = again(lab)
    longest = 0.0
    for node in lab.nodes:
        for unit in OUTSIDE:
            before = stack.main_pid(node, unit)
            stack.kill(node, unit)
            back = until(lambda n=node, u=unit, b=before: stack.main_pid(n, u) not in ("0", b), 15, f"{unit} on {node}")
            longest = max(longest, back)
    return {"back": longest}


def outside_remark(figures: Sequence[Figures]) -> str:
    return f"{', '.join(OUTSIDE)} on three nodes: back after {_span(figures, 'back')} (RestartSec=5)"


def _span(figures: Sequence[Figures], name: str) -> str:
    values = sorted(float(f[name]) for f in figures)
    return f"{values[len(values) // 2]:.1f} s (up to {values[-1]:.1f})"


ROUNDS = [
    Round(
        "stack-node-lost", "power cut of each node in turn while clients write: no acknowledged row or message lost",
        9, node_lost, node_lost_remark, ready=ready, place=60, additions=ADDITIONS,
    ),
    Round(
        "stack-haproxy", "HAProxy killed while its VIP is watched: the VIP is never left on a node without it",
        10, haproxy, haproxy_remark, ready=ready, place=61, additions=ADDITIONS,
    ),
    Round(
        "stack-outside", "kill -9 of each service that is systemd's: back without Pacemaker",
        10, outside, outside_remark, ready=ready, place=62, additions=ADDITIONS,
    ),
]  # fmt: skip
