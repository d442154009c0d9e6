"""OpenStack's releases in their order. Data: ``releases.yaml``."""

from __future__ import annotations

from functools import cache

from pacewright.catalogue.data import load


@cache
def _places() -> dict[str, int]:
    """The place of each release, by its name and by its number."""
    return {word: place for place, row in enumerate(load("releases").items()) for word in row}


@cache
def releases() -> tuple[str, ...]:
    """Names, oldest first."""
    return tuple(load("releases"))


def release_named(word: str) -> str | None:
    """The name of the release that is called so (``train``, ``Train``, ``2019.2``); None for no release."""
    place = _places().get(word.lower())
    return None if place is None else releases()[place]


def within(release: str, since: str | None, until: str | None) -> bool:
    """Whether a release lies between two others, both included; None: without that end."""
    places = _places()
    return (since is None or places[since] <= places[release]) and (until is None or places[release] <= places[until])
