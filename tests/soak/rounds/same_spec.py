"""Three nodes apply the same spec within one second: one writes, the others find nothing to do."""

from __future__ import annotations

from laboratory import Laboratory
from soak import sight, specs
from soak.actors import outcomes, start_apply
from soak.history import History
from soak.registry import Figures, Round

DEPLOYMENT = "same"


def once(lab: Laboratory, number: int) -> Figures:
    names = [f"s{n}" for n in range(1 + number % 5)]
    spec = specs.dummies(DEPLOYMENT, number, names)
    if number % 3:
        spec += "locations:\n" + "".join(
            f"  l-{n}: {{resource: {n}, node: controller-{number % 3}, score: {number % 90 + 1}}}\n" for n in names
        )
    history = History(lab, lab.nodes[0])
    done = outcomes([start_apply(lab, node, spec, "--prune") for node in lab.nodes])
    spread = max(d.began for d in done) - min(d.began for d in done)
    assert spread < 1, f"started {spread:.2f} s apart"
    assert [d.code for d in done] == [0] * len(done), "\n".join(d.said for d in done)
    writers = [d for d in done if d.document["written"]]
    assert len(writers) == 1, "\n".join(d.said for d in done)
    versions = history.versions()
    assert [v.operation for v in versions] == ["cib_apply_diff"], versions
    assert (versions[0].node, versions[0].client) == (writers[0].node, "cibadmin"), versions
    configuration = sight.one_configuration(lab)
    assert sight.plan_of(configuration, DEPLOYMENT) == versions[0].plan, versions
    assert sight.duplicate_ids(configuration) == []
    assert sight.pairs(configuration, "fake") == [str(number)] * len(names)
    failed = sight.failed_operations(lab, lab.nodes[0])
    assert not failed, failed
    return {"spread": spread, "seconds": max(d.seconds for d in done)}


ROUND = Round(
    "same-spec", "three nodes apply the same spec within one second: one write, all exit 0", 200, once,
    lambda figures: f"started within {max(f['spread'] for f in figures):.2f} s; slowest apply {max(f['seconds'] for f in figures):.1f} s", place=10,
)  # fmt: skip
