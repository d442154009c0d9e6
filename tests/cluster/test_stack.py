"""The lightweight stack with real services: up from nothing by one apply, a node's power cut while clients write, processes killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from laboratory import ADDITIONS, own_lab, until
from pacewright.lab.needs import missing_needs
from stack import OUTSIDE, VIP, Stack
from stack_clients import require_messages, require_rows, watching, writing

LONGEST_DATABASE_GAP = LONGEST_BROKER_GAP = 60.0
LONGEST_ALONE = 20.0  # HAProxy's monitor comes every 5 s; on a machine with much to do its restart takes long


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    if missing := missing_needs():
        pytest.skip(f"SKIPPED LOUDLY: no real services tested: {'; '.join(missing)}")
    with own_lab("stack", "--with", ADDITIONS) as lab:
        stack = Stack(lab)
        print(f"up from nothing in {stack.up():.0f} s")
        yield stack


def test_what_was_acknowledged_outlives_the_power_cut_of_the_node_with_the_address(stack: Stack) -> None:
    lost = stack.holder()
    with writing(stack, "cut") as (database, broker):
        until(lambda: database.has_begun() and broker.has_begun(), 30, "clients write")
        stack.lab.control("kill", lost)
        until(lambda: stack.holder_is_not(lost), 150, "the address has moved")
        print(f"whole again in {stack.wait_whole(240):.0f} s")
    print(f"longest gap: database {database.longest_gap:.1f} s, broker {broker.longest_gap:.1f} s")
    require_rows(stack, "cut", database)
    require_messages(stack, "cut", broker)
    assert database.longest_gap < LONGEST_DATABASE_GAP
    assert broker.longest_gap < LONGEST_BROKER_GAP


def test_the_address_stays_on_no_node_without_haproxy(stack: Stack) -> None:
    with watching(stack.lab, VIP, 3306) as watch:
        first = stack.holder()
        before = stack.main_pid(first, "haproxy")
        stack.kill(first, "haproxy")
        until(lambda: stack.main_pid(first, "haproxy") not in ("0", before), 90, "HAProxy runs again")
        until(lambda: stack.serves(first), 30, "HAProxy listens again")  # killed before, it would be away but once
        stack.break_haproxy(first)
        until(lambda: stack.holder_is_not(first), 120, "the address has left the node where HAProxy cannot start")
        stack.mend_haproxy(first)
        stack.wait_whole(120)
    print(f"longest without HAProxy: {watch.longest:.1f} s")
    assert watch.killed >= 2, "HAProxy was not seen to be away: the watch is blind"
    assert watch.longest < LONGEST_ALONE


def test_a_service_outside_is_back_without_pacemaker(stack: Stack) -> None:
    stack.lab.host("outside", str(stack.spec), "--install")
    for node in stack.lab.nodes:
        for unit in OUTSIDE:
            stack.start(node, unit)
            before = stack.main_pid(node, unit)
            stack.kill(node, unit)
            until(
                lambda n=node, u=unit, b=before: stack.main_pid(n, u) not in ("0", b), 15, f"{unit} is back on {node}"
            )
