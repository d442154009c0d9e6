"""What a round is, and all that there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from laboratory import Laboratory
from soak import rounds, sight

Figures = Mapping[str, float | str]


def nothing_to_remark(_figures: Sequence[Figures]) -> str:
    return ""


@dataclass(frozen=True)
class Round:
    """``once``: one round with its number; raises AssertionError when what it shows is not so; its figures else.

    ``says``: what is shown. ``count``: how often in full. ``remark``: what the table says of all figures.
    ``additions``: what its lab has besides (``lab up --with``). ``ready``: what nodes need before, ``done``: takes away what they have then. ``place``: where it stands among the others.
    """

    name: str
    says: str
    count: int
    once: Callable[[Laboratory, int], Figures]
    remark: Callable[[Sequence[Figures]], str] = nothing_to_remark
    ready: Callable[[Laboratory], None] | None = None
    done: Callable[[Laboratory], None] = sight.remove_all
    place: int = 50
    additions: str = ""


def all_rounds() -> list[Round]:
    found: list[Round] = []
    for module in pkgutil.iter_modules(rounds.__path__):
        loaded = importlib.import_module(f"soak.rounds.{module.name}")
        found += getattr(loaded, "ROUNDS", None) or [loaded.ROUND]
    return sorted(found, key=lambda each: each.place)


def round_named(name: str) -> Round:
    return next(each for each in all_rounds() if each.name == name)
