"""Which parameters hold secrets. Data: ``secrets.yaml``."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pacewright.catalogue.data import load

MASK = "********"


def is_secret(agent: str | None, name: str) -> bool:
    """Whether a parameter's value must never be shown. ``agent``: ``class:provider:type`` or None."""
    data, word = load("secrets"), name.lower()
    if name in data["agents"].get(agent, ()):
        return True
    if any(fnmatchcase(word, pattern) for pattern in data["not-secret"]):
        return False
    return any(fnmatchcase(word, pattern) for pattern in data["secret"])


def is_reference(value: str) -> bool:
    """Whether a value only says where a secret is kept (``lrm://``)."""
    return value.startswith(tuple(load("secrets")["references"]))
