"""Rules as pcs spells them, to values. ``and`` and ``or`` bind equally tight, from left to right (pcs 0.11, 0.12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pacewright.model.rules import (
    COMPARISONS,
    DATE_FIELDS,
    EXISTENCE,
    VALUE_TYPES,
    Condition,
    DateExpression,
    DateFields,
    Expression,
    OperationExpression,
    ResourceExpression,
    Rule,
)
from pacewright.sources.pcs.reader.command import Mistake

_DEEPEST = 50


def location_rule(words: Sequence[str]) -> Rule:
    """The condition of a location rule. Words with blanks are values; a single word is the whole expression (0.12)."""
    return _Parser(words[0].split() if len(words) == 1 else words, resources=False).rule()


def default_rule(words: Sequence[str]) -> Rule:
    """The condition of a set of defaults: pcs joins the words and splits them at blanks."""
    return replace(_Parser(" ".join(words).split(), resources=True).rule(), score="INFINITY")


class _Parser:
    def __init__(self, words: Sequence[str], *, resources: bool) -> None:
        self.tokens = [part for word in words for part in _parts(word)]
        self.resources = resources
        self.at = 0
        self.depth = 0

    def rule(self) -> Rule:
        found = self.expression()
        if self.at < len(self.tokens):
            raise _bad(f"'and' or 'or' expected before '{self.tokens[self.at]}'")
        if isinstance(found, Rule):
            return replace(found, score=None)
        return Rule(boolean_op="and" if self.resources else None, conditions=(found,))

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead].lower() if self.at + ahead < len(self.tokens) else ""

    def next(self, what: str) -> str:
        if self.at >= len(self.tokens):
            raise _bad(f"{what} expected at the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self) -> Condition:
        left = self.unit()
        while self.peek() in ("and", "or"):
            operator = self.next("and").lower()
            right = self.unit()
            flat = [*_inner(left, operator), *_inner(right, operator)]
            left = Rule(boolean_op=operator, score="0", conditions=tuple(flat))
        return left

    def unit(self) -> Condition:
        if self.peek() != "(" or self.at >= len(self.tokens):
            return self.simple()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _bad("nested too deeply")
        self.at += 1
        inner = self.expression()
        if self.next("')'") != ")":
            raise _bad("')' expected")
        self.depth -= 1
        return inner

    def simple(self) -> Condition:
        word = self.peek()
        if word in EXISTENCE:
            self.at += 1
            return Expression(operation=word, attribute=self.value("an attribute"))
        if word == "date" and self.peek(1) in ("gt", "lt", "in_range") and self.peek(2) not in VALUE_TYPES:
            self.at += 1
            return self.date(self.next("gt, lt or in_range").lower())
        if word == "date-spec":
            self.at += 1
            return DateExpression(operation="date_spec", spec=self.fields("date_spec"))
        if self.resources and self.peek(1) not in COMPARISONS:
            if word == "resource":
                self.at += 1
                return self.resource()
            if word == "op":
                self.at += 1
                return self.operation()
        return self.comparison()

    def value(self, what: str) -> str:
        token = self.next(what)
        if token in ("(", ")"):
            raise _bad(f"{what} expected before '{token}'")
        return token

    def comparison(self) -> Expression:
        attribute = self.value("an attribute")
        operator = self.next("a comparison (eq, ne, lt, gt, lte, gte)").lower()
        if operator not in COMPARISONS:
            raise _bad(f"a comparison (eq, ne, lt, gt, lte, gte) expected after '{attribute}', not '{operator}'")
        kind = self.next("a type").lower() if self.peek() in VALUE_TYPES else None
        return Expression(attribute=attribute, operation=operator, type=kind, value=self.value("a value"))

    def date(self, operator: str) -> DateExpression:
        if operator != "in_range":
            moment = self.value("a date")
            return DateExpression(
                operation=operator, start=moment if operator == "gt" else None, end=moment if operator == "lt" else None
            )
        start = None if self.peek() == "to" else self.value("a date")
        if self.next("'to'").lower() != "to":
            raise _bad("'to' expected in 'date in_range'")
        if self.peek() == "duration":
            self.at += 1
            return DateExpression(operation="in_range", start=start, duration=self.fields("duration"))
        return DateExpression(operation="in_range", start=start, end=self.value("a date"))

    def fields(self, tag: str) -> DateFields:
        found: dict[str, Any] = {}
        while self.at < len(self.tokens) and "=" in self.tokens[self.at]:
            name, _, value = self.next("a field").partition("=")
            if name not in DATE_FIELDS or not value:
                raise _bad(f"'{name}={value}' is no date field")
            found[name] = value
        if not found:
            raise _bad("date fields expected, such as hours=9-16")
        return DateFields(tag=tag, **found)

    def resource(self) -> ResourceExpression:
        text = self.value("standard:provider:type")
        parts = text.split(":")
        if len(parts) != 3 or not any(parts):
            raise _bad(f"[standard]:[provider]:[type] expected, not '{text}'")
        return ResourceExpression(agent_class=parts[0] or None, provider=parts[1] or None, type=parts[2] or None)

    def operation(self) -> OperationExpression:
        name = self.value("an operation's name")
        interval = None
        if self.peek().startswith("interval="):
            interval = self.next("interval").partition("=")[2]
        return OperationExpression(name=name, interval=interval)


def _parts(word: str) -> list[str]:
    return re.findall(r"[()]|[^()]+", word) or [word]


def _inner(condition: Condition, operator: str) -> tuple[Condition, ...]:
    """pcs joins what has the same operator, parentheses or not."""
    if isinstance(condition, Rule) and condition.boolean_op == operator:
        return condition.conditions
    return (condition,)


def _bad(message: str) -> Mistake:
    return Mistake("pcs-bad-rule", f"not a rule: {message}")
