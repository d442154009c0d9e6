"""Constraints as crm text."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.model.constraints import Colocation, Constraint, Location, Order, ResourceSet, Ticket
from pacewright.model.values import boolean, score
from pacewright.sources.crm.writer.rules import rule_words
from pacewright.sources.crm.writer.text import Lines, Unsayable, pair, score_head, word


def constraint_lines(constraint: Constraint, referenced: frozenset[str]) -> Lines:
    match constraint:
        case Location():
            return _location_lines(constraint, referenced)
        case Colocation():
            return [_colocation_line(constraint)]
        case Order():
            return [_order_line(constraint)]
        case Ticket():
            return [_ticket_line(constraint)]


def _location_lines(location: Location, referenced: frozenset[str]) -> Lines:
    words = ["location", word(location.id)]
    if location.pattern is not None:
        words.append(word(f"/{location.pattern}/"))
    elif location.sets:
        words += ["{", *_set_words(location.sets, "role"), "}"]
    else:
        words.append(word(location.resource))
    if location.role is not None:
        words.append(pair("role", location.role))
    if location.discovery is not None:
        words.append(pair("resource-discovery", location.discovery))
    if location.node is not None:
        words += [score_head(location.score), word(location.node)]
    return [" ".join(words), *(rule_words(rule, referenced, in_set=False) for rule in location.rules)]


def _colocation_line(colocation: Colocation) -> str:
    words = ["colocation", word(colocation.id), score_head(colocation.score)]
    simple = [(colocation.resource, colocation.role), (colocation.with_resource, colocation.with_role)]
    words += _members(colocation.sets, simple, "role")
    if (attribute := colocation.node_attribute) is not None:
        if attribute != attribute.lower():
            raise Unsayable("crmsh makes the name of a node attribute lower case")
        words.append(pair("node-attribute", attribute))
    return " ".join(words)


def _order_line(order: Order) -> str:
    words = ["order", word(order.id)]
    if order.kind is not None:
        words.append(f"{word(order.kind)}:")
    elif order.score is not None:
        words.append("Optional:" if score(order.score) == 0 else "Mandatory:")
    words += _members(order.sets, [(order.first, order.first_action), (order.then, order.then_action)], "action")
    if order.symmetrical is not None:
        words.append(pair("symmetrical", "true" if boolean(order.symmetrical) else "false"))
    return " ".join(words)


def _ticket_line(ticket: Ticket) -> str:
    if ticket.ticket is None or ":" in ticket.ticket:
        raise Unsayable("a ticket's name with a colon")
    words = ["rsc_ticket", word(ticket.id), word(f"{ticket.ticket}:")]
    words += _members(ticket.sets, [(ticket.resource, ticket.role)], "role")
    if ticket.loss_policy is not None:
        words.append(pair("loss-policy", ticket.loss_policy))
    return " ".join(words)


def _members(sets: tuple[ResourceSet, ...], simple: list[tuple[str | None, str | None]], qualifier: str) -> list[str]:
    """Sets, or the members of a simple constraint. As many words as those have would be taken for them."""
    if not sets:
        return [_member(*each) for each in simple]
    words = _set_words(sets, qualifier)
    return ["_rsc_set_", *words] if len(words) == len(simple) else words


def _member(identity: str | None, qualifier: str | None) -> str:
    if identity is None or ":" in identity or "=" in identity:
        raise Unsayable("a reference that does not read like one")
    return word(identity if qualifier is None else f"{identity}:{qualifier}")


def _set_words(sets: Iterable[ResourceSet], qualifier: str) -> list[str]:
    words: list[str] = []
    for each in sets:
        value = each.role if qualifier == "role" else each.action
        inside = [_member(identity, value) for identity in each.resources]
        sequential = each.sequential is None or boolean(each.sequential) is not False
        if each.require_all is not None and boolean(each.require_all) is False:
            words += ["[", *inside, *(["sequential=true"] if sequential else []), "]"]
        else:
            words += inside if sequential else ["(", *inside, ")"]
    return words
