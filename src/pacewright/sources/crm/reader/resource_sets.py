"""Resource sets of constraints: ``a ( b c:Master ) [ d e sequential=true ]``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pacewright.model.constraints import ACTIONS, ResourceSet
from pacewright.model.values import boolean
from pacewright.sources.crm.reader.choices import one_of, read_boolean, read_role
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.hints import hint

_CLOSING = {"(": ")", "[": "]"}
_ALONE = "_rsc_set_"  # what crmsh writes before a set that could be taken for a simple constraint


@dataclass(slots=True)
class _Sets:
    """Sets under construction. ``qualifier``: what follows a colon, ``role`` or ``action``."""

    qualifier: str
    done: list[ResourceSet] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    value: str = ""
    opened: str = ""
    sequential: bool = True
    require_all: bool = True

    def close(self) -> None:
        if not self.members:
            return
        one = ResourceSet(
            sequential=None if self.sequential else "false", require_all=None if self.require_all else "false",
            resources=tuple(self.members),
        )  # fmt: skip
        if self.value:
            one = replace(one, role=self.value) if self.qualifier == "role" else replace(one, action=self.value)
        self.done.append(one)
        self.members, self.value = [], ""


def read_resource_sets(cursor: Cursor, qualifier: str, until: str | None = None) -> tuple[ResourceSet, ...]:
    """All sets up to the word ``until`` (taken too) or the end of the statement."""
    sets = _Sets(qualifier)
    while (text := cursor.peek()) is not None and text != until:
        cursor.at += 1
        for word in _brackets_apart(text):
            _add(cursor, sets, word)
    if until is not None and not cursor.accept(until):
        cursor.error("crm-unclosed-set", f"'{until}' is missing")
    if sets.opened:
        cursor.error("crm-unclosed-set", f"'{_CLOSING[sets.opened]}' is missing", back=1)
    sets.close()
    if not sets.done:
        cursor.error("crm-empty-set", "a set without resources", back=1)
    return tuple(sets.done)


def _brackets_apart(text: str) -> Sequence[str]:
    """``(a`` is two words, ``b)`` too."""
    words = []
    while len(text) > 1 and text[0] in "([":
        words.append(text[0])
        text = text[1:]
    closing: list[str] = []
    while len(text) > 1 and text[-1] in ")]":
        closing.insert(0, text[-1])
        text = text[:-1]
    return [*words, text, *closing]


def _add(cursor: Cursor, sets: _Sets, word: str) -> None:
    if word == _ALONE:
        return
    if word in _CLOSING:
        _open(cursor, sets, word)
    elif word in _CLOSING.values():
        _close(cursor, sets, word)
    elif "=" in word:
        _set_attribute(cursor, sets, word)
    else:
        _add_member(cursor, sets, word)


def _open(cursor: Cursor, sets: _Sets, bracket: str) -> None:
    if sets.opened:
        cursor.error("crm-nested-sets", "a set cannot stand inside another", back=1)
    sets.close()
    sets.opened, sets.sequential, sets.require_all = bracket, False, bracket == "("


def _close(cursor: Cursor, sets: _Sets, bracket: str) -> None:
    if not sets.opened or _CLOSING[sets.opened] != bracket:
        cursor.error("crm-unmatched-bracket", f"'{bracket}' closes nothing that is open", back=1)
    elif not sets.members:
        cursor.error("crm-empty-set", "a set without resources", back=1)
    sets.close()
    sets.opened, sets.sequential, sets.require_all = "", True, True


def _set_attribute(cursor: Cursor, sets: _Sets, word: str) -> None:
    name, _, value = word.partition("=")
    if name not in ("sequential", "require-all"):
        suggestion = hint(name, ("sequential", "require-all", "symmetrical", "node-attribute", "loss-policy"))
        cursor.error("crm-unknown-attribute", f"unknown attribute '{name}' in a set", suggestion=suggestion, back=1)
        return
    if boolean(value) is None:
        read_boolean(cursor, value)
    elif name == "sequential":
        sets.sequential = bool(boolean(value))
    else:
        sets.require_all = bool(boolean(value))


def _add_member(cursor: Cursor, sets: _Sets, word: str) -> None:
    """Another role or action begins another set."""
    member, _, value = word.partition(":")
    if value:
        value = (
            read_role(cursor, value)
            if sets.qualifier == "role"
            else one_of(cursor, value, ACTIONS, "crm-bad-action", "action")
        )
    if value != sets.value:
        sets.close()
        sets.value = value
    sets.members.append(member)
