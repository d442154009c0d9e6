"""One value, wanted otherwise by pacewright, pcs and crmsh at once, on three nodes. pacewright loses nothing silently:
what it overwrites it has shown before, and it exits 0 only if its value was still in when it looked for the last time.
"""

from __future__ import annotations

import random
import time

from laboratory import Laboratory
from soak import sight, specs, wrapper
from soak.actors import Outcome, outcomes, start, start_apply
from soak.history import History, Version, unseen
from soak.registry import Figures, Round

RESOURCE = "c0"


def once(lab: Laboratory, number: int) -> Figures:
    writer, with_pcs, with_crm = (lab.nodes[(number + n) % len(lab.nodes)] for n in range(3))
    first = sight.one_configuration(lab)
    if not any(e.get("id") == RESOURCE for e in first.iter("primitive")):
        done = outcomes([start_apply(lab, writer, specs.dummies("conflict", "first", [RESOURCE]))])
        assert done[0].code == 0, done[0].said
        first = sight.one_configuration(lab)
    ours, pcs, crm = f"w{number}", f"p{number}", f"c{number}"
    history = History(lab, writer)
    with wrapper.wrapped(lab, writer):
        starts = {
            "pacewright": lambda: start_apply(lab, writer, specs.dummies("conflict", ours, [RESOURCE])),
            "pcs": lambda: start(lab, with_pcs, "pcs", "resource", "update", RESOURCE, f"fake={pcs}"),
            "crm": lambda: start(lab, with_crm, "crm", "configure", "set", f"{RESOURCE}.fake", crm),
        }
        running = {}
        for name in random.sample(list(starts), 3):
            running[name] = starts[name]()
            time.sleep(random.uniform(0, 0.8))
        applied, *others = outcomes([running[name] for name in starts])
        last_read, planned_on = wrapper.last_epoch_read(lab, writer), wrapper.epoch_planned_on(lab, writer)
    versions = history.versions()
    final = sight.one_configuration(lab)
    _history_is_whole(first, versions, final)
    return judged(applied, others, versions, ours, planned_on, last_read, sight.pairs(first, "fake")[0])


def judged(
    applied: Outcome, others: list[Outcome], versions: list[Version], ours: str, planned_on: int | None, last_read: int,
    first: str,
) -> Figures:  # fmt: skip
    told = "\n".join([applied.said, *(o.said for o in others), *map(str, versions)])
    values = [first]
    mine = []
    for version in versions:
        value = version.value(RESOURCE, "fake")
        if version.plan and version.node == applied.node:  # crm and pcs that write all bring an older record back
            assert value == ours, told
            assert planned_on is not None, told
            assert not unseen(versions, planned_on, version), f"planned on {planned_on}\n{told}"
            mine.append((version, values[-1]))
        values.append(value or values[-1])
    assert applied.code in (0, 3), told
    assert len(mine) <= 1, told
    if applied.code == 0:
        assert applied.document["written"], told
        at_last = [v for v in versions if v.epoch <= last_read and v.value(RESOURCE, "fake")]
        assert at_last, f"last read {last_read}\n{told}"
        assert at_last[-1].value(RESOURCE, "fake") == ours, f"last read {last_read}\n{told}"
    else:
        assert f"resource {RESOURCE}" in applied.err or "'conflict' has been written over since" in applied.err, told
        assert bool(mine) == ("was as the spec says" in applied.err or "has been written over since" in applied.err), (
            told
        )
    if mine and "plan" in applied.document:  # what was overwritten is what the plan showed
        details = [
            d
            for c in applied.document["plan"]["changes"]
            if c["address"] == f"resource {RESOURCE}"
            for d in c["details"]
        ]
        assert [d["before"] for d in details if d["path"].endswith("fake")] == [mine[0][1]], told
    return {"won": applied.code == 0, "lost": applied.code == 3, "after": bool(mine) and applied.code == 3,
            "overwrote": len([v for v in versions if v.client != "crmd"])}  # fmt: skip


def _history_is_whole(first, versions: list[Version], final) -> None:
    """The log has each version, so that nothing can have come and gone unseen."""
    values = [v.value(RESOURCE, "fake") for v in versions if v.value(RESOURCE, "fake")]
    assert (values or sight.pairs(first, "fake"))[-1] == sight.pairs(final, "fake")[0], (
        versions,
        sight.pairs(final, "fake"),
    )


def remark(figures) -> str:
    won, lost, after = (int(sum(f[k] for f in figures)) for k in ("won", "lost", "after"))
    return f"pacewright exited 0 {won} times, 3 {lost} times ({after} of these: written, then changed by the other before it had settled)"


ROUND = Round(
    "conflicting-values", "one value wanted otherwise by pacewright, pcs and crmsh at once: no silent loss, the loser exits 3",
    100, once, remark, place=12,
)  # fmt: skip
