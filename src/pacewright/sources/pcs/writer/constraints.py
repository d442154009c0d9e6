"""Constraints as commands."""

from __future__ import annotations

import re

from pacewright.cib.address import constraint_kind
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import ACTIONS, LOSS_POLICIES, ORDER_KINDS, Colocation, Location, Order, Ticket
from pacewright.model.resources import Group, members
from pacewright.model.values import score
from pacewright.sources.pcs.writer.locations import write_location
from pacewright.sources.pcs.writer.resource_sets import set_words
from pacewright.sources.pcs.writer.script import Script
from pacewright.sources.pcs.writer.values import flag, one_of, reference, role_word, score_word


def write_constraints(script: Script, configuration: Configuration) -> None:
    groups = {str(m.id): str(g.id) for g in configuration.all_resources() if isinstance(g, Group) for m in members(g)}
    placed: set[tuple[str | None, ...]] = set()
    for constraint in configuration.constraints:
        subject = f"{constraint_kind(constraint)} {constraint.id}"
        script.nothing_unknown(subject, constraint)
        script.ids.add(script.id(subject, constraint))
        match constraint:
            case Location():
                write_location(script, constraint, subject, placed)
            case Colocation():
                _colocation(script, constraint, subject)
            case Order():
                _order(script, constraint, subject, groups)
            case Ticket():
                _ticket(script, constraint, subject)


def _colocation(script: Script, c: Colocation, subject: str) -> None:
    if c.lifetime:
        script.refuse(subject, "<lifetime> in <rsc_colocation>")
    identity = f"id={c.id}"
    if c.sets:
        script.absent(subject, c, "role", "with_role", "node_attribute", "influence", "resource", "with_resource")
        options = [identity, f"score={score_word(script, subject, c)}"]
        script.add(subject, "constraint colocation set", set_words(script, c, subject, options), "--force")
        return
    words: list[str] = []
    for resource, text in ((c.resource, c.role), (c.with_resource, c.with_role)):
        words += ["with"] if words else []
        own_role = role_word(script, subject, text) if text else "Started"
        words += [own_role] if own_role != "Started" else []
        words.append(reference(script, subject, resource))
    words += [score_word(script, subject, c), identity]
    if c.node_attribute is not None:
        words.append(f"node-attribute={c.node_attribute}")
    if c.influence is not None:
        words.append(flag(script, subject, "influence", c.influence))
    script.add(subject, "constraint colocation add", words, "--force")


def _order(script: Script, order: Order, subject: str, groups: dict[str, str]) -> None:
    if order.lifetime:
        script.refuse(subject, "<lifetime> in <rsc_order>")
    options = [f"id={order.id}", *_kind(script, order, subject)]
    if order.symmetrical is not None:
        options.append(flag(script, subject, "symmetrical", order.symmetrical))
    if order.sets:
        script.absent(subject, order, "require_all", "first", "then", "first_action", "then_action")
        script.add(subject, "constraint order set", set_words(script, order, subject, options), "--force")
        return
    if order.require_all is not None:
        options.append(flag(script, subject, "require-all", order.require_all))
    first, then = reference(script, subject, order.first), reference(script, subject, order.then)
    if first in groups and groups[first] == groups.get(then):
        script.refuse(subject, f"an order inside the group '{groups[first]}'")
    first_action = one_of(script, subject, "first-action", order.first_action or "start", ACTIONS)
    then_action = one_of(script, subject, "then-action", order.then_action or first_action, ACTIONS)
    script.add(subject, "constraint order", [first_action, first, "then", then_action, then, *options], "--force")


def _kind(script: Script, order: Order, subject: str) -> list[str]:
    """A score is the old way to say kind."""
    if order.kind is not None:
        return [f"kind={one_of(script, subject, 'kind', order.kind, ORDER_KINDS)}"]
    if order.score is None:
        return []
    return ["kind=Optional" if score(order.score) == 0 else "kind=Mandatory"]


def _ticket(script: Script, ticket: Ticket, subject: str) -> None:
    name = ticket.ticket or ""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,63}", name):
        script.refuse(subject, f"the ticket {name!r}: letters, digits and dashes, 63 at most")
    options = [f"id={ticket.id}"]
    if ticket.loss_policy is not None:
        options.append(f"loss-policy={one_of(script, subject, 'loss-policy', ticket.loss_policy, LOSS_POLICIES)}")
    if ticket.sets:
        script.absent(subject, ticket, "role", "resource")
        words = set_words(script, ticket, subject, [f"ticket={name}", *options])
        script.add(subject, "constraint ticket set", words, "--force")
        return
    own_role = [role_word(script, subject, ticket.role)] if ticket.role else []
    words = [name, *own_role, reference(script, subject, ticket.resource), *options]
    script.add(subject, "constraint ticket add", words, "--force")
