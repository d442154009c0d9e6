"""Constraints as edges. Sets become chains and, where several members meet several, junctions."""

from __future__ import annotations

from itertools import combinations, pairwise

from pacewright.cib.graph.canvas import Canvas, facts_of
from pacewright.cib.graph.sets import connect, ends_of, pairs_of
from pacewright.cib.graph.values import Line
from pacewright.model.constraints import Colocation, Constraint, Location, Order, ResourceSet, Ticket
from pacewright.model.expression import Inexpressible, expression_text
from pacewright.model.rules import Expression, Rule
from pacewright.model.values import INFINITY, boolean, role, score

_PROMOTING = ("promote", "demote")


def draw_constraint(canvas: Canvas, constraint: Constraint) -> None:
    if isinstance(constraint, Order):
        _order(canvas, constraint)
    elif isinstance(constraint, Colocation):
        _colocation(canvas, constraint)
    elif isinstance(constraint, Location):
        _location(canvas, constraint)
    else:
        _ticket(canvas, constraint)


# ---- order


def _order(canvas: Canvas, order: Order) -> None:
    kind = order.kind or ("Optional" if order.score and score(order.score) == 0 else None)
    if order.first and order.then:
        first, then = order.first_action or "start", order.then_action or order.first_action or "start"
        _order_edge(canvas, order, canvas.resource(order.first), canvas.resource(order.then), (first, then), kind)
    sets = canvas.sets_of(order)
    for each in sets:
        action = each.action or "start"
        for before, after in pairs_of(each):
            _order_edge(canvas, order, canvas.resource(before), canvas.resource(after), (action,) * 2, kind)
    for earlier, later in pairwise(sets):
        actions = (earlier.action or "start", later.action or "start")
        tails = [canvas.resource(r) for r in ends_of(earlier)[1]]
        heads = [canvas.resource(r) for r in ends_of(later)[0]]
        for tail, head in connect(canvas, order, tails, heads, _facts(order, actions)):
            _order_edge(canvas, order, tail, head, actions, kind)


def _order_edge(canvas: Canvas, order: Order, tail: str, head: str, actions: tuple[str, ...], kind: str | None) -> None:
    words = [] if set(actions) == {"start"} else [" → ".join(dict.fromkeys(actions))]
    if kind and kind.lower() != "mandatory":
        words.append(kind.lower())
    line = Line.PROMOTION if any(a in _PROMOTING for a in actions) else Line.ORDER
    canvas.edge(order, line, tail, head, label=" ".join(words), base=Line.ORDER, facts=_facts(order, actions))


def _facts(constraint: Constraint, actions: tuple[str, ...] = ()) -> dict[str, str]:
    """What the constraint states, with the text of all rules."""
    facts = facts_of(constraint)
    if constraint.sets:
        facts["sets"] = ", ".join(_set_text(s) for s in constraint.sets)
        if actions:
            facts["action"] = " → ".join(dict.fromkeys(actions))
    lifetime = None if isinstance(constraint, Ticket) else constraint.lifetime
    for rule in lifetime.rules if lifetime else ():
        facts["lifetime"] = f"{facts['lifetime']}; {_rule_text(rule)}" if "lifetime" in facts else _rule_text(rule)
    return facts


def _set_text(each: ResourceSet) -> str:
    if each.id_ref:
        return f"set {each.id_ref}"
    text = " ".join(each.resources)
    return f"({text})" if each.sequential and boolean(each.sequential) is False else f"[{text}]"


# ---- colocation


def _colocation(canvas: Canvas, colocation: Colocation) -> None:
    if colocation.resource and colocation.with_resource:
        roles = (colocation.role, colocation.with_role)
        tail, head = canvas.resource(colocation.resource), canvas.resource(colocation.with_resource)
        _colocation_edge(canvas, colocation, tail, head, roles, colocation.score)
    sets = canvas.sets_of(colocation)
    for each in sets:
        for earlier, later in _pairs(each, each.score or colocation.score):
            tail, head = canvas.resource(later), canvas.resource(earlier)
            if each.ordering and each.ordering.lower() == "listed":
                tail, head = head, tail
            _colocation_edge(canvas, colocation, tail, head, (each.role,) * 2, each.score or colocation.score)
    for dependent, primary in pairwise(sets):
        # The scheduler places the first of a sequential set with the last of the next one (2.1.5).
        tails = [canvas.resource(r) for r in ends_of(dependent)[0]]
        heads = [canvas.resource(r) for r in ends_of(primary)[1]]
        for tail, head in connect(canvas, colocation, tails, heads, _facts(colocation)):
            _colocation_edge(canvas, colocation, tail, head, (dependent.role, primary.role), colocation.score)


