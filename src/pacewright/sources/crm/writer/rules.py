"""Rules as crm text. crmsh's rules are flat: what nests needs XML."""

from __future__ import annotations

import re

from pacewright.model.rules import COMPARISONS, DATE_FIELDS, EXISTENCE, DateExpression, DateFields, Expression, Rule
from pacewright.sources.crm.words import DATE_WORDS
from pacewright.sources.crm.writer.text import Unsayable, pair, score_head, word

_ATTRIBUTE = re.compile(r"[A-Za-z0-9_#$-][^=]*")
_VALUE = re.compile(r"[^\s{}]+")
_SCORE_LIKE = re.compile(r"([+-]?(inf(inity)?|\d+)|advisory|mandatory)", re.IGNORECASE)


def rule_words(rule: Rule, referenced: frozenset[str], *, in_set: bool) -> str:
    """``rule $role=Master 100: #uname eq alice``. In a set, a rule's score means nothing and is INFINITY to crmsh."""
    if rule.id_ref is not None:
        return f"rule {pair('$id-ref', rule.id_ref)}"
    words = ["rule"]
    if rule.id in referenced and rule.id is not None:
        words.append(pair("$id", rule.id))
    if rule.role is not None:
        words.append(pair("$role", rule.role))
    words.extend(_score_words(rule, in_set))
    operator = f" {(rule.boolean_op or 'and').lower()} "
    if not rule.conditions:
        raise Unsayable("a rule without conditions")
    words.append(operator.join(_condition_words(each) for each in rule.conditions))
    return " ".join(words)


def _score_words(rule: Rule, in_set: bool) -> list[str]:
    if rule.score_attribute is not None:
        if _SCORE_LIKE.fullmatch(rule.score_attribute) or rule.score is not None:
            raise Unsayable("a score attribute that reads like a score")
        return [score_head(rule.score_attribute)]
    if rule.score == "INFINITY" or (in_set and rule.score is None):
        return []
    return [score_head(rule.score)]


def _condition_words(condition: object) -> str:
    if isinstance(condition, Expression):
        return _comparison_words(condition)
    if isinstance(condition, DateExpression):
        return _date_words(condition)
    raise Unsayable("a condition that crmsh does not know")


def _comparison_words(expression: Expression) -> str:
    attribute, operation = expression.attribute or "", (expression.operation or "").lower()
    if not _ATTRIBUTE.fullmatch(attribute) or attribute.lower() in ("date", *EXISTENCE):
        raise Unsayable("an attribute that reads like a keyword")
    if operation in EXISTENCE:
        return f"{operation} {word(attribute)}"
    value = expression.value or ""
    if operation not in COMPARISONS or not _VALUE.fullmatch(value):
        raise Unsayable("a comparison that crmsh's rules cannot hold")
    if expression.value_source not in (None, "literal"):
        value = f"{expression.value_source}{{{value}}}"
    kind = f"{expression.type}:" if expression.type else ""
    return f"{word(attribute)} {kind}{operation} {word(value)}"


def _date_words(date: DateExpression) -> str:
    operation = (date.operation or "").lower()
    if operation in ("gt", "lt"):
        return f"date {operation} {word(date.start if operation == 'gt' else date.end)}"
    if operation == "date_spec" and date.spec is not None:
        return f"date spec {' '.join(_field_words(date.spec))}"
    if operation == "in_range":
        words = [pair(n, v) for n, v in (("start", date.start), ("end", date.end)) if v]
        words += _field_words(date.duration) if date.duration is not None else []
        if len(words) >= 2:
            return f"date in {' '.join(words)}"
    raise Unsayable("a date expression that crmsh's rules cannot hold")


def _field_words(fields: DateFields) -> list[str]:
    given = {name: value for name in DATE_FIELDS if (value := getattr(fields, name)) is not None}
    if not given or not all(given.values()) or not set(given) <= set(DATE_WORDS):
        raise Unsayable("date fields that crmsh does not know")
    return [pair(name, value) for name, value in given.items()]
