"""Values compared by what they mean: times, scores, booleans, roles."""

from __future__ import annotations

import re

INFINITY = 1_000_000
ROLE_NAMES = {"master": "Promoted", "slave": "Unpromoted", "promoted": "Promoted", "unpromoted": "Unpromoted",
              "started": "Started", "stopped": "Stopped"}  # fmt: skip
_TRUE = frozenset(("true", "on", "yes", "y", "1"))
_FALSE = frozenset(("false", "off", "no", "n", "0"))
_TIME = re.compile(r"\s*(\d+)\s*(us|usec|ms|msec|s|sec|m|min|h|hr|)\s*", re.IGNORECASE | re.ASCII)
_MILLISECONDS = {"us": 0.001, "usec": 0.001, "ms": 1, "msec": 1, "s": 1000, "sec": 1000, "": 1000,
                 "m": 60_000, "min": 60_000, "h": 3_600_000, "hr": 3_600_000}  # fmt: skip
_ISO_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)


def milliseconds(text: str) -> int | None:
    """``30``, ``30s``, ``1min``, ``PT30S`` in milliseconds; None where the text is no duration."""
    if match := _TIME.fullmatch(text):
        return int(int(match[1]) * _MILLISECONDS[match[2].lower()])
    if text.startswith("P") and (match := _ISO_DURATION.fullmatch(text)) and any(match.groups()):
        weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
        return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    return None


def score(text: str) -> int | None:
    """A score as a number within plus and minus INFINITY; None where the text is none."""
    word = text.strip().lower()
    sign = -1 if word.startswith("-") else 1
    bare = word.lstrip("+-")
    if bare in ("infinity", "inf"):
        return sign * INFINITY
    if re.fullmatch(r"\d{1,40}", bare, re.ASCII) and len(word) - len(bare) <= 1:
        return max(-INFINITY, min(INFINITY, sign * int(bare)))
    return None


def score_text(number: int) -> str:
    """The usual spelling of a score."""
    if abs(number) >= INFINITY:
        return "INFINITY" if number > 0 else "-INFINITY"
    return str(number)


def boolean(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def is_true(text: str | None) -> bool:
    return text is not None and boolean(text) is True


def role(text: str) -> str | None:
    """The present name of a role: Master is Promoted, Slave is Unpromoted."""
    return ROLE_NAMES.get(text.strip().lower())
