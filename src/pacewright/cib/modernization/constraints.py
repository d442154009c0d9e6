"""Lifetimes, scores of orders, several rules in one location."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pacewright.cib.modernization.substitution import Notes
from pacewright.model.constraints import Colocation, Constraint, Location, Order
from pacewright.model.rules import Condition, Expression, Rule
from pacewright.model.values import score


def modern_constraint(constraint: Constraint, notes: Notes) -> Iterator[Constraint]:
    """The constraint in today's words; a location with several rules becomes several."""
    match constraint:
        case Location():
            yield from _split(_without_lifetime(constraint, notes), notes)
        case Order():
            _note_lifetime(constraint, f"order {constraint.id}", notes)
            yield _kind(constraint, notes)
        case Colocation():
            _note_lifetime(constraint, f"colocation {constraint.id}", notes)
            yield constraint
        case _:
            yield constraint


def _note_lifetime(constraint: Order | Colocation, subject: str, notes: Notes) -> None:
    if constraint.lifetime is not None:
        notes.left("lifetime", subject, "lifetime", "only locations can depend on the date")


def _kind(order: Order, notes: Notes) -> Order:
    """``score`` is how orders said ``kind`` before Pacemaker 1.1."""
    number = score(order.score) if order.score is not None else None
    if order.score is None or number is None:
        return order
    kind = order.kind or ("Optional" if number == 0 else "Mandatory")
    notes.replaced("order-score", f"order {order.id}", f"score={order.score}", f"kind={kind}")
    return replace(order, score=None, kind=kind)


def _without_lifetime(location: Location, notes: Notes) -> Location:
    """A lifetime's rules as a further condition of the location's own rules."""
    if location.lifetime is None:
        return location
    subject = f"location {location.id}"
    until, own = location.lifetime.rules, location.rules or _node_rule(location)
    if not until or location.lifetime.carried or any(r.id_ref for r in (*until, *own)):
        notes.left("lifetime", subject, "lifetime", "it refers to rules elsewhere; write a date rule by hand")
        return location
    notes.replaced("lifetime", subject, "lifetime", "rule")
    rules = tuple(_both(rule, until) for rule in own)
    return replace(location, node=None, score=None, lifetime=None, rules=rules)


def _node_rule(location: Location) -> tuple[Rule, ...]:
    condition = Expression(tag="expression", attribute="#uname", operation="eq", value=location.node)
    return (Rule(score=location.score, conditions=(condition,)),)


def _both(rule: Rule, until: tuple[Rule, ...]) -> Rule:
    """``rule`` and one of ``until``."""
    alternatives: tuple[Condition, ...] = tuple(_bare(r) for r in until)
    one = until[0]
    if len(until) == 1 and (_is_and(one) or len(one.conditions) == 1):
        limits = one.conditions
    else:
        limits = alternatives if len(until) == 1 else (Rule(boolean_op="or", conditions=alternatives),)
    conditions = rule.conditions if _is_and(rule) or len(rule.conditions) == 1 else (_bare(rule, keep_id=False),)
    return replace(rule, boolean_op="and", conditions=(*conditions, *limits))


def _is_and(rule: Rule) -> bool:
    return (rule.boolean_op or "and").lower() == "and"


def _bare(rule: Rule, *, keep_id: bool = True) -> Rule:
    return replace(rule, id=rule.id if keep_id else None, score=None, score_attribute=None, role=None)


def _split(location: Location, notes: Notes) -> Iterator[Location]:
    """Pacemaker 3 takes one rule a location; several have always acted like several locations."""
    if len(location.rules) < 2:
        yield location
        return
    first, *others = location.rules
    names = [f"{location.id}-{number}" for number in range(2, len(others) + 2)]
    notes.replaced("rules", f"location {location.id}", "several rules", f"one rule each, also in {', '.join(names)}")
    yield replace(location, rules=(first,))
    for name, rule in zip(names, others, strict=True):
        sets = tuple(replace(s, id=None) if s.id_ref is None else s for s in location.sets)
        yield replace(location, id=name, rules=(rule,), sets=sets)
