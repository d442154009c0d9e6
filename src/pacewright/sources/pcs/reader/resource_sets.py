"""Constraints over sets: ``pcs constraint colocation | order | ticket set ...``."""

from __future__ import annotations

from typing import Any

from pacewright.model.constraints import Colocation, Order, ResourceSet, Ticket
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, grouped, only, pairs
from pacewright.sources.pcs.reader.constraints import (
    ORDER_FIELDS,
    TICKET_FIELDS,
    checked_score,
    constraint_id,
    fields_of,
    put_constraint,
)
from pacewright.sources.pcs.reader.draft import Draft

_OPTIONS = ("sequential", "require-all", "role", "action")


def colocation_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "score"), "colocation")
    identity = constraint_id(draft, values, "constraint", _set_id("colocation_set", sets))
    new = Colocation(id=identity, score=checked_score(dict(values).get("score") or "INFINITY"), sets=sets)
    put_constraint(draft, "colocation", new, command)


def order_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "kind", "symmetrical"), "order")
    identity = constraint_id(draft, values, "constraint", _set_id("order_set", sets))
    put_constraint(draft, "order", Order(id=identity, sets=sets, **fields_of(values, ORDER_FIELDS)), command)


def ticket_set(draft: Draft, args: list[str], command: Command) -> None:
    sets, values = _sets(draft, args, ("id", "ticket", "loss-policy"), "ticket")
    if not (ticket := dict(values).get("ticket")):
        raise Mistake("pcs-missing-argument", "ticket=NAME expected after 'setoptions'")
    identity = constraint_id(draft, values, "constraint", _set_id("ticket_set", sets))
    put_constraint(
        draft, "ticket", Ticket(id=identity, ticket=ticket, sets=sets, **fields_of(values, TICKET_FIELDS)), command
    )


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
        given: dict[str, Any] = dict(pairs((w for w in words if "=" in w), _OPTIONS))
        sets.append(ResourceSet(resources=ids, **{n.replace("-", "_"): v for n, v in given.items()}))
    return tuple(sets), values


def _set_id(prefix: str, sets: tuple[ResourceSet, ...]) -> str:
    return "_".join([prefix, *("".join(r[:1] + r[-1:] for r in s.resources) for s in sets)])
