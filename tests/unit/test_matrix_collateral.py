"""How the prediction matrix judges a row that breaks something: what a failure explains, and what it does not."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from matrix import rows as matrix_rows
from matrix.collateral import compare_broken
from matrix.comparison import Comparison, shown
from matrix.engine import Result, totals
from matrix.observation import Event, active, events
from matrix.rows import rows
from matrix.table import table

# The plan: db (promoted on a) restarts everywhere. "beside" runs on a, "far" on b, "c" is a clone on all.
PLANNED = [
    ("demote", "db", "a"), ("stop", "db", "a"), ("stop", "db", "b"), ("stop", "db", "c"),
    ("start", "db", "a"), ("start", "db", "b"), ("start", "db", "c"), ("promote", "db", "a"),
]  # fmt: skip
HOMES = {
    "db": frozenset("abc"), "beside": frozenset("a"), "far": frozenset("b"),
    "c:0": frozenset("a"), "c:1": frozenset("b"),
}  # fmt: skip
# As a cluster of Pacemaker 2.1 did it.
BROKEN = [
    ("demote", "db", "a", True), ("stop", "db", "a", True), ("fence", "", "a"), ("start", "beside", "b"),
    ("stop", "db", "b"), ("stop", "db", "c"), ("start", "db", "b"), ("start", "db", "c"), ("promote", "db", "b"),
    ("start", "db", "a"), ("demote", "db", "b"), ("promote", "db", "a"),
]  # fmt: skip
Done = tuple[Any, ...]


def plan_of(operations: Sequence[tuple[str, str, str]] = PLANNED, effects: Sequence[Any] = ()) -> dict[str, Any]:
    names = ("operation", "resource", "node")
    restarts = [{"action": "restart", "resource": f"db:{i}", "node": n} for i, n in enumerate("abc")]
    return {
        "operations": [{**dict(zip(names, o, strict=True)), "certain": True} for o in operations],
        "effects": [*restarts, *effects],
    }


def judged(done: Sequence[Done], plan: dict[str, Any] | None = None) -> Comparison:
    in_time = [Event(moment, *what) for moment, what in enumerate(done)]
    return compare_broken(plan or plan_of(), in_time, "db", HOMES)


def without(done: Sequence[Done], left_out: Done) -> list[Done]:
    assert left_out in done
    return [d for d in done if d != left_out]


def test_what_follows_from_the_failure_is_told_apart() -> None:
    comparison = judged(BROKEN)
    assert comparison.exact
    assert shown(comparison.failed) == "demote+stop db @a"
    assert shown(comparison.collateral - comparison.failed) == (
        "fence @a, start beside @b, start+promote db @a, demote+promote db @b"
    )
    assert shown(comparison.unreached) == "demote+stop+start+promote db @a"
    assert shown(comparison.hits) == "stop+start db @b, stop+start db @c"
    assert comparison.executed == Counter(what[:3] for what in BROKEN)


def test_without_a_failure_the_row_is_wrong() -> None:
    comparison = judged(PLANNED)
    assert not comparison.exact
    assert comparison.faults == ("nothing failed: the row breaks nothing",)
    assert not comparison.collateral


@pytest.mark.parametrize(
    ("failure", "fault"),
    [
        (("promote", "db", "b", True), "failed, and the plan did not name it: promote db @b"),
        (("stop", "far", "b", True), "failed, and is not of db: stop far @b"),
        (("demote", "db", "a", True), "failed, and the plan did not name it: demote db @a"),  # named once, failed twice
    ],
)
def test_a_failure_that_the_plan_did_not_name_is_wrong(failure: Done, fault: str) -> None:
    comparison = judged([*BROKEN, failure])
    assert not comparison.exact
    assert comparison.faults == (fault,)


def test_a_first_failure_of_something_else_explains_nothing() -> None:
    comparison = judged([("stop", "far", "b", True), ("fence", "", "b"), ("start", "far", "c")])
    assert shown(comparison.missed) == "fence @b, stop far @b, start far @c"


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("stop", "far", "b"),  # not struck
        ("start", "new", "b"),
        ("stop", "c:1", "b"),  # of a clone, on a node that was not fenced
        ("fence", "", "b"),  # nothing failed there
        ("fence", "", "a"),  # a second time
    ],
)
def test_what_no_failure_explains_is_wrong(elsewhere: Done) -> None:
    comparison = judged([*BROKEN, elsewhere])
    assert comparison.missed == Counter([elsewhere])
    assert not comparison.exact


@pytest.mark.parametrize("early", [("stop", "beside", "a"), ("promote", "db", "b"), ("fence", "", "a")])
def test_what_happens_before_the_failure_is_wrong_unless_predicted(early: Done) -> None:
    comparison = judged([early, *BROKEN])
    assert comparison.missed == Counter([early])


def test_what_was_done_before_the_failure_counts() -> None:
    done = [("demote", "db", "a"), ("stop", "db", "a", True), *BROKEN[2:]]
    assert judged(done).exact
    assert judged(done).hits["demote", "db", "a"] == 1


@pytest.mark.parametrize("left_out", [("stop", "db", "b"), ("start", "db", "c")])
def test_what_was_predicted_where_nothing_broke_has_to_happen(left_out: Done) -> None:
    comparison = judged(without(BROKEN, left_out))
    assert comparison.wrong == Counter([left_out])
    assert not comparison.exact


def test_without_fencing_nothing_else_is_struck() -> None:
    assert shown(judged(without(BROKEN, ("fence", "", "a"))).missed) == "start beside @b"


def test_of_a_struck_clone_only_the_fenced_node_is_excused() -> None:
    assert judged([*BROKEN, ("start", "c:0", "a")]).exact
    assert not judged([*BROKEN, ("stop", "c:0", "b")]).exact


def test_what_was_predicted_of_a_struck_resource_is_not_reached_on_the_fenced_node_alone() -> None:
    there, elsewhere = ("start", "beside", "a"), ("start", "far", "b")
    plan = plan_of([*PLANNED, there], [{"action": "start", "resource": "beside", "node": "a"}])
    assert judged(BROKEN, plan).unreached[there] == 1
    assert judged(BROKEN, plan).exact
    plan = plan_of([*PLANNED, elsewhere], [{"action": "start", "resource": "far", "node": "b"}])
    assert judged(BROKEN, plan).wrong == Counter([elsewhere])


def test_fencing_that_was_predicted_has_to_happen() -> None:
    plan = plan_of([*PLANNED, ("fence", "", "a")], [{"action": "fence", "resource": "", "node": "a"}])
    assert judged(BROKEN, plan).hits["fence", "", "a"] == 1


def test_what_stays_wrong_is_in_the_figures() -> None:
    comparison = judged([*BROKEN, ("stop", "far", "b")])
    assert (comparison.recall, comparison.precision) == (4 / 5, 1.0)


def alert(second: int, **told: str) -> dict[str, str]:
    return {"timestamp_epoch": str(second), "timestamp_usec": "5", **told}


def test_events_are_in_the_order_of_time_whichever_node_tells_of_them() -> None:
    operation = {"kind": "resource", "rsc": "db", "target_rc": "0", "status": "0"}
    old = alert(1, **operation, task="start", node="a", rc="0")
    fenced = {"kind": "fencing", "node": "a", "rc": "0", "desc": "reboot of a, ref=1"}
    alerts = [
        old,
        alert(7, **fenced),
        alert(3, **operation, task="demote", node="a", rc="7"),
        alert(6, **fenced),  # two nodes tell of one fencing
        alert(5, kind="fencing", node="b", rc="1", desc="failed"),
        alert(4, **operation, task="monitor", node="b", rc="0"),
        alert(2, **operation, task="reload-agent", node="b", rc="0"),
    ]
    assert [tuple(event)[1:] for event in events(alerts, [old])] == [
        ("reload", "db", "b", False),
        ("demote", "db", "a", True),
        ("fence", "", "a", False),
    ]
    assert events(json.loads(json.dumps(alerts)), alerts) == []


def test_a_time_out_is_a_failure() -> None:
    late = alert(1, kind="resource", rsc="db", task="stop", node="a", rc="0", target_rc="0", status="2")
    assert events([late], [])[0].failed


def test_where_resources_are_active_by_their_history() -> None:
    def history(name: str, operation: str, code: int = 0) -> str:
        return f'<lrm_resource id="{name}"><lrm_rsc_op id="{name}_last_0" operation="{operation}" rc-code="{code}"/></lrm_resource>'

    on_a = [history("db", "promote"), history("gone", "stop"), history("never", "monitor", 7)]
    on_b = [history("db", "start"), history("found", "monitor", 0), history("first", "monitor", 8)]
    states = [
        f'<node_state uname="{name}"><lrm><lrm_resources>{"".join(told)}</lrm_resources></lrm></node_state>'
        for name, told in (("a", on_a), ("b", on_b))
    ]
    assert active(f"<cib><status>{''.join(states)}</status></cib>") == {
        "db": {"a", "b"},
        "found": {"b"},
        "first": {"b"},
    }


def test_the_table_counts_such_rows_and_tells_what_followed() -> None:
    [row] = rows(["parameter by which a promoted one finds its instance"])
    result = Result(row, comparison=judged(BROKEN))
    assert result.passed
    assert totals([result]) == (1.0, 1.0, 1)
    told = table([result], "Rows")
    assert '1 with "may"' in told
    assert "failed: demote+stop db @a. collateral: fence @a, start beside @b" in told
    assert not replace(result, comparison=judged(PLANNED)).passed


def test_a_row_that_breaks_says_what_and_why(tmp_path, monkeypatch) -> None:
    (tmp_path / "odd.yaml").write_text("odd: {before: {}, change: {}, shows: [], breaks: {resource: a}}")
    monkeypatch.setattr(matrix_rows, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="needs resource and why"):
        rows()


def test_at_most_one_row_in_ten_cannot_be_known() -> None:
    assert sum(bool(row.reason) for row in rows()) <= len(rows()) / 10
