"""Commands that make constraints: ``pcs constraint location | colocation | order | ticket | rule ...``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pacewright.model.constraints import ACTIONS, Colocation, Constraint, Location, Order, ResourceSet, Ticket
from pacewright.model.rules import Rule
from pacewright.model.values import role, score
from pacewright.sources.pcs.command import Command, Mistake, Pairs, grouped, need, only, pairs
from pacewright.sources.pcs.draft import Draft
from pacewright.sources.pcs.rule_reader import location_rule

SET_OPTIONS = ("sequential", "require-all", "role", "action")
_LOCATION_FIELDS = {"resource-discovery": "discovery", "role": "role", "score": "score"}
_COLOCATION_FIELDS = {
    "influence": "influence", "node-attribute": "node_attribute", "score": "score", "rsc-role": "role",
    "with-rsc-role": "with_role",
}  # fmt: skip
_ORDER_FIELDS = {"kind": "kind", "symmetrical": "symmetrical", "require-all": "require_all", "score": "score"}
_TICKET_FIELDS = {"loss-policy": "loss_policy"}


def _add(draft: Draft, address: str, constraint: Constraint, command: Command) -> None:
    draft.constraints[str(constraint.id)] = constraint
    draft.put(f"{address} {constraint.id}", command.place)


def _fields(values: Pairs, names: dict[str, str]) -> dict[str, Any]:
    return {names[n]: v for n, v in values if n in names and v}


def _id(draft: Draft, values: Pairs, what: str, otherwise: str) -> str:
    given = dict(values).get("id")
    return draft.new_id(given, what) if given else draft.free_id(otherwise)


def _score(text: str) -> str:
    if score(text) is None:
        raise Mistake("pcs-bad-value", f"a score is an integer, INFINITY or -INFINITY, not '{text}'")
    return text


def _target(draft: Draft, text: str) -> tuple[str | None, str | None]:
    """``ID``, ``resource%ID`` or ``regexp%PATTERN``: (resource, pattern)."""
    kind, percent, name = text.partition("%")
    if not percent:
        kind, name = "resource", text
    if kind == "regexp":
        return None, name
    if kind not in ("resource", ""):
        raise Mistake("pcs-bad-value", f"a resource is ID, resource%ID or regexp%PATTERN, not '{text}'")
    draft.resource(name)
    return name, None


# ---- location


def location_add(draft: Draft, args: list[str], command: Command) -> None:
    """``location add ID RESOURCE NODE SCORE [resource-discovery=...] [role=...]``; replaces, as pcs does."""
    need(args, 4, "constraint location add ID RESOURCE NODE SCORE")
    resource, pattern = _target(draft, args[1])
    value = args[3].removeprefix("score=")  # pcs 0.12 prints it so
    options = _fields(pairs(args[4:], ("resource-discovery", "role")), _LOCATION_FIELDS)
    new = Location(id=args[0], resource=resource, pattern=pattern, node=args[2], score=_score(value), **options)
    _locate(draft, new, command)


def _locate(draft: Draft, new: Location, command: Command) -> None:
    """pcs drops a constraint of the same id, or of the same resource and node."""
    old = draft.constraints.get(str(new.id))
    if old is not None and isinstance(old, Location):
        del draft.constraints[str(old.id)]
    draft.new_id(str(new.id), "constraint")
    same = (new.resource, new.pattern, new.node)
    for name, each in list(draft.constraints.items()):
        if isinstance(each, Location) and (each.resource, each.pattern, each.node) == same:
            del draft.constraints[name]
    _add(draft, "location", new, command)


def location(draft: Draft, args: list[str], command: Command) -> None:
    """``location RESOURCE prefers|avoids NODE[=SCORE] ...`` and ``location RESOURCE rule ...``"""
    need(args, 3, "constraint location RESOURCE prefers|avoids|rule ...")
    if args[1] == "rule":
        _location_rule(draft, args, command)
        return
    if args[1] not in ("prefers", "avoids"):
        raise Mistake("pcs-unsupported-command", f"prefers, avoids or rule expected, not '{args[1]}'")
    resource, pattern = _target(draft, args[0])
    for word in args[2:]:
        node, equals, value = word.partition("=")
        value = _score(value) if equals else "INFINITY"
        if args[1] == "avoids":
            value = value[1:] if value.startswith("-") else f"-{value}"
        wanted = f"location-{resource or pattern}-{node}-{value}"
        name = re.sub(r"[^\w.\-]", "", wanted, flags=re.ASCII)
        _locate(draft, Location(id=name, resource=resource, pattern=pattern, node=node, score=value), command)


def _location_rule(draft: Draft, args: list[str], command: Command) -> None:
    resource, pattern = _target(draft, args[0])
    options, words = _rule_options(args[2:], ("constraint-id", "resource-discovery"))
    given = options.get("constraint-id")
    name = draft.new_id(given, "constraint") if given else draft.free_id(f"location-{resource or pattern}")
    rule = _rule(options, words)
    discovery = options.get("resource-discovery")
    _add(
        draft,
        "location",
        Location(id=name, resource=resource, pattern=pattern, discovery=discovery, rules=(rule,)),
        command,
    )


def rule_add(draft: Draft, args: list[str], command: Command) -> None:
    """``constraint rule add CONSTRAINT [options] EXPRESSION``: one more rule; node and score make way for it."""
    need(args, 2, "constraint rule add CONSTRAINT [options] EXPRESSION")
    found = draft.constraints.get(args[0])
    if not isinstance(found, Location):
        raise Mistake("pcs-unknown-constraint", f"no location constraint '{args[0]}' was made before")
    rule = _rule(*_rule_options(args[1:], ()))
    draft.constraints[args[0]] = replace(found, node=None, score=None, rules=(*found.rules, rule))


def _rule_options(words: list[str], more: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Options stand before the expression."""
    known = ("id", "role", "score", "score-attribute", *more)
    at = 0
    while at < len(words) and words[at].partition("=")[0] in known and "=" in words[at]:
        at += 1
    return dict(pairs(words[:at], known)), words[at:]


