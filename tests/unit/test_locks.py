"""Locks as objects of the CIB: kept whole, hidden from deployments."""

from __future__ import annotations

from pacewright.cib.desired.compose import compose
from pacewright.cib.desired.locks import Lock, lock_in, locks, with_lock, without_lock
from pacewright.cib.desired.ownership import records, without_records
from support import configuration, dummy

LOCK = Lock(
    "restart-web", "t0k3n", "root@alice process 7", "a; 'why' & <more>", "2026-01-01T00:00:00Z", 3, 60,
    {"runs-alice": "web.service=1/2"}, {"stop-orphan-resources": "false"},
)  # fmt: skip


def test_a_lock_is_read_as_it_was_written_and_goes_without_a_trace():
    live = configuration(dummy("web"))
    held = with_lock(live, LOCK)
    assert lock_in(held, "restart-web") == LOCK
    assert lock_in(held, "restart") is None
    assert with_lock(with_lock(held, Lock("other", "", "", "", "")), LOCK).properties[0] == held.properties[0]
    assert without_lock(held, "other") == held
    assert locks(without_lock(held, "restart-web")) == []


def test_a_lock_is_nobody_s_configuration():
    held = with_lock(configuration(dummy("web")), LOCK)
    assert records(held) == {}
    assert locks(without_records(held)) == []
    composed = compose(held, configuration(dummy("web")), "d", prune=True)
    assert lock_in(composed.desired, "restart-web") == LOCK
    spec = compose(held, without_records(held), "d").desired
    assert [s.id for s in spec.properties].count("pacewright-lock-restart-web") == 1
