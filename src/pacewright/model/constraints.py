"""Constraints: where resources may run, together with what, in which order, under which ticket."""

from __future__ import annotations

from pacewright.model.element import Element, Kind, attr, child, children
from pacewright.model.immutable import immutable
from pacewright.model.resources import ROLES
from pacewright.model.rules import Rule

ACTIONS = ("start", "promote", "demote", "stop")
DISCOVERIES = ("always", "never", "exclusive")
LOSS_POLICIES = ("stop", "demote", "fence", "freeze")
ORDER_KINDS = ("Optional", "Mandatory", "Serialize")


@immutable(frozen=True, slots=True, kw_only=True)
class Lifetime(Element):
    """Rules that limit when a constraint applies. Dropped by Pacemaker 3."""

    tag: str = "lifetime"
    rules: tuple[Rule, ...] = children(("rule", Rule))


@immutable(frozen=True, slots=True, kw_only=True)
class ResourceSet(Element):
    """Resources of a set constraint. ``resources`` are ids."""

    tag: str = "resource_set"
    id_ref: str | None = attr("id-ref", Kind.REFERENCE)
    sequential: str | None = attr("sequential", Kind.BOOLEAN, default="true")
    require_all: str | None = attr("require-all", Kind.BOOLEAN, default="true")
    ordering: str | None = attr("ordering", Kind.NAME, choices=("group", "listed"))
    action: str | None = attr("action", Kind.NAME, choices=ACTIONS)
    role: str | None = attr("role", Kind.ROLE, choices=ROLES)
    score: str | None = attr("score", Kind.SCORE)
    kind: str | None = attr("kind", Kind.NAME, choices=ORDER_KINDS)
    resources: tuple[str, ...] = children(("resource_ref", str))


@immutable(frozen=True, slots=True, kw_only=True)
class Location(Element):
    """Prefers or forbids nodes, by name and score or by rules, for a resource, a pattern or sets."""

    tag: str = "rsc_location"
    resource: str | None = attr("rsc", Kind.REFERENCE)
    pattern: str | None = attr("rsc-pattern")
    role: str | None = attr("role", Kind.ROLE, choices=ROLES)
    node: str | None = attr("node")
    score: str | None = attr("score", Kind.SCORE)
    discovery: str | None = attr("resource-discovery", Kind.NAME, default="always", choices=DISCOVERIES)
    sets: tuple[ResourceSet, ...] = children(("resource_set", ResourceSet))
    rules: tuple[Rule, ...] = children(("rule", Rule))
    lifetime: Lifetime | None = child(("lifetime", Lifetime))


@immutable(frozen=True, slots=True, kw_only=True)
class Colocation(Element):
    """``resource`` is placed relative to ``with_resource``; or sets among themselves."""

    tag: str = "rsc_colocation"
    resource: str | None = attr("rsc", Kind.REFERENCE)
    with_resource: str | None = attr("with-rsc", Kind.REFERENCE)
    score: str | None = attr("score", Kind.SCORE)
    role: str | None = attr("rsc-role", Kind.ROLE, default="Started", choices=ROLES)
    with_role: str | None = attr("with-rsc-role", Kind.ROLE, default="Started", choices=ROLES)
    node_attribute: str | None = attr("node-attribute")
    influence: str | None = attr("influence", Kind.BOOLEAN)
    sets: tuple[ResourceSet, ...] = children(("resource_set", ResourceSet))
    lifetime: Lifetime | None = child(("lifetime", Lifetime))


@immutable(frozen=True, slots=True, kw_only=True)
class Order(Element):
    """``first`` acts before ``then``; or sets in turn. ``score`` is the old way to say ``kind``."""

    tag: str = "rsc_order"
    first: str | None = attr("first", Kind.REFERENCE)
    then: str | None = attr("then", Kind.REFERENCE)
    first_action: str | None = attr("first-action", Kind.NAME, choices=ACTIONS)
    then_action: str | None = attr("then-action", Kind.NAME, choices=ACTIONS)
    kind: str | None = attr("kind", Kind.NAME, choices=ORDER_KINDS)
    score: str | None = attr("score", Kind.SCORE)
    symmetrical: str | None = attr("symmetrical", Kind.BOOLEAN)
    require_all: str | None = attr("require-all", Kind.BOOLEAN, default="true")
    sets: tuple[ResourceSet, ...] = children(("resource_set", ResourceSet))
    lifetime: Lifetime | None = child(("lifetime", Lifetime))


@immutable(frozen=True, slots=True, kw_only=True)
class Ticket(Element):
    """Resources that may run only while this site holds a booth ticket."""

    tag: str = "rsc_ticket"
    ticket: str | None = attr("ticket")
    resource: str | None = attr("rsc", Kind.REFERENCE)
    role: str | None = attr("rsc-role", Kind.ROLE, choices=ROLES)
    loss_policy: str | None = attr("loss-policy", Kind.NAME, choices=LOSS_POLICIES)
    sets: tuple[ResourceSet, ...] = children(("resource_set", ResourceSet))


Constraint = Location | Colocation | Order | Ticket


def resources_of(constraint: Constraint) -> tuple[str, ...]:
    """Ids of all resources (or tags) that the constraint names."""
    named: tuple[str | None, ...]
    if isinstance(constraint, Colocation):
        named = (constraint.resource, constraint.with_resource)
    elif isinstance(constraint, Order):
        named = (constraint.first, constraint.then)
    else:
        named = (constraint.resource,)
    return (*(n for n in named if n is not None), *(r for s in constraint.sets for r in s.resources))