def _pairs(each: ResourceSet, points: str | None) -> list[tuple[str, str]]:
    """Neighbours; with a score below zero the scheduler keeps every two members of a sequential set apart."""
    if points and (score(points) or 0) < 0 and pairs_of(each):
        return list(combinations(each.resources, 2))
    return pairs_of(each)


def _colocation_edge(
    canvas: Canvas,
    colocation: Colocation,
    tail: str,
    head: str,
    roles: tuple[str | None, str | None],
    points: str | None,
) -> None:
    line = Line.PROMOTION if any(map(_promoted, roles)) else Line.COLOCATION
    number = score(points) if points else None
    canvas.edge(
        colocation, line, tail, head, label="" if number == INFINITY else short_score(points),
        negative=bool(number and number < 0), base=Line.COLOCATION, facts=_facts(colocation),
    )  # fmt: skip


def _promoted(name: str | None) -> bool:
    return name is not None and role(name) == "Promoted"


def short_score(text: str | None) -> str:
    """``∞`` for INFINITY; a word that is no score as written."""
    number = score(text) if text else None
    if number is None or abs(number) < INFINITY:
        return text or ""
    return "∞" if number > 0 else "-∞"


# ---- location


def _location(canvas: Canvas, location: Location) -> None:
    for subject in _subjects(canvas, location):
        if location.node:
            _location_edge(canvas, location, subject, canvas.named("node", location.node), location.score)
        for rule in location.rules:
            points = rule.score or rule.score_attribute or location.score
            _location_edge(canvas, location, subject, _rule_target(canvas, rule), points, rule)


def _subjects(canvas: Canvas, location: Location) -> list[str]:
    found = [canvas.resource(location.resource)] if location.resource else []
    if location.pattern:
        found.append(canvas.named("pattern", location.pattern))
    return found + [canvas.resource(r) for each in canvas.sets_of(location) for r in each.resources]


def _location_edge(
    canvas: Canvas, location: Location, tail: str, head: str, points: str | None, rule: Rule | None = None
) -> None:
    promoted = _promoted(location.role) or (rule is not None and _promoted(rule.role))
    number = score(points) if points else None
    facts = _facts(location)
    if rule is not None:
        facts["rule"] = _rule_text(rule)
        stated = {"score": rule.score, "score-attribute": rule.score_attribute, "role": rule.role}
        facts.update({name: value for name, value in stated.items() if value})
    canvas.edge(
        location, Line.PROMOTION if promoted else Line.LOCATION, tail, head, label=short_score(points),
        negative=bool(number and number < 0), base=Line.LOCATION, facts=facts,
    )  # fmt: skip


def _rule_target(canvas: Canvas, rule: Rule) -> str:
    """The node that a rule names, otherwise a vertex for the rule, shared by all constraints that state it."""
    if len(rule.conditions) == 1 and isinstance(only := rule.conditions[0], Expression):
        literal = only.value_source in (None, "literal")
        if only.attribute == "#uname" and only.operation == "eq" and only.value and literal:
            return canvas.named("node", only.value)
    text = _rule_text(rule)
    return canvas.named("rule", text, {"kind": "rule", "rule": text})


def _rule_text(rule: Rule) -> str:
    if rule.id_ref:
        return f"rule {rule.id_ref}"
    try:
        return expression_text(rule)
    except Inexpressible:
        return f"rule {rule.id}"


# ---- tickets


def _ticket(canvas: Canvas, ticket: Ticket) -> None:
    head = canvas.named("ticket", ticket.ticket or "")
    named = [(ticket.resource, ticket.role)] if ticket.resource else []
    for resource, named_role in named + [(r, s.role) for s in canvas.sets_of(ticket) for r in s.resources]:
        words = [w for w in (named_role, ticket.loss_policy) if w]
        canvas.edge(ticket, Line.TICKET, canvas.resource(resource), head, label=" ".join(words), facts=_facts(ticket))