def _rule(options: dict[str, str], words: list[str]) -> Rule:
    if not words:
        raise Mistake("pcs-bad-rule", "an expression is missing")
    parsed = location_rule(words)
    attribute = options.get("score-attribute")
    value = options.get("score")
    if attribute and value:
        raise Mistake("pcs-conflicting-options", "only one of score and score-attribute can be given")
    if options.get("role") and role(options["role"]) not in ("Promoted", "Unpromoted"):
        raise Mistake("pcs-bad-value", f"the role of a rule is Promoted or Unpromoted, not '{options['role']}'")
    return replace(
        parsed, id=options.get("id"), role=options.get("role"), score_attribute=attribute,
        score=None if attribute else _score(value or "INFINITY"),
    )  # fmt: skip


# ---- colocation, order, ticket


def colocation_add(draft: Draft, args: list[str], command: Command) -> None:
    """``colocation add [ROLE] A with [ROLE] B [SCORE] [name=value ...]``"""
    need(args, 3, "constraint colocation add [ROLE] ID with [ROLE] ID [SCORE]")
    own_role, resource, rest = (args[0], args[1], args[3:]) if args[2] == "with" else (None, args[0], args[2:])
    if args[2] != "with" and args[1] != "with":
        raise Mistake("pcs-missing-argument", "'with' expected between two resources")
    need(rest, 1, "constraint colocation add ID with ID")
    other_role = None
    if len(rest) > 1 and score(rest[1]) is None and "=" not in rest[1]:
        other_role, rest = rest[0], rest[1:]
    with_resource, rest = rest[0], rest[1:]
    value = _score(rest.pop(0)) if rest and "=" not in rest[0] else "INFINITY"
    values = pairs(rest, ("id", *_COLOCATION_FIELDS))
    for name in (resource, with_resource):
        draft.resource(name)
    options: dict[str, Any] = {"score": value, **_fields(values, _COLOCATION_FIELDS)}
    if own_role or other_role:  # pcs fills in the other one
        options |= {"role": _role(own_role or "Started"), "with_role": _role(other_role or "Started")}
    identity = _id(draft, values, "constraint", f"colocation-{resource}-{with_resource}-{value}")
    _add(
        draft, "colocation", Colocation(id=identity, resource=resource, with_resource=with_resource, **options), command
    )


def _role(text: str) -> str:
    found = role(text)
    if found is None:
        raise Mistake("pcs-bad-value", f"'{text}' is no role", "Started, Stopped, Promoted or Unpromoted")
    return found


