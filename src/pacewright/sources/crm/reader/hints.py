"""Suggestions that stay cheap whatever the text holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pacewright.model.report import did_you_mean

LONGEST = 60


def hint(word: str, known: Iterable[str]) -> str | None:
    """``did you mean 'params'?``; nothing for a word that is no word."""
    return _remembered(word, tuple(known)) if len(word) <= LONGEST else None


@lru_cache(maxsize=4096)
def _remembered(word: str, known: tuple[str, ...]) -> str | None:
    return did_you_mean(word, known)


def shown(text: str) -> str:
    """A message of bearable length."""
    return text if len(text) <= 300 else f"{text[:297]}..."
