"""Bans with a lifetime: what is written, found again, and taken away."""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Location
from pacewright.model.rules import DateExpression
from pacewright.operations.bans import ban_id, banned, with_bans, without_bans

END = "2026-11-28 12:00:00Z"
OPERATORS = Location(id="cli-ban-db-on-carol", resource="db", role="Started", node="carol", score="-INFINITY")


def test_a_ban_has_an_end_and_is_found_again():
    live = with_bans(Configuration(), "db", ["alice", "bob"], END)
    assert banned(live, "db") == ["alice", "bob"]
    assert banned(live, "web") == []
    for each in live.constraints:
        ends = [c.end for r in each.rules for c in r.conditions if isinstance(c, DateExpression)]
        assert ends == [END]


def test_a_renewed_ban_replaces_the_old_one():
    live = with_bans(with_bans(Configuration(), "db", ["alice"], "2020-01-01 00:00:00Z"), "db", ["alice"], END)
    assert [c.id for c in live.constraints] == [ban_id("db", "alice")]
    assert with_bans(live, "db", ["alice"], END) == live


def test_only_our_own_are_taken_away():
    live = with_bans(Configuration(), "db", ["alice", "bob"], END)
    operators = with_bans(live, "web", ["alice"], END)
    kept = without_bans(operators, "db", ["alice"])
    assert (banned(kept, "db"), banned(kept, "web")) == (["bob"], ["alice"])
    assert banned(without_bans(kept, "db"), "db") == []
    assert without_bans(Configuration(), "db") == Configuration()


def test_an_operators_ban_stays():
    from pacewright.operations.bans import _with_constraints

    live = with_bans(_with_constraints(Configuration(), (OPERATORS,)), "db", ["alice"], END)
    assert banned(live, "db") == ["alice"]
    assert without_bans(live, "db").constraints == (OPERATORS,)
