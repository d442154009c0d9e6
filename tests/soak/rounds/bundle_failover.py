"""The host of the promoted replica of a redis bundle loses its power; fencing reboots it."""

from __future__ import annotations

import time

from laboratory import Laboratory, until
from redis_bundle import EXAMPLE, Bundle, redis
from soak import sight
from soak.registry import Figures, Round


def ready(lab: Laboratory) -> None:
    lab.host("apply", str(EXAMPLE), "--yes", "--adopt")


def failover(lab: Laboratory, number: int) -> Figures:
    before = Bundle(lab)
    assert before.whole, before.document
    lost = before.hosts[before.promoted[0]]
    sight.power_off(lab, lost)
    began = time.monotonic()
    noticed, now = 0.0, before
    while not (noticed and now.whole):
        time.sleep(0.5)
        now = Bundle(lab)
        assert len(now.promoted) <= 1, now.document
        passed = time.monotonic() - began
        assert passed < 240, "not whole again"
        noticed = noticed or (0.0 if now.whole else passed)
    after = Bundle(lab)
    written = f"round {number}"
    assert redis(lab, after, after.promoted[0], "set", "round", written) == "OK"
    for copy in after.hosts:
        until(lambda copy=copy: redis(lab, after, copy, "get", "round") == written, 30, "replication")
    assert "nothing to do" in lab.host("apply", str(EXAMPLE), "--yes").stdout
    return {"noticed": noticed, "whole": time.monotonic() - began}


ROUND = Round(
    "bundle-failover", "power cut of the promoted replica's host: never two promoted, whole again, replicating",
    10, failover, ready=ready, place=40,
)  # fmt: skip
