"""Constraints as commands."""

from __future__ import annotations

import re

from pacewright.cib.meaning import constraint_kind
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import (
    ACTIONS,
    ORDER_KINDS,
    Colocation,
    Constraint,
    Location,
    Order,
    ResourceSet,
    Ticket,
)
from pacewright.model.element import Element
from pacewright.model.resources import Group, members
from pacewright.model.rules import Rule
from pacewright.model.values import boolean, role, score, score_text
from pacewright.sources.pcs.rule_writer import Unsayable, rule_words
from pacewright.sources.pcs.script import Script

_POLICIES = ("stop", "demote", "fence", "freeze")
_DISCOVERY = ("always", "never", "exclusive")


def write_constraints(script: Script, configuration: Configuration) -> None:
    groups = {str(m.id): str(g.id) for g in configuration.all_resources() if isinstance(g, Group) for m in members(g)}
    placed: set[tuple[str | None, ...]] = set()
    for constraint in configuration.constraints:
        subject = f"{constraint_kind(constraint)} {constraint.id}"
        script.nothing_unknown(subject, constraint)
        script.ids.add(script.id(subject, constraint))
        match constraint:
            case Location():
                _location(script, constraint, subject, placed)
            case Colocation():
                _colocation(script, constraint, subject)
            case Order():
                _order(script, constraint, subject, groups)
            case Ticket():
                _ticket(script, constraint, subject)


# ---- single values, spelled as pcs wants them


def _reference(script: Script, subject: str, name: str | None) -> str:
    if name is None or name not in script.ids:
        script.refuse(subject, f"a reference to '{name}', which is no resource here")
    return name or ""


def _score(script: Script, subject: str, element: Element) -> str:
    text = getattr(element, "score", None)
    number = score(text) if text is not None else None
    if number is None:
        script.refuse(
            subject, f"<{element.tag}> with the score {text!r}" if text else f"<{element.tag}> without a score"
        )
        return "0"
    return score_text(number)


def _role(script: Script, subject: str, text: str) -> str:
    if (found := role(text)) is None:
        script.refuse(subject, f"the role '{text}'")
    return found or text


def _word(script: Script, subject: str, name: str, text: str, allowed: tuple[str, ...]) -> str:
    found = {word.lower(): word for word in allowed}.get(text.lower())
    if found is None:
        script.refuse(subject, f"{name}='{text}'")
    return found or text


def _flag(script: Script, subject: str, name: str, text: str) -> str:
    flag = boolean(text)
    if flag is None:
        script.refuse(subject, f"{name}='{text}'")
    return f"{name}={str(flag).lower()}"


# ---- location


def _location(script: Script, location: Location, subject: str, placed: set[tuple[str | None, ...]]) -> None:
    if location.sets or location.lifetime:
        part = "resource_set" if location.sets else "lifetime"
        script.refuse(subject, f"<{part}> in <rsc_location>")
        return
    if location.pattern is not None:
        target = f"regexp%{location.pattern}"
    else:
        target = f"resource%{_reference(script, subject, location.resource)}"
    if location.rules:
        _rules(script, location, subject, target)
        return
    if not location.node:
        script.refuse(subject, "<rsc_location> without node and rule")
    key = (location.resource, location.pattern, location.node)
    if key in placed:
        script.refuse(subject, "a second <rsc_location> of the same resource and node")
    placed.add(key)
    words = [str(location.id), target, location.node or "", _score(script, subject, location)]
    script.add(subject, "constraint location add", words + _location_options(script, location, subject), "--force")


def _location_options(script: Script, location: Location, subject: str) -> list[str]:
    words = []
    if location.discovery is not None:
        words.append(
            f"resource-discovery={_word(script, subject, 'resource-discovery', location.discovery, _DISCOVERY)}"
        )
    if location.role is not None:
        words.append(f"role={_role(script, subject, location.role)}")
    return words


def _rules(script: Script, location: Location, subject: str, target: str) -> None:
    if location.role or location.node or location.score:
        script.refuse(subject, "<rsc_location> with rules and a role, node or score of its own")
    first = [f"constraint-id={location.id}", *_location_options(script, location, subject)]
    for number, rule in enumerate(location.rules):
        try:
            words = [*_rule_options(script, rule, subject), *rule_words(rule, "location")]
        except Unsayable as reason:
            script.refuse(subject, f"{reason} in <rule id='{rule.id}'>")
            continue
        if number == 0:
            script.add(subject, "constraint location", [target, "rule", *first, *words], "--force")
        else:
            script.add(subject, "constraint rule add", [str(location.id), *words], "--force")


def _rule_options(script: Script, rule: Rule, subject: str) -> list[str]:
    words = [f"id={rule.id}"] if rule.id and re.fullmatch(r"[A-Za-z_][\w.\-]*", rule.id, re.ASCII) else []
    if rule.role is not None:
        name = _role(script, subject, rule.role)
        if name not in ("Promoted", "Unpromoted"):
            raise Unsayable(f"the role '{rule.role}'")
        words.append(f"role={name}")
    if rule.score_attribute:
        if rule.score is not None and score(rule.score) != 0:
            raise Unsayable("both score and score-attribute")
        return [*words, f"score-attribute={rule.score_attribute}"]
    return [*words, f"score={_score(script, subject, rule)}"]


