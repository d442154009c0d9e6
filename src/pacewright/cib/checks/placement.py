"""Locations and colocations that contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.checks.index import Index
from pacewright.model.constraints import Colocation, Location
from pacewright.model.report import Report, Severity
from pacewright.model.values import INFINITY, boolean, role, score


def check_placement(index: Index) -> Iterator[Report]:
    yield from _colocations(index)
    yield from _banned_everywhere(index)
    yield from _nowhere_allowed(index)


def _colocations(index: Index) -> Iterator[Report]:
    wanted: dict[tuple[str | None, ...], tuple[int, str | None]] = {}
    for each in index.configuration.constraints:
        if not isinstance(each, Colocation) or each.resource is None or each.with_resource is None:
            continue
        if each.resource == each.with_resource and _role(each.role) == _role(each.with_role):
            message = f"'{each.resource}' is always where it is itself"
            yield Report("colocation-with-itself", message, subject=f"colocation {each.id}")
            continue
        number = score(each.score or "0") or 0
        key = (each.resource, each.with_resource, _role(each.role), _role(each.with_role), each.node_attribute)
        other, identity = wanted.setdefault(key, (number, each.id))
        if abs(number) == abs(other) == INFINITY and number != other:
            message = f"contradicts colocation '{identity}': '{each.resource}' can run nowhere"
            yield Report("contradicting-colocations", message, subject=f"colocation {each.id}")


def _role(name: str | None) -> str:
    return role(name or "Started") or str(name)


def _banned_everywhere(index: Index) -> Iterator[Report]:
    """Only where every node is known: a list of nodes in a spec may leave some out."""
    members = {n.name for n in index.configuration.nodes if (n.type or "member").lower() in ("member", "normal")}
    members |= index.known_nodes or set()
    banned: dict[str, set[str]] = {}
    for each in index.configuration.constraints:
        if not isinstance(each, Location) or each.role is not None or each.lifetime is not None:
            continue
        if each.resource and each.node and (score(each.score or "0") or 0) <= -INFINITY:
            banned.setdefault(each.resource, set()).add(each.node)
    for resource, nodes in banned.items():
        if members and members | index.guests <= nodes:
            yield Report("banned-everywhere", "locations forbid it on every node", Severity.WARNING,
                         subject=f"resource {resource}")  # fmt: skip


def _nowhere_allowed(index: Index) -> Iterator[Report]:
    """With symmetric-cluster=false a resource runs only where a location says so."""
    if boolean(index.property("symmetric-cluster") or "true") is not False:
        return
    locations = [c for c in index.configuration.constraints if isinstance(c, Location)]
    named = {name for c in locations for name in (c.resource, *(r for s in c.sets for r in s.resources))}
    if any(c.pattern for c in locations) or named & {t.id for t in index.configuration.tags}:
        return
    for resource in index.configuration.resources:
        family = {resource.id, *(i for i, p in index.parents.items() if p is resource)}
        if resource.id in index.resources and not family & named and not _pulled(index, family):
            message = "symmetric-cluster is false and no location allows it anywhere"
            yield Report("nowhere-allowed", message, Severity.WARNING, subject=f"resource {resource.id}")


def _pulled(index: Index, family: set[str | None]) -> bool:
    """A mandatory colocation can give it a node's score."""
    return any(
        c.resource in family or any(r in family for s in c.sets for r in s.resources)
        for c in index.configuration.constraints
        if isinstance(c, Colocation)
    )
