"""Rules: ``rule $id=x $role=Master 100: #uname eq alice and date gt 2026-01-01``."""

from __future__ import annotations

import re
from typing import Any

from pacewright.model.rules import (
    BOOLEAN_OPS,
    COMPARISONS,
    DATE_FIELDS,
    EXISTENCE,
    VALUE_TYPES,
    DateExpression,
    DateFields,
    Expression,
    Rule,
)
from pacewright.model.values import score
from pacewright.sources.crm.reader.choices import read_role
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.words import SCORE_WORDS

_IDENTITY = re.compile(r"\$(id|id-ref)=(.+)", re.IGNORECASE)
_ROLE = re.compile(r"\$?role=(.*)", re.IGNORECASE)
_SCORE = re.compile(r"([^:]+):")
_COMPARISON = re.compile(rf"(?:({'|'.join(VALUE_TYPES)}):)?({'|'.join(COMPARISONS)})", re.IGNORECASE)
_SOURCE = re.compile(r"([^\s{}]+)\{(\S+)\}")
_DATE_OPERATIONS = {"gt": "gt", "lt": "lt", "in": "in_range", "in_range": "in_range",
                    "spec": "date_spec", "date_spec": "date_spec"}  # fmt: skip
_FIELD = re.compile(r"([a-z]+)=(.*)", re.IGNORECASE)


def read_rule(cursor: Cursor) -> Rule:
    """One rule, the word ``rule`` already taken."""
    identity = None
    if found := cursor.match(_IDENTITY):
        if found[1].lower() == "id-ref":
            return Rule(id_ref=found[2])
        identity = found[2]
        cursor.inner_ids[identity] = cursor.place(1)
    role = read_role(cursor, found[1]) if (found := cursor.match(_ROLE)) else None
    weight, attribute = read_score(cursor)
    operator, conditions = _read_conditions(cursor)
    return Rule(
        id=identity, score=weight, score_attribute=attribute, role=role, boolean_op=operator, conditions=conditions
    )


def read_score(cursor: Cursor) -> tuple[str | None, str | None]:
    """(score, score attribute) from ``100:`` or ``pingd:``; INFINITY where nothing is said."""
    found = cursor.match(_SCORE)
    if found is None:
        return "INFINITY", None
    number = score_of(found[1])
    return (number, None) if number is not None else (None, found[1])


def score_of(text: str) -> str | None:
    """A score in Pacemaker's spelling: ``inf`` is INFINITY. None where the text is no score."""
    if (word := SCORE_WORDS.get(text.lower())) is not None:
        return word
    if score(text) is None:
        return None
    return re.sub(r"inf(inity)?$", "INFINITY", text, flags=re.IGNORECASE)


def _read_conditions(cursor: Cursor) -> tuple[str | None, tuple[Expression | DateExpression, ...]]:
    conditions = [_read_condition(cursor)]
    operator: str | None = None
    while cursor.word() in BOOLEAN_OPS:
        word = cursor.take("and, or").lower()
        if operator is not None and word != operator:
            message = "'and' and 'or' cannot be mixed in one rule"
            cursor.error("crm-mixed-operators", message, suggestion="use several rules", back=1)
        operator = operator or word
        conditions.append(_read_condition(cursor))
    return operator if operator == "or" else None, tuple(conditions)


def _read_condition(cursor: Cursor) -> Expression | DateExpression:
    if cursor.accept("date"):
        return _read_date(cursor)
    if cursor.word() in EXISTENCE:
        return Expression(operation=cursor.take("an operation").lower(), attribute=cursor.take("an attribute"))
    attribute = cursor.take("a condition")
    comparison = cursor.match(_COMPARISON)
    if comparison is None:
        word = cursor.peek()
        if word is None:
            cursor.fail("crm-missing-value", f"a comparison expected after '{attribute}'")
        suggestion = hint(word, COMPARISONS) or f"one of {', '.join(COMPARISONS)}"
        cursor.fail("crm-bad-comparison", f"'{word}' is no comparison", suggestion=suggestion)
    value = cursor.take("a value")
    source = None
    if found := _SOURCE.fullmatch(value):
        source, value = found[1], found[2]
    kind = comparison[1].lower() if comparison[1] else None
    return Expression(attribute=attribute, operation=comparison[2].lower(), type=kind, value=value, value_source=source)


def _read_date(cursor: Cursor) -> DateExpression:
    word = cursor.take("gt, lt, in or spec").lower()
    operation = _DATE_OPERATIONS.get(word)
    if operation is None:
        suggestion = hint(word, _DATE_OPERATIONS)
        cursor.fail("crm-bad-date", f"'{word}' is no operation on dates", suggestion=suggestion, back=1)
    if operation == "gt":
        return DateExpression(operation="gt", start=cursor.take("a date"))
    if operation == "lt":
        return DateExpression(operation="lt", end=cursor.take("a date"))
    fields = _read_fields(cursor)
    start, end = fields.pop("start", None), fields.pop("end", None)
    if operation == "date_spec":
        if not fields or start or end:
            cursor.error("crm-bad-date", "'date spec' needs fields such as hours=9-16", back=1)
        return DateExpression(operation=operation, spec=DateFields(tag="date_spec", **fields))
    if start is None and end is None:
        cursor.error("crm-bad-date", "'date in' needs start= or end=", back=1)
    duration = DateFields(tag="duration", **fields) if fields else None
    return DateExpression(operation=operation, start=start, end=end, duration=duration)


def _read_fields(cursor: Cursor) -> dict[str, Any]:
    known = (*DATE_FIELDS, "start", "end")
    fields: dict[str, Any] = {}
    while (text := cursor.peek()) is not None and (found := _FIELD.fullmatch(text)):
        name = found[1].lower()
        if name not in known:
            if not fields:
                cursor.fail("crm-bad-date", f"'{name}' is no date field", suggestion=hint(name, known))
            break
        cursor.at += 1
        if not found[2]:
            cursor.error("crm-missing-value", f"'{name}=' needs a value", back=1)
        fields[name] = found[2]
    return fields