# ---- colocation


def _colocation(script: Script, c: Colocation, subject: str) -> None:
    if c.lifetime:
        script.refuse(subject, "<lifetime> in <rsc_colocation>")
    identity = f"id={c.id}"
    if c.sets:
        script.absent(subject, c, "role", "with_role", "node_attribute", "influence", "resource", "with_resource")
        options = [identity, f"score={_score(script, subject, c)}"]
        script.add(subject, "constraint colocation set", _sets(script, c, subject, options), "--force")
        return
    words: list[str] = []
    for resource, text in ((c.resource, c.role), (c.with_resource, c.with_role)):
        words += ["with"] if words else []
        own_role = _role(script, subject, text) if text else "Started"
        words += [own_role] if own_role != "Started" else []
        words.append(_reference(script, subject, resource))
    words += [_score(script, subject, c), identity]
    if c.node_attribute is not None:
        words.append(f"node-attribute={c.node_attribute}")
    if c.influence is not None:
        words.append(_flag(script, subject, "influence", c.influence))
    script.add(subject, "constraint colocation add", words, "--force")


# ---- order


def _order(script: Script, order: Order, subject: str, groups: dict[str, str]) -> None:
    if order.lifetime:
        script.refuse(subject, "<lifetime> in <rsc_order>")
    options = [f"id={order.id}", *_kind(script, order, subject)]
    if order.symmetrical is not None:
        options.append(_flag(script, subject, "symmetrical", order.symmetrical))
    if order.sets:
        script.absent(subject, order, "require_all", "first", "then", "first_action", "then_action")
        script.add(subject, "constraint order set", _sets(script, order, subject, options), "--force")
        return
    if order.require_all is not None:
        options.append(_flag(script, subject, "require-all", order.require_all))
    first, then = _reference(script, subject, order.first), _reference(script, subject, order.then)
    if first in groups and groups[first] == groups.get(then):
        script.refuse(subject, f"an order inside the group '{groups[first]}'")
    first_action = _word(script, subject, "first-action", order.first_action or "start", ACTIONS)
    then_action = _word(script, subject, "then-action", order.then_action or first_action, ACTIONS)
    script.add(subject, "constraint order", [first_action, first, "then", then_action, then, *options], "--force")


def _kind(script: Script, order: Order, subject: str) -> list[str]:
    """A score is the old way to say kind."""
    if order.kind is not None:
        return [f"kind={_word(script, subject, 'kind', order.kind, ORDER_KINDS)}"]
    if order.score is None:
        return []
    return ["kind=Optional" if score(order.score) == 0 else "kind=Mandatory"]


# ---- tickets and sets


def _ticket(script: Script, ticket: Ticket, subject: str) -> None:
    name = ticket.ticket or ""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,63}", name):
        script.refuse(subject, f"the ticket {name!r}: letters, digits and dashes, 63 at most")
    options = [f"id={ticket.id}"]
    if ticket.loss_policy is not None:
        options.append(f"loss-policy={_word(script, subject, 'loss-policy', ticket.loss_policy, _POLICIES)}")
    if ticket.sets:
        script.absent(subject, ticket, "role", "resource")
        words = _sets(script, ticket, subject, [f"ticket={name}", *options])
        script.add(subject, "constraint ticket set", words, "--force")
        return
    own_role = [_role(script, subject, ticket.role)] if ticket.role else []
    words = [name, *own_role, _reference(script, subject, ticket.resource), *options]
    script.add(subject, "constraint ticket add", words, "--force")


def _sets(script: Script, constraint: Constraint, subject: str, options: list[str]) -> list[str]:
    words: list[str] = []
    for each in constraint.sets:
        words += ["set"] if words else []
        words += _set(script, each, subject)
    return [*words, "setoptions", *options]


def _set(script: Script, each: ResourceSet, subject: str) -> list[str]:
    if each.id_ref is not None:
        script.refuse(subject, f"<resource_set id-ref='{each.id_ref}'>")
    if not each.resources and each.id_ref is None:
        script.refuse(subject, "a <resource_set> without resources")
    if len(set(each.resources)) < len(each.resources):
        script.refuse(subject, "a resource twice in one <resource_set>")
    script.absent(subject, each, "ordering", "score", "kind")
    words = [_reference(script, subject, name) for name in each.resources]
    for name, text in (("sequential", each.sequential), ("require-all", each.require_all)):
        words += [_flag(script, subject, name, text)] if text is not None else []
    words += [f"action={_word(script, subject, 'action', each.action, ACTIONS)}"] if each.action else []
    words += [f"role={_role(script, subject, each.role)}"] if each.role else []
    return words
