"""``location``, ``colocation``, ``order`` and ``rsc_ticket``."""

from __future__ import annotations

import re
from dataclasses import replace

from pacewright.model.constraints import (
    ACTIONS,
    DISCOVERIES,
    LOSS_POLICIES,
    ORDER_KINDS,
    Colocation,
    Constraint,
    Location,
    Order,
    ResourceSet,
    Ticket,
)
from pacewright.model.element import Carried
from pacewright.model.values import score
from pacewright.sources.crm.reader.choices import one_of, read_boolean, read_role
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.resource_sets import read_resource_sets
from pacewright.sources.crm.reader.rules import read_rule, score_of

_HEAD = re.compile(r"([^:]+):")
_PATTERN = re.compile(r"/(.+)/", re.DOTALL)
_LOCATION_ATTRIBUTE = re.compile(r"\$?([^=]+)=(.*)")
_NODE_ATTRIBUTE = re.compile(r"node-attribute=(.+)")
_SYMMETRICAL = re.compile(r"symmetrical=(.*)", re.IGNORECASE)
_LOSS_POLICY = re.compile(r"loss-policy=(.*)", re.IGNORECASE)


def _add(cursor: Cursor, draft: Draft, constraint: Constraint, kind: str) -> None:
    cursor.finish()
    if draft.claim(str(constraint.id), cursor.place(cursor.at), f"{kind} {constraint.id}"):
        draft.constraints.append(constraint)


def read_location(cursor: Cursor, draft: Draft) -> None:
    location = Location(id=cursor.identifier("an id"))
    if found := cursor.match(_PATTERN):
        location = replace(location, pattern=found[1])
    elif cursor.accept("{"):
        location = replace(location, sets=read_resource_sets(cursor, "role", "}"))
    else:
        location = replace(location, resource=_reference(cursor))
    location = _with_attributes(cursor, location)
    if found := cursor.match(_HEAD):
        location = replace(location, score=_score(cursor, found[1]), node=cursor.take("a node"))
        location = _with_attributes(cursor, location)
    else:
        rules = []
        while cursor.accept("rule"):
            rules.append(read_rule(cursor))
        location = replace(location, rules=tuple(rules))
        if not rules:
            suggestion = hint(cursor.word(), ("rule",)) or "'SCORE: NODE' or 'rule ...' must follow"
            cursor.fail("crm-missing-preference", f"location '{location.id}' says no preference", suggestion=suggestion)
    _add(cursor, draft, location, "location")


def _reference(cursor: Cursor) -> str:
    text = cursor.take("a resource")
    if _HEAD.fullmatch(text):
        cursor.fail("crm-missing-value", f"a resource expected before '{text}'", back=1)
    return text


def _with_attributes(cursor: Cursor, location: Location) -> Location:
    while found := cursor.match(_LOCATION_ATTRIBUTE):
        name = found[1].lower()
        if name == "role":
            location = replace(location, role=read_role(cursor, found[2]))
        elif name == "resource-discovery":
            word = one_of(cursor, found[2], DISCOVERIES, "crm-bad-value", "value of 'resource-discovery'")
            location = replace(location, discovery=word)
        else:
            suggestion = hint(name, ("role", "resource-discovery"))
            cursor.error("crm-unknown-attribute", f"unknown attribute '{name}'", suggestion=suggestion, back=1)
    return location


def _score(cursor: Cursor, text: str) -> str:
    value = score_of(text)
    if value is None:
        suggestion = hint(text.lower(), ("infinity", "-infinity", "inf", "mandatory", "advisory"))
        cursor.error("crm-bad-score", f"'{text}' is no score", suggestion=suggestion, back=1)
    return value or text


