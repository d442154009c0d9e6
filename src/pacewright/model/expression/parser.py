"""An expression as a rule."""

from __future__ import annotations

from typing import Any

from pacewright.model.expression.lexer import Token, tokens_of
from pacewright.model.expression.words import ExpressionError
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
from pacewright.model.values import milliseconds

_DEEPEST = 50


def parse_expression(text: str) -> Rule:
    """The rule (without score, role and ids). Raises ExpressionError."""
    parser = _Parser(tokens_of(text), len(text))
    rule = parser.expression()
    parser.expect_end()
    return rule


class _Parser:
    def __init__(self, tokens: list[Token], length: int) -> None:
        self.tokens, self.length, self.at = tokens, length, 0
        self.depth = 0

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self, what: str) -> Token:
        token = self.peek()
        if token is None:
            raise ExpressionError(f"{what} expected at the end", self.length)
        self.at += 1
        return token

    def accept(self, *words: str) -> Token | None:
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
        if self.depth > _DEEPEST:
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
        if token := self.accept(*EXISTENCE):
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

    def _is_date_comparison(self, following: Token) -> bool:
        token = self.peek()
        return token is not None and token.is_word("date") and following.is_word("gt", "lt")

    def value(self, what: str) -> str:
        token = self.next(what)
        if not token.quoted and token.text in ("(", ")"):
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
        kind = self.accept(*VALUE_TYPES)
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
