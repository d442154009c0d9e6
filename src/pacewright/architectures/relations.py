"""What starts after what, and what runs with what: the catalogue's relations between services that are deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pacewright.architectures.draft import Draft, Tree
from pacewright.architectures.resources import Resources
from pacewright.architectures.selection import Deployed
from pacewright.model.immutable import immutable
from pacewright.model.origin import Origin

if TYPE_CHECKING:
    from pacewright.catalogue.facts.values import Group, Relation


@immutable(frozen=True, slots=True)
class End:
    """One end of a constraint. ``group``: it is one, which some names of constraints tell."""

    id: str
    group: bool = False


@immutable(frozen=True, slots=True)
class Names:
    """How an architecture's constraints are called."""

    order: Callable[[End, End, str], str]
    colocation: Callable[[End, End, str], str]


def _always(end: End) -> str:
    return "_always" if end.group or not end.id.startswith("cl_") else ""


PCS = Names(
    order=lambda first, then, kind: f"order-{first.id}-{then.id}-{kind}",
    colocation=lambda one, other, score: f"colocation-{one.id}-{other.id}-{score}",
)
CRMSH = Names(
    order=lambda first, then, _kind: f"o_{then.id}{_always(then)}_after_{first.id}",
    colocation=lambda one, other, _score: f"co_{one.id}{_always(one)}_with_{other.id}",
)


def add_order(draft: Draft, names: Names, first: End, then: End, relation: Relation, origin: Origin) -> None:
    kind = relation.kind or "Mandatory"
    order: dict[str, Tree] = {"first": first.id, "then": then.id}
    if relation.action != "start":
        order |= {"first-action": relation.action, "then-action": "start"}
    if relation.kind is not None:
        order["kind"] = relation.kind
    if relation.require_all is not None:
        order["require-all"] = "true" if relation.require_all else "false"
    draft.add("orders", names.order(first, then, kind if relation.kind else "mandatory"), order, origin)


def add_colocation(draft: Draft, names: Names, one: End, other: End, relation: Relation, origin: Origin) -> None:
    colocation: dict[str, Tree] = {"resource": one.id, "with-resource": other.id, "score": relation.score}
    if relation.role is not None:
        colocation["with-role"] = relation.role
    draft.add("colocations", names.colocation(one, other, relation.score), colocation, origin)


class Relations:
    """Finds both ends of each relation among what Pacemaker runs."""

    def __init__(self, deployed: Sequence[Deployed], resources: Resources, names: Names) -> None:
        self.deployed, self.resources, self.names = deployed, resources, names
        self.draft, self.holds = resources.draft, resources.selection.holds
        self.services = {each.service.name for each in deployed}

    def of_service(self, each: Deployed) -> None:
        assert each.way is not None
        own = End(self.resources.outer_of(each))
        self._add(own, each.way.after, each.way.beside, each.path)

    def of_group(self, group: Group, path: str) -> None:
        self._add(End(group.id, group=True), group.after, group.beside, path)

    def _add(self, own: End, after: Sequence[Relation], beside: Sequence[Relation], path: str) -> None:
        for relation, other in self._held(after):
            origin = Origin(f"{own.id} starts after {other.id} ({', '.join(relation.origin.sources)})", path)
            add_order(self.draft, self.names, other, own, relation, origin)
        for relation, other in self._held(beside):
            origin = Origin(f"{own.id} runs with {other.id} ({', '.join(relation.origin.sources)})", path)
            add_colocation(self.draft, self.names, own, other, relation, origin)

    def _held(self, relations: Sequence[Relation]) -> Iterator[tuple[Relation, End]]:
        for relation in relations:
            if self.services.issuperset(relation.services) and self.holds(relation.when):
                for other in self._ends(relation):
                    yield relation, other

    def _ends(self, relation: Relation) -> Iterator[End]:
        if relation.group is not None:
            if any(each.way is not None and each.way.group == relation.group for each in self.deployed):
                yield End(relation.group, group=True)
            return
        for each in self.deployed:
            if each.service.name == relation.service:
                yield End(self.resources.outer_of(each))
