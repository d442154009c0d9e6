"""The configurations on the way from one architecture to another: each stage's end. Values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from pacewright.cib.address import address_of, objects_of
from pacewright.cib.desired.dangling import without_dangling
from pacewright.cib.desired.ownership import Record, records, with_record
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Constraint, Location, resources_of
from pacewright.model.resources import Resource, walk
from pacewright.operations.migrate.stages import edges_of, outermost_ids


def with_first(live: Configuration, desired: Configuration, first: Collection[str], record: Record) -> Configuration:
    """With these resources, and what they are ordered after and placed with already."""
    new = [r for r in desired.resources if r.id in first and r.id not in _ids(live.resources)]
    if not new:
        return live
    present = _ids(live.resources) | _ids(new)
    top = outermost_ids(desired)
    known = set(objects_of(live))
    constraints = [
        each for each in desired.constraints
        if address_of(each) not in known
        and all(top.get(r, r) in present for r in resources_of(each))
        and _follow_only(each, {str(r.id) for r in new}, top)
    ]  # fmt: skip
    return _grown(live, desired, new, constraints, record)


def with_joined(live: Configuration, desired: Configuration, joining: Collection[str], record: Record) -> Configuration:
    """With these resources and where they may run, ordered after nothing yet."""
    new = [r for r in desired.resources if r.id in joining and r.id not in _ids(live.resources)]
    if not new:
        return live
    named = _ids(new)
    known = set(objects_of(live))
    where = [
        each for each in desired.constraints
        if isinstance(each, Location) and address_of(each) not in known
        and resources_of(each) and all(r in named for r in resources_of(each))
    ]  # fmt: skip
    return _grown(live, desired, new, where, record)


def without_resources(live: Configuration, gone: Collection[str], deployment: str) -> Configuration:
    """Without these outermost resources and without what refers to them."""
    removed = [r for r in live.resources if r.id in gone]
    section = live.resource_section
    if not removed or section is None:
        return live
    kept = replace(section, items=tuple(r for r in section.items if r not in removed))
    cleared, deleted = without_dangling(
        replace(live, resource_section=kept), frozenset(_ids(removed)), keep=frozenset()
    )
    record = records(live).get(deployment, Record(deployment))
    lost = {str(address_of(r)) for r in walk(removed)} | set(deleted)
    return with_record(cleared, replace(record, owned=record.owned - lost))


def _follow_only(constraint: Constraint, new: set[str], top: Mapping[str, str]) -> bool:
    """Nothing but new resources would have to wait for anything by it."""
    if isinstance(constraint, Location):
        return all(top.get(r, r) in new for r in resources_of(constraint))
    edges = list(edges_of(constraint))
    return bool(edges) and all(top.get(follows, follows) in new for _, follows in edges)


def _grown(
    live: Configuration,
    desired: Configuration,
    resources: Sequence[Resource],
    constraints: Sequence[Constraint],
    record: Record,
) -> Configuration:
    """Live with these more, owned by the deployment, and the desired nodes' attributes."""
    assert desired.resource_section is not None
    section = live.resource_section or replace(desired.resource_section, items=())
    grown = replace(
        live, resource_section=replace(section, items=(*section.items, *resources)), node_section=desired.node_section
    )
    if constraints:
        assert desired.constraint_section is not None
        rules = live.constraint_section or replace(desired.constraint_section, items=())
        grown = replace(grown, constraint_section=replace(rules, items=(*rules.items, *constraints)))
    added = {str(address_of(each)) for each in (*walk(resources), *constraints)}
    return with_record(grown, replace(record, owned=record.owned | added))


def _ids(resources: Iterable[Resource]) -> set[str]:
    return {str(each.id) for each in walk(resources)}
