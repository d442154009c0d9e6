"""Several writers at once on a real cluster: a few of each long round (``make soak`` runs them in full)."""

from __future__ import annotations

import pytest

from soak.registry import round_named


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("same-spec", (1, 2, 3)),
        ("disjoint-specs", (1, 2, 3)),
        ("conflicting-values", (1, 2, 3)),
        ("overtaken", (1,)),
        ("any-node", (1, 2)),
        ("slow-start", (1,)),
        ("writer-killed", (1, 2, 3, 4, 5)),
        ("answer-uncertain", (1, 2, 3)),
    ],
)
def test_writers(empty_lab, name, numbers):
    shown = round_named(name)
    try:
        for number in numbers:
            shown.once(empty_lab, number)
    finally:
        shown.done(empty_lab)
