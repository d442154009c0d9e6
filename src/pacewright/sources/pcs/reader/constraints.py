"""Commands that make constraints: ``pcs constraint colocation | order | ticket ...``."""

from __future__ import annotations

from typing import Any

from pacewright.model.constraints import ACTIONS, Colocation, Constraint, Order, Ticket
from pacewright.model.values import role, score
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, need, pairs
from pacewright.sources.pcs.reader.draft import Draft

_COLOCATION_FIELDS = {
    "influence": "influence", "node-attribute": "node_attribute", "score": "score", "rsc-role": "role",
    "with-rsc-role": "with_role",
}  # fmt: skip
ORDER_FIELDS = {"kind": "kind", "symmetrical": "symmetrical", "require-all": "require_all", "score": "score"}
TICKET_FIELDS = {"loss-policy": "loss_policy"}


def put_constraint(draft: Draft, address: str, constraint: Constraint, command: Command) -> None:
    draft.constraints[str(constraint.id)] = constraint
    draft.put(f"{address} {constraint.id}", command.place)


def fields_of(values: Pairs, names: dict[str, str]) -> dict[str, Any]:
    return {names[n]: v for n, v in values if n in names and v}


def constraint_id(draft: Draft, values: Pairs, what: str, otherwise: str) -> str:
    given = dict(values).get("id")
    return draft.new_id(given, what) if given else draft.free_id(otherwise)


def checked_score(text: str) -> str:
    if score(text) is None:
        raise Mistake("pcs-bad-value", f"a score is an integer, INFINITY or -INFINITY, not '{text}'")
    return text


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
    value = checked_score(rest.pop(0)) if rest and "=" not in rest[0] else "INFINITY"
    values = pairs(rest, ("id", *_COLOCATION_FIELDS))
    for name in (resource, with_resource):
        draft.resource(name)
    options: dict[str, Any] = {"score": value, **fields_of(values, _COLOCATION_FIELDS)}
    if own_role or other_role:  # pcs fills in the other one
        options |= {"role": _role(own_role or "Started"), "with_role": _role(other_role or "Started")}
    identity = constraint_id(draft, values, "constraint", f"colocation-{resource}-{with_resource}-{value}")
    put_constraint(
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
    values = pairs(words, ("id", *ORDER_FIELDS))
    for name in (first, then):
        draft.resource(name)
    holder = draft.container(first)
    if holder is not None and holder == draft.container(then):
        raise Mistake("pcs-same-group", f"'{first}' and '{then}' are in the group '{holder}', which orders them")
    options = fields_of(values, ORDER_FIELDS)
    identity = constraint_id(draft, values, "constraint", f"order-{first}-{then}-{options.get('kind', 'mandatory')}")
    new = Order(id=identity, first=first, then=then, first_action=first_action, then_action=then_action, **options)
    put_constraint(draft, "order", new, command)


def ticket_add(draft: Draft, args: list[str], command: Command) -> None:
    """``ticket add TICKET [ROLE] ID [loss-policy=...] [id=...]``"""
    need(args, 2, "constraint ticket add TICKET [ROLE] ID")
    own_role = args[1] if len(args) > 2 and "=" not in args[2] else None
    rest = args[2:] if own_role else args[1:]
    draft.resource(rest[0])
    values = pairs(rest[1:], ("id", "loss-policy", "rsc-role"))
    identity = constraint_id(
        draft, values, "constraint", f"ticket-{args[0]}-{rest[0]}{'-' + own_role if own_role else ''}"
    )
    own_role = own_role or dict(values).get("rsc-role")
    new = Ticket(
        id=identity,
        ticket=args[0],
        resource=rest[0],
        role=_role(own_role) if own_role else None,
        **fields_of(values, TICKET_FIELDS),
    )
    put_constraint(draft, "ticket", new, command)
