"""Nodes, daemons, networks and quorum lost during apply: one of most long rounds (``make soak`` runs all, in full)."""

from __future__ import annotations

import pytest

from soak import sight
from soak.registry import round_named


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("election", 3),
        ("no-quorum", 1),
        ("quorum-lost", 1),
        ("cib-manager-of-writer-killed", 3),
        ("dc-node-killed", 3),
        ("writer-cut-off", 4),
        ("used-node-killed", 2),
        ("failover", 1),
    ],
)
def test_faults(empty_lab, name, number):
    shown = round_named(name)
    try:
        if shown.ready:
            shown.ready(empty_lab)
        shown.once(empty_lab, number)
    finally:
        sight.make_whole(empty_lab)
        shown.done(empty_lab)
