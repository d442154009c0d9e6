"""Elections, and partitions without quorum."""

from __future__ import annotations

import itertools
import time

from laboratory import Laboratory, until
from soak import faults, sight, specs
from soak.actors import apply, start, start_apply_from_host
from soak.history import History
from soak.registry import Figures, Round


def election(lab: Laboratory, number: int) -> Figures:
    """Pacemaker on the DC's node stops, and starts again, while the apply is under way: nobody is fenced."""
    dc = sight.dc(lab, lab.nodes[0])
    writer = next(n for n in lab.nodes if n != dc)
    stopping = []
    before = len(sight.events(lab))
    outcome, old, new = faults.struck(
        lab, writer, number, lambda: stopping.append(start(lab, dc, "systemctl", "stop", "pacemaker"))
    )
    assert outcome.code == 0, outcome.said
    stopping[0].outcome()
    lab.exec(dc, "systemctl", "start", "pacemaker")
    figures = faults.concluded(lab, outcome, old, new, recover_on=writer)
    assert not any("IPMI" in line for line in sight.events(lab)[before:]), sight.events(lab)[before:]
    return figures


def cut_all(lab: Laboratory) -> None:
    for pair in itertools.combinations(lab.nodes, 2):
        sight.cut(lab, *pair)


def _has_quorum(lab: Laboratory, node: str) -> bool:
    seen = sight.cib(lab, node)
    return seen is None or seen.get("have-quorum") == "1"


def no_quorum(lab: Laboratory, number: int) -> Figures:
    """Each node alone: no partition may write. Nothing is lost when they meet again."""
    writer = lab.nodes[number % len(lab.nodes)]
    old, new = faults.begin(lab, writer, number)
    cut_all(lab)
    until(lambda: not any(_has_quorum(lab, n) for n in lab.nodes), 60, "quorum lost everywhere")
    history = History(lab, writer)
    outcome = apply(lab, writer, specs.many_kinds(new))
    assert outcome.code == 7, outcome.said
    assert outcome.seconds < 15, outcome.said
    assert not [v for v in history.versions() if v.client != "crmd"], outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=writer)


def quorum_lost_meanwhile(lab: Laboratory, number: int) -> Figures:
    """All cut off from each other during an apply, and healed while it waits (or, each third time, later)."""
    writer = lab.nodes[number % len(lab.nodes)]

    def strike() -> None:
        cut_all(lab)
        if number % 3:
            time.sleep(12)
            sight.heal(lab)

    outcome, old, new = faults.struck(lab, writer, number, strike, longest=1.5)
    assert outcome.code in (0, 3, 7), outcome.said
    return faults.concluded(lab, outcome, old, new, recover_on=writer)


def any_node(lab: Laboratory, number: int) -> Figures:
    """Written through each node in turn, from inside and from the host, the DC's among them."""
    node = lab.nodes[number % len(lab.nodes)]
    old, new = faults.begin(lab, node, number)
    if number % 2:
        outcome = apply(lab, node, specs.many_kinds(new))
    else:
        outcome = start_apply_from_host(lab, specs.many_kinds(new), through=node).outcome()
    assert outcome.code == 0, outcome.said
    return faults.judged(lab, outcome, old, new)


ROUNDS = [
    Round("any-node", "apply through each node, from inside and from the host", 12, any_node, faults.remark, place=13),
    Round("election", "a DC election during apply: exit 0", 20, election, faults.remark, place=22),
    Round("no-quorum", "apply in a partition without quorum: exit 7, nothing written, nothing lost", 10, no_quorum,
          faults.remark, place=23),
    Round("quorum-lost", "quorum lost during apply: old or new, and what is said is true", 20, quorum_lost_meanwhile,
          faults.remark, place=24),
]  # fmt: skip
