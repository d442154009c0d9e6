"""What the configuration says about a resource's place: constraints, tickets, stickiness."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pacewright.cib.codec import decode
from pacewright.cib.status.configured import Configured
from pacewright.cib.status.dependencies import dependencies
from pacewright.cib.status.restrictions import missing_tickets
from pacewright.cib.xml import Node
from pacewright.model.explanation import Contribution
from pacewright.model.expression import Inexpressible, expression_text
from pacewright.model.rules import Rule
from pacewright.model.values import INFINITY, score, score_text


def contributions(configured: Configured, identities: set[str], stickiness_of: str) -> Iterator[Contribution]:
    """Of the resource with these ids (its own, its holders' and its members')."""
    yield from _locations(configured, identities)
    yield from _dependencies(configured, identities)
    needed = missing_tickets(configured)
    for ticket, only in (entry for i in sorted(identities) for entry in needed.get(i, ())):
        to_do = " to be promoted" if only else ""
        yield Contribution("ticket", None, f"needs ticket {ticket}{to_do}, which this site has not been granted")
    value = score(configured.meta(stickiness_of, "resource-stickiness") or "")
    if value:
        yield Contribution("stickiness", None, f"prefers to stay where it is ({score_text(value)})", value)


def _locations(configured: Configured, identities: set[str]) -> Iterator[Contribution]:
    for each in configured.root.iterfind("configuration/constraints/rsc_location"):
        if not _concerns(configured, each, identities):
            continue
        identity, role = str(each.get("id")), f" as {each.get('role')}" if each.get("role") else ""
        if (node := each.get("node")) is not None:
            number = score(each.get("score") or "INFINITY") or 0
            yield Contribution("location", identity, f"{_verb(number)} {node}{role}", number, node)
        for rule in each.iterfind("rule"):
            number = score(rule.get("score") or "0") or 0
            weight = f"by the node attribute {rule.get('score-attribute')}: " if rule.get("score-attribute") else ""
            yield Contribution("location", identity, f"{weight}{_verb(number)} nodes where {_rule(rule)}{role}", number)
        if each.get("resource-discovery", "always") == "exclusive":
            yield Contribution("location", identity, "limits it to the nodes that such constraints name")


def _concerns(configured: Configured, location: Node, identities: set[str]) -> bool:
    if reference := location.get("rsc"):
        return bool(identities & set(configured.named(reference)))
    if pattern := location.get("rsc-pattern"):
        try:  # POSIX extended expressions there, Python's here: near enough to tell
            return any(re.search(pattern.removeprefix("!"), i) for i in identities) != pattern.startswith("!")
        except re.error:
            return False
    return any(
        identities & set(configured.named(str(r.get("id")))) for r in location.iterfind("resource_set/resource_ref")
    )


def _rule(rule: Node) -> str:
    try:
        return expression_text(decode(Rule, rule))
    except Inexpressible:
        return f"rule {rule.get('id')} holds"


def _verb(number: int) -> str:
    if abs(number) >= INFINITY:
        return "never on" if number < 0 else "strongly prefers"
    return "avoids" if number < 0 else "allowed on" if number == 0 else "prefers"


def _dependencies(configured: Configured, identities: set[str]) -> Iterator[Contribution]:
    for dependents in dependencies(configured).values():
        for each in dependents:
            if each.kind == "group" or (each.resource in identities) == (each.on in identities):
                continue
            mine = each.resource in identities
            other = f"{each.role} {each.on}" if each.role and mine else each.on if mine else each.resource
            own = f" (as {each.own_role})" if each.own_role else ""
            if each.kind == "order":
                text = f"after {other}{own}" if mine else f"before {other}"
                yield Contribution("order", each.constraint, text, needs=each.on if mine else None)
            else:
                word = "apart from" if each.score < 0 else "with"
                text = f"{word} {other}{own}" if mine else f"{other} is placed {word} it"
                yield Contribution("colocation", each.constraint, text, each.score, needs=each.on if mine else None)
