"""Rules as the expressions that people write: ``galera-role eq true and date gt 2026-01-01``.

    expression := all ("or" all)*            all := unit ("and" unit)*
    unit := "(" expression ")"
          | ATTRIBUTE (lt|gt|lte|gte|eq|ne) [string|integer|number|version] VALUE
          | (defined|not_defined) ATTRIBUTE
          | date (gt|lt) DATE  |  date in_range [START] [to END] [duration FIELD=N ...]
          | date-spec FIELD=RANGE ...
          | resource [CLASS]:[PROVIDER]:[TYPE]  |  op NAME [interval=TIME]

A word in double quotes is never a keyword. ``param:NAME`` and ``meta:NAME`` unquoted compare with a resource's
parameter or meta attribute. ``and`` binds tighter than ``or``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pacewright.model.rules import (
    COMPARISONS,
    DATE_FIELDS,
    Condition,
    DateExpression,
    DateFields,
    Expression,
    OperationExpression,
    ResourceExpression,
    Rule,
)
from pacewright.model.values import milliseconds

TYPES = ("string", "integer", "number", "version")
KEYWORDS = frozenset(
    ("and", "or", "defined", "not_defined", "date", "date-spec", "resource", "op", "to", "duration", "in_range")
    + COMPARISONS + TYPES
)  # fmt: skip
_BARE = re.compile(r"[^\s()\"\\=]+")
_TOKEN = re.compile(r"\s*(?:(?P<paren>[()])|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<bare>[^\s()\"]+))", re.DOTALL)


class Inexpressible(ValueError):
    """The rule has something that the expression language cannot say."""


class ExpressionError(ValueError):
    """The text is no expression. ``position`` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


# ---- values to text


def expression_text(rule: Rule) -> str:
    """The rule's conditions as text. Its score, role and ids are not part of it."""
    if not rule.conditions:
        raise Inexpressible("a rule without conditions")
    return _join(simplified(rule))


def simplified(rule: Rule) -> Rule:
    """The same condition without needless nesting: ``(a and b) and c``, ``or`` of one thing."""
    flat: list[Condition] = []
    operator = _operator(rule)
    for condition in rule.conditions:
        if isinstance(condition, Rule):
            inner = simplified(condition)
            if _is_decorated(inner):
                raise Inexpressible("a nested rule with a score, role or reference of its own")
            if _operator(inner) == operator or len(inner.conditions) == 1:
                flat.extend(inner.conditions)
                continue
            condition = inner
        flat.append(condition)
    return Rule(
        id=rule.id, id_ref=rule.id_ref, score=rule.score, score_attribute=rule.score_attribute, role=rule.role,
        boolean_op=operator, conditions=tuple(flat), carried=rule.carried,
    )  # fmt: skip


def _operator(rule: Rule) -> str:
    return "or" if (rule.boolean_op or "and").lower() == "or" else "and"


def _is_decorated(rule: Rule) -> bool:
    return any((rule.score, rule.score_attribute, rule.role, rule.id_ref, rule.carried)) or not rule.conditions


def _join(rule: Rule) -> str:
    parts = []
    for condition in rule.conditions:
        if isinstance(condition, Rule):
            text = _join(condition)
            parts.append(f"({text})")
        else:
            parts.append(_unit_text(condition))
    return f" {_operator(rule)} ".join(parts)


def _unit_text(condition: Condition) -> str:
    if condition.carried:
        raise Inexpressible(f"<{condition.tag}> has parts that are not modelled")
    match condition:
        case Expression():
            return _comparison_text(condition)
        case DateExpression():
            return _date_text(condition)
        case ResourceExpression():
            parts = (condition.agent_class, condition.provider, condition.type)
            if any(p is not None and (not p or ":" in p) for p in parts) or not any(parts):
                raise Inexpressible("a resource expression with an empty part")
            return "resource " + ":".join(_word(p) if p else "" for p in parts)
        case OperationExpression(name=str(name)) if name:
            interval = f" interval={_word(condition.interval)}" if condition.interval else ""
            return f"op {_word(name)}{interval}"
        case _:
            raise Inexpressible(f"<{condition.tag}> without what it needs")