def order(draft: Draft, args: list[str], command: Command) -> None:
    """``order [ACTION] A then [ACTION] B [name=value ...]``"""
    need(args, 3, "constraint order [ACTION] ID then [ACTION] ID")
    rest = list(args)
    first_action = rest.pop(0) if rest[0] in ACTIONS else "start"
    need(rest, 3, "constraint order [ACTION] ID then [ACTION] ID")
    first = rest.pop(0)
    if rest.pop(0) != "then":
        raise Mistake("pcs-missing-argument", f"'then' expected after '{first}'")
    then_action = rest.pop(0) if rest[0] in ACTIONS else "start"
    need(rest, 1, "constraint order [ACTION] ID then [ACTION] ID")
    then = rest.pop(0)
    words = [
        "symmetrical=true" if w == "symmetrical" else "symmetrical=false" if w == "nonsymmetrical" else w for w in rest
    ]
    values = pairs(words, ("id", *_ORDER_FIELDS))
    for name in (first, then):
        draft.resource(name)
    holder = draft.container(first)
    if holder is not None and holder == draft.container(then):
        raise Mistake("pcs-same-group", f"'{first}' and '{then}' are in the group '{holder}', which orders them")
    options = _fields(values, _ORDER_FIELDS)
    identity = _id(draft, values, "constraint", f"order-{first}-{then}-{options.get('kind', 'mandatory')}")
    new = Order(id=identity, first=first, then=then, first_action=first_action, then_action=then_action, **options)
    _add(draft, "order", new, command)


def ticket_add(draft: Draft, args: list[str], command: Command) -> None:
    """``ticket add TICKET [ROLE] ID [loss-policy=...] [id=...]``"""
    need(args, 2, "constraint ticket add TICKET [ROLE] ID")
    own_role = args[1] if len(args) > 2 and "=" not in args[2] else None
    rest = args[2:] if own_role else args[1:]
    draft.resource(rest[0])
    values = pairs(rest[1:], ("id", "loss-policy", "rsc-role"))
    identity = _id(draft, values, "constraint", f"ticket-{args[0]}-{rest[0]}{'-' + own_role if own_role else ''}")
    own_role = own_role or dict(values).get("rsc-role")
    new = Ticket(
        id=identity,
        ticket=args[0],
        resource=rest[0],
        role=_role(own_role) if own_role else None,
        **_fields(values, _TICKET_FIELDS),
    )
    _add(draft, "ticket", new, command)


# ---- sets


def colocation_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "score"), "colocation")
    identity = _id(draft, values, "constraint", _set_id("colocation_set", sets))
    new = Colocation(id=identity, score=_score(dict(values).get("score") or "INFINITY"), sets=sets)
    _add(draft, "colocation", new, command)


def order_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "kind", "symmetrical"), "order")
    identity = _id(draft, values, "constraint", _set_id("order_set", sets))
    _add(draft, "order", Order(id=identity, sets=sets, **_fields(values, _ORDER_FIELDS)), command)


def ticket_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "ticket", "loss-policy"), "ticket")
    if not (ticket := dict(values).get("ticket")):
        raise Mistake("pcs-missing-argument", "ticket=NAME expected after 'setoptions'")
    identity = _id(draft, values, "constraint", _set_id("ticket_set", sets))
    _add(draft, "ticket", Ticket(id=identity, ticket=ticket, sets=sets, **_fields(values, _TICKET_FIELDS)), command)


def _sets(draft: Draft, args: list[str], options: tuple[str, ...], kind: str) -> tuple[tuple[ResourceSet, ...], Pairs]:
    """``A B [name=value] [set C ...] [setoptions name=value ...]``"""
    groups = grouped(["set", *args], ("set", "setoptions"), repeated=("set",))
    values = pairs(only(groups, "setoptions"), options)
    sets = []
    for words in groups["set"]:
        ids = tuple(w for w in words if "=" not in w)
        if not ids:
            raise Mistake("pcs-missing-argument", f"resources expected: pcs constraint {kind} set ID...")
        for name in ids:
            draft.resource(name)
        given: dict[str, Any] = dict(pairs((w for w in words if "=" in w), SET_OPTIONS))
        sets.append(ResourceSet(resources=ids, **{n.replace("-", "_"): v for n, v in given.items()}))
    return tuple(sets), values


def _set_id(prefix: str, sets: tuple[ResourceSet, ...]) -> str:
    return "_".join([prefix, *("".join(r[:1] + r[-1:] for r in s.resources) for s in sets)])
