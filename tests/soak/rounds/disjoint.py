"""Three nodes apply three deployments at once: all land."""

from __future__ import annotations

from laboratory import Laboratory
from soak import sight, specs
from soak.actors import outcomes, start_apply
from soak.history import History, unseen
from soak.registry import Figures, Round


def once(lab: Laboratory, number: int) -> Figures:
    wanted = {f"disjoint-{n}": [f"j{n}{m}" for m in range(1 + (number + n) % 3)] for n in range(len(lab.nodes))}
    history = History(lab, lab.nodes[0])
    given = zip(lab.nodes, wanted.items(), strict=True)
    running = [start_apply(lab, node, specs.dummies(name, number, names), "--prune") for node, (name, names) in given]
    done = outcomes(running)
    assert [d.code for d in done] == [0] * len(done), "\n".join(d.said for d in done)
    assert all(d.document["written"] for d in done), "\n".join(d.said for d in done)
    versions = history.versions()
    assert sorted(v.node for v in versions) == sorted(lab.nodes), versions
    by_plan = {v.plan: v for v in versions}
    configuration = sight.one_configuration(lab)
    found = {e.get("id", ""): sight.pairs(e, "fake") for e in configuration.iter("primitive")}
    for (name, names), outcome in zip(wanted.items(), done, strict=True):
        written = by_plan[sight.plan_of(configuration, name)]
        planned_on = outcome.document["plan"]["base"]["epoch"]
        assert not unseen(versions, planned_on, written), f"{name} was planned on {planned_on}, written over {versions}"
        assert [found.get(n) for n in names] == [[str(number)]] * len(names), (name, found)
    ours = sorted(n for n in found if n.startswith("j"))
    assert ours == sorted(n for names in wanted.values() for n in names), ours
    assert sight.duplicate_ids(configuration) == []
    failed = sight.failed_operations(lab, lab.nodes[0])
    assert not failed, failed
    return {"seconds": max(d.seconds for d in done)}


ROUND = Round(
    "disjoint-specs", "three nodes apply three deployments at once: nothing lost, all exit 0", 200, once,
    lambda figures: f"slowest apply {max(f['seconds'] for f in figures):.1f} s", place=11,
)  # fmt: skip