def _comparison_text(e: Expression) -> str:
    if not e.attribute or not e.operation:
        raise Inexpressible("an expression without attribute or operation")
    operation = e.operation.lower()
    if operation in ("defined", "not_defined"):
        if e.value is not None or e.type is not None or e.value_source is not None:
            raise Inexpressible(f"'{operation}' with a value")
        return f"{operation} {_word(e.attribute)}"
    if operation not in COMPARISONS or e.value is None or (e.type is not None and e.type not in TYPES):
        raise Inexpressible(f"an expression with operation '{e.operation}' and value {e.value!r}")
    value = _literal(e.value)
    if e.value_source in ("param", "meta"):
        value = f"{e.value_source}:{e.value}"
        if not _BARE.fullmatch(value):
            raise Inexpressible(f"value source {value!r}")
    elif e.value_source not in (None, "literal"):
        raise Inexpressible(f"value-source '{e.value_source}'")
    return " ".join(filter(None, (_word(e.attribute), operation, e.type, value)))


def _date_text(e: DateExpression) -> str:
    operation = (e.operation or ("date_spec" if e.spec else "in_range")).lower()
    if operation == "date_spec" and e.spec and not (e.start or e.end or e.duration):
        return f"date-spec {_fields_text(e.spec)}"
    if operation == "gt" and e.start and not (e.end or e.duration or e.spec):
        return f"date gt {_word(e.start)}"
    if operation == "lt" and e.end and not (e.start or e.duration or e.spec):
        return f"date lt {_word(e.end)}"
    if operation == "in_range" and (e.start or e.end) and not e.spec:
        parts = ["date in_range"]
        if e.start:
            parts.append(_word(e.start))
        if e.end:
            parts.append(f"to {_word(e.end)}")
        if e.duration:
            parts.append(f"duration {_fields_text(e.duration)}")
        return " ".join(parts)
    raise Inexpressible(f"a date expression with operation '{e.operation}'")


def _fields_text(fields: DateFields) -> str:
    if fields.carried:
        raise Inexpressible(f"<{fields.tag}> has parts that are not modelled")
    words = [f"{name}={_word(getattr(fields, name))}" for name in DATE_FIELDS if getattr(fields, name)]
    if not words:
        raise Inexpressible(f"<{fields.tag}> that says nothing")
    return " ".join(words)


def _word(text: str) -> str:
    if _BARE.fullmatch(text) and text.lower() not in KEYWORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(text: str) -> str:
    return f'"{text}"' if text.startswith(("param:", "meta:")) and _BARE.fullmatch(text) else _word(text)


# ---- text to values


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool
    position: int

    def is_word(self, *words: str) -> bool:
        return not self.quoted and self.text.lower() in words


