"""Whether a rule of a location holds on a node, by what the configuration says of the node."""

from __future__ import annotations

from collections.abc import Mapping

from pacewright.model.rules import Condition, Expression, Rule


def holds(rule: Rule, attributes: Mapping[str, str]) -> bool | None:
    """None where only Pacemaker can tell: dates, numbers, references. An attribute that is not there is not defined."""
    if rule.id_ref or not rule.conditions:
        return None
    verdicts = [_condition(each, attributes) for each in rule.conditions]
    decisive = rule.boolean_op == "or"
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def _condition(each: Condition, attributes: Mapping[str, str]) -> bool | None:
    if isinstance(each, Rule):
        return holds(each, attributes)
    if not isinstance(each, Expression) or each.attribute is None:
        return None
    value = attributes.get(each.attribute)
    match each.operation:
        case "defined":
            return value is not None
        case "not_defined":
            return value is None
        case "eq" | "ne" if _plain(each):
            return _same(value, each.value) is (each.operation == "eq")
    return None


def _plain(each: Expression) -> bool:
    return each.type in (None, "string") and each.value_source in (None, "literal")


def _same(one: str | None, other: str | None) -> bool:
    """As Pacemaker compares strings: without regard to case."""
    return one is not None and other is not None and one.lower() == other.lower()