def read_colocation(cursor: Cursor, draft: Draft) -> None:
    identity = cursor.identifier("an id")
    found = cursor.match(_HEAD)
    if found is None:
        cursor.fail("crm-missing-score", f"colocation '{identity}' needs a score", suggestion="such as 'inf:'")
    colocation = Colocation(id=identity, score=_score(cursor, found[1]))
    if found := cursor.match_last(_NODE_ATTRIBUTE):
        colocation = replace(colocation, node_attribute=found[1])
    if cursor.remaining == 2:
        resource, role, instance = _member(cursor, "role")
        other, other_role, other_instance = _member(cursor, "role")
        colocation = replace(
            colocation, resource=resource, role=role, with_resource=other, with_role=other_role,
            carried=_instances(("rsc-instance", instance), ("with-rsc-instance", other_instance)),
        )  # fmt: skip
    else:
        colocation = replace(colocation, sets=_sets(cursor, "role"))
    _add(cursor, draft, colocation, "colocation")


def read_order(cursor: Cursor, draft: Draft) -> None:
    order = Order(id=cursor.identifier("an id"))
    if found := cursor.match(_HEAD):
        order = replace(order, kind=_order_kind(cursor, found[1]))
    if found := cursor.match_last(_SYMMETRICAL):
        order = replace(order, symmetrical=read_boolean(cursor, found[1]))
    if cursor.remaining == 2:
        first, first_action, first_instance = _member(cursor, "action")
        then, then_action, then_instance = _member(cursor, "action")
        order = replace(
            order, first=first, first_action=first_action, then=then, then_action=then_action,
            carried=_instances(("first-instance", first_instance), ("then-instance", then_instance)),
        )  # fmt: skip
    else:
        order = replace(order, sets=_sets(cursor, "action"))
    _add(cursor, draft, order, "order")


def _order_kind(cursor: Cursor, text: str) -> str:
    """A kind, or the score that stood for it: 0 is Optional, all others are Mandatory."""
    for kind in ORDER_KINDS:
        if kind.lower() == text.lower():
            return kind
    value = score_of(text)
    if value is None:
        return one_of(cursor, text, ORDER_KINDS, "crm-bad-kind", "kind of order")
    return "Optional" if score(value) == 0 else "Mandatory"


def read_ticket(cursor: Cursor, draft: Draft) -> None:
    identity = cursor.identifier("an id")
    found = cursor.match(_HEAD)
    if found is None:
        cursor.fail("crm-missing-ticket", f"rsc_ticket '{identity}' needs a ticket", suggestion="such as 'ticketA:'")
    ticket = Ticket(id=identity, ticket=found[1])
    if found := cursor.match_last(_LOSS_POLICY):
        policy = one_of(cursor, found[1], LOSS_POLICIES, "crm-bad-value", "value of 'loss-policy'")
        ticket = replace(ticket, loss_policy=policy)
    if cursor.remaining == 1:
        resource, role, instance = _member(cursor, "role")
        ticket = replace(ticket, resource=resource, role=role, carried=_instances(("rsc-instance", instance)))
    else:
        ticket = replace(ticket, sets=_sets(cursor, "role"))
    _add(cursor, draft, ticket, "ticket")


def _sets(cursor: Cursor, qualifier: str) -> tuple[ResourceSet, ...]:
    if cursor.peek() is None:
        cursor.fail("crm-missing-value", "resources expected at the end of the statement")
    return read_resource_sets(cursor, qualifier)


def _member(cursor: Cursor, qualifier: str) -> tuple[str, str | None, str | None]:
    """(resource, role or action, instance number) of ``rsc[:word]``."""
    resource, _, word = cursor.take("a resource").partition(":")
    if not resource or resource in "()[]{}" or "=" in resource:
        cursor.error("crm-missing-value", "the id of a resource expected", back=1)
    if not word:
        return resource, None, None
    if word.isdigit():
        return resource, None, word
    if qualifier == "role":
        return resource, read_role(cursor, word), None
    return resource, one_of(cursor, word, ACTIONS, "crm-bad-action", "action"), None


def _instances(*pairs: tuple[str, str | None]) -> Carried:
    """Numbers of clone instances: an attribute that Pacemaker 2 dropped."""
    return Carried(attributes=tuple((name, value) for name, value in pairs if value is not None))