def parse_expression(text: str) -> Rule:
    """The rule (without score, role and ids). Raises ExpressionError."""
    parser = _Parser(_tokens(text), len(text))
    rule = parser.expression()
    parser.expect_end()
    return rule


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise ExpressionError("an unfinished quotation", position)
        start = match.start(str(match.lastgroup))
        position = match.end()
        if (quoted := match["quoted"]) is not None:
            tokens.append(_Token(re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL), True, start))
            continue
        word = match["paren"] or match["bare"]
        # name="quoted value" and :"quoted" parts: a quotation may follow a bare beginning without a space
        glued = _TOKEN.match(stripped, position) if match["bare"] and word.endswith(("=", ":")) else None
        if glued is not None and glued["quoted"] is not None and stripped[position] == '"':
            word += re.sub(r"\\(.)", r"\1", glued["quoted"][1:-1], flags=re.DOTALL)
            position = glued.end()
        tokens.append(_Token(word, False, start))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self.tokens, self.length, self.at = tokens, length, 0
        self.depth = 0

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self, what: str) -> _Token:
        token = self.peek()
        if token is None:
            raise ExpressionError(f"{what} expected at the end", self.length)
        self.at += 1
        return token

    def accept(self, *words: str) -> _Token | None:
        token = self.peek()
        if token is not None and token.is_word(*words):
            self.at += 1
            return token
        return None

    def expect_end(self) -> None:
        if (token := self.peek()) is not None:
            raise ExpressionError(f"'and' or 'or' expected before '{token.text}'", token.position)

    def expression(self) -> Rule:
        self.depth += 1
        if self.depth > 50:
            raise ExpressionError("nested too deeply", self.peek_position())
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        self.depth -= 1
        return _joined("or", parts)

    def peek_position(self) -> int:
        token = self.peek()
        return token.position if token else self.length

    def conjunction(self) -> Condition:
        parts = [self.unit()]
        while self.accept("and"):
            parts.append(self.unit())
        return parts[0] if len(parts) == 1 else Rule(boolean_op="and", conditions=tuple(parts))

    def unit(self) -> Condition:
        if self.accept("("):
            inner = self.expression()
            closing = self.next("')'")
            if not closing.is_word(")"):
                raise ExpressionError(f"')' expected before '{closing.text}'", closing.position)
            return inner
        if token := self.accept("defined", "not_defined"):
            return Expression(operation=token.text.lower(), attribute=self.value("an attribute"))
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if following is None or not following.is_word(*COMPARISONS) or self._is_date_comparison(following):
            if self.accept("date"):
                return self.date()
            if self.accept("date-spec"):
                return DateExpression(operation="date_spec", spec=self.fields("date_spec"))
            if self.accept("resource"):
                return self.resource()
            if self.accept("op"):
                return self.operation()
        return self.comparison()

    def _is_date_comparison(self, following: _Token) -> bool:
        token = self.peek()
        return token is not None and token.is_word("date") and following.is_word("gt", "lt")

    def value(self, what: str) -> str:
        token = self.next(what)
        if not token.quoted and token.text in "()":
            raise ExpressionError(f"{what} expected before '{token.text}'", token.position)
        return token.text

    def comparison(self) -> Expression:
        attribute = self.value("an attribute")
        operator = self.next("a comparison (eq, ne, lt, gt, lte, gte)")
        if not operator.is_word(*COMPARISONS):
            raise ExpressionError(
                f"a comparison (eq, ne, lt, gt, lte, gte) expected after '{attribute}', not '{operator.text}'",
                operator.position,
            )
        kind = self.accept(*TYPES)
        token = self.peek()
        value = self.value("a value")
        source = None
        if token is not None and not token.quoted and value.startswith(("param:", "meta:")):
            source, _, value = value.partition(":")
        return Expression(
            attribute=attribute, operation=operator.text.lower(), value=value,
            type=kind.text.lower() if kind else None, value_source=source,
        )  # fmt: skip

    def date(self) -> DateExpression:
        operator = self.next("gt, lt or in_range")
        if operator.is_word("gt"):
            return DateExpression(operation="gt", start=self.value("a date"))
        if operator.is_word("lt"):
            return DateExpression(operation="lt", end=self.value("a date"))
        if not operator.is_word("in_range"):
            raise ExpressionError(f"gt, lt or in_range expected after 'date', not '{operator.text}'", operator.position)
        token = self.peek()
        start = None if token is None or token.is_word("to", "duration") else self.value("a date")
        end = None
        if self.accept("to") and not ((t := self.peek()) and t.is_word("duration")):
            end = self.value("a date")
        duration = self.fields("duration") if self.accept("duration") else None
        if start is None and end is None:
            raise ExpressionError("in_range needs a start or an end", operator.position)
        return DateExpression(operation="in_range", start=start, end=end, duration=duration)

    def fields(self, tag: str) -> DateFields:
        found: dict[str, Any] = {}
        while (token := self.peek()) is not None and not token.quoted and "=" in token.text:
            name, _, value = token.text.partition("=")
            if name not in DATE_FIELDS or not value:
                raise ExpressionError(f"'{token.text}' is no date field", token.position)
            found[name] = value
            self.at += 1
        if not found:
            raise ExpressionError("date fields expected, such as hours=9-16", self.peek_position())
        return DateFields(tag=tag, **found)

    def resource(self) -> ResourceExpression:
        token = self.next("class:provider:type")
        parts = token.text.split(":")
        if len(parts) != 3 or not any(parts):
            raise ExpressionError(f"class:provider:type expected, not '{token.text}'", token.position)
        return ResourceExpression(agent_class=parts[0] or None, provider=parts[1] or None, type=parts[2] or None)

    def operation(self) -> OperationExpression:
        name = self.value("an operation's name")
        token = self.peek()
        interval = None
        if token is not None and not token.quoted and token.text.startswith("interval="):
            interval = token.text.partition("=")[2]
            if milliseconds(interval) is None:
                raise ExpressionError(f"'{interval}' is no time", token.position)
            self.at += 1
        return OperationExpression(name=name, interval=interval)


def _joined(operator: str, parts: list[Condition]) -> Rule:
    if len(parts) == 1 and isinstance(parts[0], Rule):
        return parts[0]
    return Rule(boolean_op=operator if len(parts) > 1 else None, conditions=tuple(parts))
