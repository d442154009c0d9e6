"""A rule as an expression."""

from __future__ import annotations

from pacewright.model.expression.words import BARE, KEYWORDS, Inexpressible
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


def expression_text(rule: Rule) -> str:
    """The rule's conditions as text. Its score, role and ids are not part of it."""
    if not rule.conditions:
        raise Inexpressible("a rule without conditions")
    return _joined(_simplified(rule))


def _simplified(rule: Rule) -> Rule:
    """The same condition without needless nesting: ``(a and b) and c``, ``or`` of one thing."""
    flat: list[Condition] = []
    operator = _operator(rule)
    for condition in rule.conditions:
        if isinstance(condition, Rule):
            inner = _simplified(condition)
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


def _joined(rule: Rule) -> str:
    parts = []
    for condition in rule.conditions:
        if isinstance(condition, Rule):
            text = _joined(condition)
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
    if operation in EXISTENCE:
        if e.value is not None or e.type is not None or e.value_source is not None:
            raise Inexpressible(f"'{operation}' with a value")
        return f"{operation} {_word(e.attribute)}"
    if operation not in COMPARISONS or e.value is None or (e.type is not None and e.type not in VALUE_TYPES):
        raise Inexpressible(f"an expression with operation '{e.operation}' and value {e.value!r}")
    value = _literal(e.value)
    if e.value_source in ("param", "meta"):
        value = f"{e.value_source}:{e.value}"
        if not BARE.fullmatch(value):
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
    if BARE.fullmatch(text) and text.lower() not in KEYWORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(text: str) -> str:
    return f'"{text}"' if text.startswith(("param:", "meta:")) and BARE.fullmatch(text) else _word(text)
