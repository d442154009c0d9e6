"""Rules as words of a pcs command, as far as pcs 0.11 takes them. It has two parsers: one for location rules, whose
words may have blanks, and one for defaults, which joins all words and splits them again."""

from __future__ import annotations

import re
from datetime import datetime

from pacewright.model.element import attributes_of
from pacewright.model.expression.words import KEYWORDS  # the same words as in pcs
from pacewright.model.rules import (
    COMPARISONS,
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

_NUMERIC = {
    "integer": re.compile(r"[-+]?\d+", re.ASCII), "version": re.compile(r"\d+(\.\d+)*", re.ASCII),
    "number": re.compile(r"[-+]?(\d+|\d*\.\d+|\d+\.\d*)([eE][+-]?\d+)?", re.ASCII),
}  # fmt: skip
_FIELDS = frozenset(("hours", "monthdays", "weekdays", "months", "weeks", "years", "weekyears", "moon"))
_LIMITS = {"hours": (0, 23), "monthdays": (1, 31), "weekdays": (1, 7), "months": (1, 12), "weeks": (1, 53),
           "weekyears": (1, 53), "moon": (0, 7)}  # fmt: skip
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


class Unsayable(ValueError):
    """pcs has no words for this part; the text says which."""


def rule_words(rule: Rule, where: str) -> list[str]:
    """``where``: location, resource or operation. Raises Unsayable."""
    return _Words(where).rule(rule)


class _Words:
    def __init__(self, where: str) -> None:
        self.where = where

    def rule(self, rule: Rule) -> list[str]:
        if rule.id_ref is not None:
            raise Unsayable("a rule that is a reference (id-ref)")
        operator, conditions = _flattened(rule)
        words: list[str] = []
        for condition in conditions:
            if words:
                words.append(operator)
            words += ["(", *self.rule(condition), ")"] if isinstance(condition, Rule) else self.unit(condition)
        return words

    def unit(self, condition: Condition) -> list[str]:
        if condition.carried:
            raise Unsayable(f"unknown parts of <{condition.tag}>")
        match condition:
            case Expression() if self.where != "resource":
                return self.comparison(condition)
            case DateExpression():
                return self.date(condition)
            case ResourceExpression() if self.where != "location":
                parts = [self.part(p) if p is not None else "" for p in _agent(condition)]
                if any(":" in p for p in parts) or not any(parts):
                    raise Unsayable("this <rsc_expression>")
                return ["resource", ":".join(parts)]
            case OperationExpression(name=str(name)) if self.where == "operation":
                return ["op", self.part(name), *self.interval(condition.interval)]
        raise Unsayable(f"<{condition.tag}> in the rule of a {self.where}")

    def part(self, text: str) -> str:
        if not text or re.search(r"[\s()]", text) or text.lower() in KEYWORDS:
            raise Unsayable(f"{text!r} in a rule")
        return text

    def interval(self, text: str | None) -> list[str]:
        if text is None:
            return []
        if not re.fullmatch(r"\d+[A-Za-z]*", text, re.ASCII):
            raise Unsayable(f"the interval {text!r} in a rule")
        return [f"interval={text}"]

    def comparison(self, e: Expression) -> list[str]:
        operation = (e.operation or "").lower()
        attribute = self.attribute(e.attribute)
        if operation in EXISTENCE and e.value is None and e.type is None:
            return [operation, attribute]
        if operation not in COMPARISONS or e.value is None or e.value_source not in (None, "literal"):
            raise Unsayable(f"<expression> with operation '{e.operation}', value-source '{e.value_source}'")
        kind = (e.type or "").lower()
        if kind and (kind not in VALUE_TYPES or (kind in _NUMERIC and not _NUMERIC[kind].fullmatch(e.value))):
            raise Unsayable(f"<expression> with type '{e.type}' and value {e.value!r}")
        return [attribute, operation, *([kind] if kind else []), self.literal(e.value, kind)]

    def attribute(self, name: str | None) -> str:
        text = self.part(name or "")
        if "=" in text:
            raise Unsayable(f"the attribute {text!r} in a rule")
        return text

    def literal(self, value: str, kind: str) -> str:
        if self.where != "location" or not kind:
            return value if self.where == "location" and _is_literal(value) else self.part(value)
        if re.search(r"[()]", value):
            raise Unsayable(f"{value!r} in a rule")
        return value

    def date(self, e: DateExpression) -> list[str]:
        operation = (e.operation or "").lower()
        match operation, e.start, e.end, e.duration, e.spec:
            case "gt", str(start), None, None, None:
                return ["date", "gt", _moment(start)]
            case "lt", None, str(end), None, None:
                return ["date", "lt", _moment(end)]
            case "in_range", str(start), str(end), None, None if _before(start, end):
                return ["date", "in_range", _moment(start), "to", _moment(end)]
            case "in_range", None, str(end), None, None if self.where != "location":
                return ["date", "in_range", "to", _moment(end)]
            case "in_range", str(start), None, DateFields() as duration, None:
                return ["date", "in_range", _moment(start), "to", "duration", *self.fields(duration)]
            case "date_spec", None, None, None, DateFields() as spec:
                return ["date-spec", *self.fields(spec)]
        raise Unsayable(f"this <date_expression> (operation '{e.operation}')")

    def fields(self, fields: DateFields) -> list[str]:
        words = []
        for name, _ in attributes_of(type(fields)):
            value = getattr(fields, name)
            if name == "id" or value is None:
                continue
            if name not in _FIELDS or not _fits(fields.tag, name, value):
                raise Unsayable(f"{name}={value} in <{fields.tag}>")
            words.append(f"{name}={value}")
        if not words or fields.carried:
            raise Unsayable(f"this <{fields.tag}>")
        return words


def _is_literal(value: str) -> bool:
    return not re.search(r"[()]", value) and value.lower() not in KEYWORDS


def _agent(e: ResourceExpression) -> tuple[str | None, str | None, str | None]:
    return e.agent_class, e.provider, e.type


def _flattened(rule: Rule) -> tuple[str, list[Condition]]:
    """Operator and conditions without needless nesting. Pacemaker ignores the scores of nested rules."""
    operator = "or" if (rule.boolean_op or "and").lower() == "or" else "and"
    flat: list[Condition] = []
    for condition in rule.conditions:
        if isinstance(condition, Rule):
            if condition.id_ref or condition.role or condition.score_attribute or condition.carried:
                raise Unsayable("a nested rule with a role, a score attribute or a reference")
            inner, conditions = _flattened(condition)
            if inner == operator or len(conditions) == 1:
                flat += conditions
                continue
        flat.append(condition)
    if not flat:
        raise Unsayable("a rule without conditions")
    return operator, flat


def _moment(text: str) -> str:
    _parsed(text)
    return text


def _parsed(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?)?", text, re.ASCII):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            pass
    raise Unsayable(f"the date {text!r}")


def _before(start: str, end: str) -> bool:
    return _parsed(start) < _parsed(end)


def _fits(tag: str, name: str, value: str) -> bool:
    match = _RANGE.fullmatch(value)
    if match is None:
        return False
    first, last = int(match[1]), match[2]
    if tag == "duration":
        return last is None and first > 0
    low, high = _LIMITS.get(name, (0, 10**9))
    return low <= first <= high and (last is None or first < int(last) <= high)
