"""The configuration while a script is followed: every command changes it as pcs would change the CIB."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from pacewright.model.access import Acl
from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.model.configuration import Configuration, Tag, configuration
from pacewright.model.constraints import Colocation, Constraint, Location, Order
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.report import Place, Reports, did_you_mean
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource
from pacewright.sources.pcs.reader.command import Mistake, Pairs
from pacewright.sources.pcs.words import ID

R = TypeVar("R", Primitive, Group, Clone, Bundle)


class Skipped(Exception):
    """The command builds on one that was refused already: nothing more to say about it."""


class Draft:
    """``resources``: all, without what is inside them; ``inside``: ids of members by container."""

    def __init__(self, reports: Reports) -> None:
        self.reports = reports
        self.places: dict[str, Place] = {}
        self.resources: dict[str, Resource] = {}
        self.inside: dict[str, list[str]] = {}
        self.constraints: dict[str, Constraint] = {}
        self.levels: list[FencingLevel] = []
        self.properties: tuple[AttributeSet, ...] = ()
        self.resource_defaults: tuple[AttributeSet, ...] = ()
        self.operation_defaults: tuple[AttributeSet, ...] = ()
        self.nodes: dict[str, Node] = {}
        self.tags: dict[str, Tag] = {}
        self.acls: list[Acl] = []
        self.alerts: dict[str, Alert] = {}
        self.refused: set[str] = set()  # ids whose creation was refused

    # ---- ids

    def new_id(self, wanted: str, what: str) -> str:
        """The id if it can be had. Raises Mistake."""
        if not ID.fullmatch(wanted):
            raise Mistake("pcs-bad-id", f"{wanted!r} is no id for a {what}")
        if wanted in self.ids():
            raise Mistake("pcs-duplicate-id", f"the id '{wanted}' is in use already")
        return wanted

    def free_id(self, wanted: str) -> str:
        """An id made up by pcs when the command gives none."""
        base = re.sub(r"[^\w.\-]", "", wanted, flags=re.ASCII)
        base = base if ID.match(base) else f"_{base}"
        used, name, number = self.ids(), base, 1
        while name in used:
            name, number = f"{base}-{number}", number + 1
        return name

    def ids(self) -> set[str]:
        acl_roles = (str(a.id) for a in self.acls if a.tag == "acl_role")
        return {*self.resources, *self.constraints, *self.tags, *self.alerts, *acl_roles}

    # ---- resources

    def resource(self, name: str) -> Resource:
        """Raises Mistake for an unknown one, Skipped where its own command was refused."""
        if name in self.resources:
            return self.resources[name]
        if name in self.refused:
            raise Skipped
        raise Mistake(
            "pcs-unknown-resource", f"no resource '{name}' was created before", did_you_mean(name, self.resources)
        )

    def typed(self, name: str, kind: type[R]) -> R:
        found = self.resource(name)
        if not isinstance(found, kind):
            raise Mistake("pcs-wrong-kind", f"'{name}' is a {found.tag}, not a {kind.__name__.lower()}")
        return found

    def container(self, name: str) -> str | None:
        """The id of the group, clone or bundle that holds a resource."""
        return next((outer for outer, members in self.inside.items() if name in members), None)

    def put(self, address: str, place: Place) -> None:
        self.places.setdefault(address, place)

    def built(self, name: str) -> Resource:
        """The resource with what is inside it."""
        found = self.resources[name]
        members = [self.built(m) for m in self.inside.get(name, ())]
        match found:
            case Group():
                return replace(found, members=tuple(m for m in members if isinstance(m, Primitive)))
            case Clone():
                child = next((m for m in members if isinstance(m, Primitive | Group)), None)
                return replace(found, child=child)
            case Bundle():
                return replace(found, primitive=next((m for m in members if isinstance(m, Primitive)), None))
        return found

    # ---- constraints

    def constraints_follow(self, old: str, new: str) -> None:
        """pcs points the constraints of a resource at its new clone, those with sets excepted."""
        for name, each in self.constraints.items():
            match each:
                case Location(resource=resource) if resource == old:
                    self.constraints[name] = replace(each, resource=new)
                case Colocation():
                    self.constraints[name] = replace(
                        each, resource=new if each.resource == old else each.resource,
                        with_resource=new if each.with_resource == old else each.with_resource,
                    )  # fmt: skip
                case Order():
                    self.constraints[name] = replace(
                        each,
                        first=new if each.first == old else each.first,
                        then=new if each.then == old else each.then,
                    )

    # ---- all together

    def configuration(self) -> Configuration:
        inner = {m for members in self.inside.values() for m in members}
        return configuration(
            properties=self.properties,
            resource_defaults=self.resource_defaults,
            operation_defaults=self.operation_defaults,
            nodes=tuple(self.nodes.values()),
            resources=tuple(self.built(name) for name in self.resources if name not in inner),
            constraints=tuple(self.constraints.values()),
            levels=tuple(self.levels),
            acls=tuple(self.acls),
            tags=tuple(self.tags.values()),
            alerts=tuple(self.alerts.values()),
        )


def plain_set(tag: str, values: Pairs) -> tuple[AttributeSet, ...]:
    """A new set, none for no values."""
    return (AttributeSet(tag=tag, pairs=_nvpairs(values)),) if values else ()


def updated(sets: tuple[AttributeSet, ...], tag: str, values: Pairs) -> tuple[AttributeSet, ...]:
    """The sets after ``name=value`` in the first of them; an empty value removes the pair."""
    first = sets[0] if sets else AttributeSet(tag=tag)
    found: dict[str | None, NvPair] = {pair.name: pair for pair in first.pairs}
    for name, value in values:
        if value:
            found[name] = NvPair(name=name, value=value)
        else:
            found.pop(name, None)
    rest = sets[1:]
    if not found and first.rule is None:
        return rest
    return (replace(first, pairs=tuple(found.values())), *rest)


def _nvpairs(values: Iterable[tuple[str, str]]) -> tuple[NvPair, ...]:
    return tuple(NvPair(name=name, value=value) for name, value in values)
