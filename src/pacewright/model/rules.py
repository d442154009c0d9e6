"""Rules: conditions on node attributes, dates, resources and operations."""

from __future__ import annotations

from pacewright.model.element import Element, Kind, attr, child, children
from pacewright.model.immutable import immutable

BOOLEAN_OPS = ("and", "or")
EXISTENCE = ("defined", "not_defined")
COMPARISONS = ("lt", "gt", "lte", "gte", "eq", "ne")
VALUE_TYPES = ("string", "integer", "number", "version")
DATE_FIELDS = (
    "years", "months", "monthdays", "hours", "minutes", "seconds", "yeardays",
    "weekyears", "weeks", "weekdays", "days", "yearsdays", "moon",
)  # fmt: skip


@immutable(frozen=True, slots=True, kw_only=True)
class Expression(Element):
    """A node attribute compared with a value, or defined, or not_defined."""

    tag: str = "expression"
    attribute: str | None = attr("attribute")
    operation: str | None = attr("operation", Kind.NAME, choices=(*COMPARISONS, *EXISTENCE))
    value: str | None = attr("value")
    type: str | None = attr("type", Kind.NAME, choices=VALUE_TYPES)
    value_source: str | None = attr("value-source", Kind.NAME, default="literal", choices=("literal", "param", "meta"))


@immutable(frozen=True, slots=True, kw_only=True)
class DateFields(Element):
    """``date_spec`` (ranges such as ``9-16``) or ``duration`` (numbers); ``tag`` says which."""

    tag: str = "date_spec"
    years: str | None = attr("years")
    months: str | None = attr("months")
    monthdays: str | None = attr("monthdays")
    hours: str | None = attr("hours")
    minutes: str | None = attr("minutes")
    seconds: str | None = attr("seconds")
    yeardays: str | None = attr("yeardays")
    weekyears: str | None = attr("weekyears")
    weeks: str | None = attr("weeks")
    weekdays: str | None = attr("weekdays")
    days: str | None = attr("days")
    yearsdays: str | None = attr("yearsdays")
    moon: str | None = attr("moon")


@immutable(frozen=True, slots=True, kw_only=True)
class DateExpression(Element):
    """A condition on the present time."""

    tag: str = "date_expression"
    operation: str | None = attr("operation", Kind.NAME, choices=("gt", "lt", "in_range", "date_spec"))
    start: str | None = attr("start")
    end: str | None = attr("end")
    duration: DateFields | None = child(("duration", DateFields))
    spec: DateFields | None = child(("date_spec", DateFields))


@immutable(frozen=True, slots=True, kw_only=True)
class ResourceExpression(Element):
    """Selects resources by agent, in defaults."""

    tag: str = "rsc_expression"
    agent_class: str | None = attr("class")
    provider: str | None = attr("provider")
    type: str | None = attr("type")


@immutable(frozen=True, slots=True, kw_only=True)
class OperationExpression(Element):
    """Selects operations by name and interval, in operation defaults."""

    tag: str = "op_expression"
    name: str | None = attr("name")
    interval: str | None = attr("interval", Kind.TIME)


@immutable(frozen=True, slots=True, kw_only=True)
class Rule(Element):
    """Conditions joined by ``boolean_op``. ``score``, ``score_attribute``, ``role``: in location constraints only."""

    tag: str = "rule"
    id_ref: str | None = attr("id-ref", Kind.REFERENCE)
    score: str | None = attr("score", Kind.SCORE)
    score_attribute: str | None = attr("score-attribute")
    boolean_op: str | None = attr("boolean-op", Kind.NAME, default="and", choices=BOOLEAN_OPS)
    role: str | None = attr("role", Kind.ROLE)
    conditions: tuple[Condition, ...] = children(
        ("expression", Expression),
        ("date_expression", DateExpression),
        ("rsc_expression", ResourceExpression),
        ("op_expression", OperationExpression),
        ("rule", None),  # type: ignore[arg-type]  # itself; resolved by the codec
    )


Condition = Expression | DateExpression | ResourceExpression | OperationExpression | Rule
