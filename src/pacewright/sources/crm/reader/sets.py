"""Sets of name-value pairs: ``params $id=x 10: rule ... name=value``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.model.immutable import immutable
from pacewright.model.rules import Rule
from pacewright.model.values import score
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.rules import read_rule
from pacewright.sources.crm.words import OBSCURED, TERMINATORS

ID_OR_REFERENCE = re.compile(r"\$(id|id-ref)=(.*)", re.IGNORECASE | re.DOTALL)
SCORE = re.compile(r"([^:]+):")
_REFERENCE_PAIR = re.compile(r"@([^:]+)(?::(.+))?")
_IDENTIFIED_PAIR = re.compile(r"\$([^:=]+)(?::(.+))?=(.*)")  # crmsh ends the name at the last "="
_PAIR = re.compile(r"([^=@$][^=]*)=(.*)")
_NAME = re.compile(r"[^:=@$][^:=]*")
_BRACKETS = frozenset("(){}[]")


@immutable(frozen=True, slots=True)
class SetWords:
    """Which words open a set and which XML element each is; how addresses of its pairs begin; where names end."""

    tags: Mapping[str, str]
    addresses: Mapping[str, str]
    implicit: str | None = None
    terminators: frozenset[str] = TERMINATORS

    def address(self, tag: str) -> str:
        return self.addresses.get(tag, "")


def read_sets(cursor: Cursor, draft: Draft, words: SetWords) -> dict[str, tuple[AttributeSet, ...]]:
    """All sets that follow, by XML element. Without a word first, pairs belong to ``words.implicit``."""
    found: dict[str, list[AttributeSet]] = {tag: [] for tag in words.tags.values()}
    if words.implicit is not None and cursor.peek() is not None and not opens(cursor, words):
        tag = words.tags[words.implicit]
        first = read_set(cursor, draft, tag, words)
        if first != AttributeSet(tag=tag):
            found[tag].append(first)
    while opens(cursor, words):
        tag = words.tags[cursor.take("a set").lower()]
        found[tag].append(read_set(cursor, draft, tag, words))
    return {tag: tuple(sets) for tag, sets in found.items()}


def opens(cursor: Cursor, words: SetWords) -> bool:
    return cursor.word() in words.tags


def read_set(cursor: Cursor, draft: Draft, tag: str, words: SetWords) -> AttributeSet:
    """One set, its opening word already taken."""
    identity = None
    if found := cursor.match(ID_OR_REFERENCE):
        if found[1].lower() == "id-ref":
            return AttributeSet(tag=tag, id_ref=required(cursor, found[2], "$id-ref"))
        identity = required(cursor, found[2], "$id")
        cursor.inner_ids[identity] = cursor.place(1)
    weight = read_set_score(cursor)
    rule = read_set_rule(cursor)
    pairs = read_pairs(cursor, draft, words, words.address(tag))
    return AttributeSet(tag=tag, id=identity, score=weight, rule=rule, pairs=pairs)


def required(cursor: Cursor, value: str, what: str) -> str:
    if not value:
        cursor.error("crm-missing-value", f"'{what}=' needs a value", back=1)
    return value


def read_set_score(cursor: Cursor) -> str | None:
    found = cursor.match(SCORE)
    if found is None:
        return None
    if score(found[1]) is None:
        cursor.error("crm-bad-score", f"'{found[1]}' is no score", back=1)
    return found[1]


def read_set_rule(cursor: Cursor) -> Rule | None:
    """A set has at most one rule."""
    rule = None
    while cursor.accept("rule"):
        if rule is not None:
            cursor.error("crm-several-rules", "a set can have only one rule", back=1)
        rule = read_rule(cursor)
    return rule


def read_pairs(cursor: Cursor, draft: Draft, words: SetWords, address: str) -> tuple[NvPair, ...]:
    """Pairs up to a terminator or a word that is no pair."""
    pairs: list[NvPair] = []
    seen: set[str] = set()
    while cursor.peek() is not None and cursor.word() not in words.terminators:
        pair = _read_pair(cursor, words)
        if pair is None:
            break
        pairs.append(pair)
        if pair.value == OBSCURED:
            message = f"the value of '{pair.name}' was hidden when the text was printed"
            suggestion = "print it anew with an empty core.obscure_pattern in crm.conf"
            cursor.error("crm-obscured-value", message, suggestion=suggestion, back=1)
        if pair.name is not None:
            if pair.name in seen:
                message = f"'{pair.name}' stands twice in one set; Pacemaker takes the first"
                cursor.reports.warn("crm-duplicate-name", message, cursor.place(1))
            seen.add(pair.name)
            if address:
                draft.note(address + pair.name, cursor.place(1))
    return tuple(pairs)


def _read_pair(cursor: Cursor, words: SetWords) -> NvPair | None:
    if found := cursor.match(_REFERENCE_PAIR):
        return NvPair(id_ref=found[1], name=found[2])
    if found := cursor.match(_IDENTIFIED_PAIR):
        return NvPair(id=found[1], name=found[2] or found[1], value=found[3])
    if found := cursor.match(_PAIR):
        return NvPair(name=found[1], value=found[2])
    if cursor.match(_NAME):
        return NvPair(name=_checked_name(cursor, words))
    return None


def _checked_name(cursor: Cursor, words: SetWords) -> str:
    """A name without a value is allowed, but most of the time it is a mistake for a word of the language."""
    name = cursor.tokens[cursor.at - 1].text
    if name.startswith("#"):
        cursor.error("crm-comment-inside", "a comment needs a line of its own, outside of a statement", back=1)
    elif set(name) <= _BRACKETS:
        cursor.error("crm-unexpected-word", f"'{name}' has no place here", back=1)
    elif suggestion := hint(name.lower(), [*words.tags, *words.terminators]):
        cursor.error("crm-unknown-word", f"unknown word '{name}'", suggestion=suggestion, back=1)
    return name
