"""Words of closed lists: roles, actions, booleans."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.model.resources import ROLES
from pacewright.model.values import boolean
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.hints import hint

_BOOLEANS = ("true", "false", "yes", "no")


def one_of(cursor: Cursor, text: str, known: Iterable[str], code: str, what: str) -> str:
    """The word in its usual spelling; reported, and kept, where it is unknown. It has just been taken."""
    listed = tuple(known)
    for word in listed:
        if word.lower() == text.lower():
            return word
    lowered = {w.lower(): w for w in listed}
    suggestion = hint(text, listed) or hint(text.lower(), lowered) or f"one of {', '.join(listed)}"
    cursor.error(code, f"'{text}' is no {what}", suggestion=suggestion, back=1)
    return text


def read_role(cursor: Cursor, text: str) -> str:
    return one_of(cursor, text, ROLES, "crm-bad-role", "role")


def read_boolean(cursor: Cursor, text: str) -> str:
    value = boolean(text)
    if value is None:
        cursor.error(
            "crm-bad-boolean", f"'{text}' is neither true nor false", suggestion=hint(text.lower(), _BOOLEANS), back=1
        )
    return "true" if value else "false"
