"""Puts a draft together: members into their containers, operations into primitives, references to what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from pacewright.cib.address import constraint_kind, level_address
from pacewright.cib.ids import ids_in
from pacewright.cib.meaning import meaning
from pacewright.model.configuration import AclSection, Configuration, configuration
from pacewright.model.constraints import resources_of
from pacewright.model.element import Carried
from pacewright.model.fencing import FencingLevel
from pacewright.model.report import Place
from pacewright.model.resources import Bundle, Clone, Group, Operations, Primitive, Resource, Template, members, walk
from pacewright.sources.crm.reader.draft import Draft, Entry
from pacewright.sources.crm.reader.references import with_references


def assemble(draft: Draft) -> Configuration:
    """The configuration. What does not fit together is reported."""
    _add_monitors(draft)
    resources = _resources(draft)
    _add_levels_for_all_nodes(draft)
    built = configuration(
        properties=tuple(draft.properties), resource_defaults=tuple(draft.resource_defaults),
        operation_defaults=tuple(draft.operation_defaults), nodes=tuple(draft.nodes), resources=resources,
        constraints=tuple(draft.constraints), levels=tuple(draft.levels), acls=tuple(draft.acls),
        tags=tuple(draft.tags), alerts=tuple(draft.alerts),
    )  # fmt: skip
    built = _with_old_acls(built, draft)
    _check_references(built, draft)
    built = with_references(built)
    _check_ids(built, draft)
    return built


def _add_monitors(draft: Draft) -> None:
    for identity, operation, place in draft.monitors:
        entry = draft.resources.get(identity)
        if identity in draft.broken:
            continue
        if entry is None or not isinstance(entry.resource, Primitive):
            primitives = (i for i, e in draft.resources.items() if isinstance(e.resource, Primitive))
            suggestion = draft.hint(identity, primitives)
            draft.reports.error("crm-unknown-member", f"no primitive '{identity}'", place, suggestion=suggestion)
            continue
        known = entry.resource.operations or Operations(tag="operations")
        entry.resource = replace(entry.resource, operations=replace(known, items=(*known.items, operation)))


# ---- members


def _resources(draft: Draft) -> tuple[Resource, ...]:
    owners: dict[str, str] = {}
    for identity, entry in draft.resources.items():
        for member in entry.members:
            _claim_member(draft, owners, identity, member, entry.place)
        for inner in list(walk(members(entry.resource))):
            _take_over(draft, owners, entry, inner)
    return tuple(_built(draft, owners, entry) for identity, entry in draft.resources.items() if identity not in owners)


def _claim_member(draft: Draft, owners: dict[str, str], owner: str, member: str, place: Place) -> None:
    known = draft.resources.get(member)
    subject = f"resource {owner}"
    if known is None and member in draft.broken:
        return
    if known is None:
        suggestion = draft.hint(member, (i for i in draft.resources if i != owner))
        draft.reports.error(
            "crm-unknown-member", f"'{owner}' contains '{member}', which is not defined", place,
            suggestion=suggestion, subject=subject,
        )  # fmt: skip
    elif not _fits(draft.resources[owner].resource, known.resource):
        message = f"'{owner}' cannot contain the {known.resource.tag} '{member}'"
        draft.reports.error("crm-bad-member", message, place, subject=subject)
    elif member in owners:
        message = f"'{member}' is contained in '{owners[member]}' and in '{owner}'"
        draft.reports.error("crm-member-twice", message, place, subject=subject)
    else:
        owners[member] = owner


def _fits(owner: Resource, member: Resource) -> bool:
    if isinstance(member, Template):
        return False
    return isinstance(member, Primitive) or (isinstance(owner, Clone) and isinstance(member, Group))


def _take_over(draft: Draft, owners: dict[str, str], entry: Entry, inner: Resource) -> None:
    """A container given as XML holds its members; crmsh states them a second time as objects of their own."""
    identity, owner = str(inner.id), str(entry.resource.id)
    separate = draft.resources.get(identity)
    if separate is None:
        draft.claim(identity, entry.place, f"resource {identity}")
        return
    outer = entry.resource
    if identity in owners and owners[identity] not in {str(r.id) for r in walk((outer,))}:
        message = f"'{identity}' is contained in '{owners[identity]}' and in '{owner}'"
        draft.reports.error("crm-member-twice", message, entry.place, subject=f"resource {owner}")
    elif meaning(_built(draft, owners, separate)) != meaning(inner):
        message = f"'{identity}' differs from what '{owner}' has of the same id"
        draft.reports.error("crm-conflicting-member", message, separate.place, subject=f"resource {identity}")
    owners.setdefault(identity, owner)


def _built(draft: Draft, owners: Mapping[str, str], entry: Entry) -> Resource:
    """The resource with its members inside, those that are unknown, do not fit or are elsewhere left out."""
    inner = [
        _built(draft, owners, draft.resources[member])
        for member in entry.members
        if owners.get(member) == entry.resource.id
    ]
    match entry.resource:
        case Group() if inner:
            return replace(entry.resource, members=tuple(p for p in inner if isinstance(p, Primitive)))
        case Clone() if inner and isinstance(inner[0], Primitive | Group):
            return replace(entry.resource, child=inner[0])
        case Bundle() if inner and isinstance(inner[0], Primitive):
            return replace(entry.resource, primitive=inner[0])
        case other:
            return other


# ---- fencing, ACLs


def _add_levels_for_all_nodes(draft: Draft) -> None:
    """``fencing_topology a b`` without a target is meant for every node."""
    if draft.device_lists and not draft.nodes:
        message = "a fencing topology without targets needs the nodes to be stated"
        draft.reports.error("crm-missing-target", message, draft.device_lists[0][1], suggestion="such as 'alice: ipmi'")
    for node in draft.nodes:
        for index, (devices, place) in enumerate(draft.device_lists, 1):
            level = FencingLevel(target=node.name, index=str(index), devices=devices)
            draft.levels.append(level)
            draft.note(level_address(level), place)


def _with_old_acls(built: Configuration, draft: Draft) -> Configuration:
    if not draft.old_acls:
        return built
    section = built.acl_section or AclSection()
    return replace(built, acl_section=replace(section, carried=Carried(children=tuple(draft.old_acls))))


# ---- references


def _check_references(built: Configuration, draft: Draft) -> None:
    """Constraints and templates may name what is not there; Pacemaker reads that, so it is a warning."""
    resources = {str(r.id) for r in built.all_resources()}
    known = resources | {str(t.id) for t in built.tags} | draft.broken
    for constraint in built.constraints:
        address = f"{constraint_kind(constraint)} {constraint.id}"
        for identity in resources_of(constraint):
            if identity not in known:
                draft.reports.warn(
                    "crm-unknown-resource", f"{address} names '{identity}', which is not defined",
                    draft.places.get(address), suggestion=draft.hint(identity, known), subject=address,
                )  # fmt: skip
    templates = {str(r.id) for r in built.all_resources() if isinstance(r, Template)}
    for resource in built.all_resources():
        if isinstance(resource, Primitive) and resource.template is not None and resource.template not in templates:
            address = f"resource {resource.id}"
            draft.reports.warn(
                "crm-unknown-template", f"{address} is made from '{resource.template}', which is no template",
                draft.places.get(address), suggestion=draft.hint(resource.template, templates), subject=address,
            )  # fmt: skip


def _check_ids(built: Configuration, draft: Draft) -> None:
    """Ids of sets and rules must not repeat either. (Nodes and users have id spaces of their own.)"""
    without = replace(built, node_section=None, acl_section=None)
    for identity, count in Counter(ids_in(without)).items():
        if count > 1:
            place = draft.inner_ids.get(identity) or draft.claimed.get(("", identity)) or Place(draft.name)
            draft.reports.error("crm-duplicate-id", f"the id '{identity}' is used {count} times", place)
