"""The desired configuration: the live one with this deployment's objects replaced, everything else untouched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pacewright.catalogue.options import operators_node_attributes, written_by_pacemaker
from pacewright.cib.address import objects_of
from pacewright.cib.desired import pairs
from pacewright.cib.desired.adjust import stated_hand
from pacewright.cib.desired.dangling import without_dangling
from pacewright.cib.desired.ownership import Record, is_record, records
from pacewright.cib.desired.placement import Placer
from pacewright.cib.ids import ids_in, referenced_ids
from pacewright.model.change import Reason
from pacewright.model.configuration import Configuration
from pacewright.model.element import children_of
from pacewright.model.immutable import immutable
from pacewright.model.nodes import Node
from pacewright.model.report import Report, Reports, did_you_mean
from pacewright.model.resources import Clone, Group, Primitive, members


@immutable(frozen=True, slots=True)
class Composition:
    """``desired``: the configuration to be, records untouched. ``record``: this deployment's, without a plan id yet.

    ``adopted``: addresses that exist and that nobody owns. ``foreign``: address to the other deployment that owns it.
    ``left_over``: owned, no longer in the spec, still there. ``removed``: why an address is taken out.
    """

    desired: Configuration
    record: Record
    adopted: tuple[str, ...]
    foreign: Mapping[str, str]
    left_over: tuple[str, ...]
    removed: Mapping[str, Reason]
    reports: tuple[Report, ...]


def compose(live: Configuration, spec: Configuration, deployment: str, *, prune: bool = False) -> Composition:
    """Composes for the deployment of that name. Nothing is refused here: adoption and conflicts are told."""
    known = records(live)
    record = known.get(deployment, Record(deployment))
    others = [r for r in known.values() if r.deployment != deployment]
    reports = Reports()
    gone = _pruned(live, spec, record, others) if prune else set[str]()
    sections = _compose_sections(live, spec, gone)
    nodes, node_pairs = _compose_nodes(live, spec, gone, reports)
    placer = Placer(live, spec, record, gone)
    desired = replace(placer.configuration(), node_section=_items(live, "node_section", nodes))
    desired = _with_sections(desired, sections)
    desired, dangling = without_dangling(desired, placer.removed_ids(), keep=frozenset(objects_of(spec)))
    _report_clashes(live, desired, spec, reports)

    composed = [*sections.values(), *node_pairs]
    existing = _existing(live, spec, composed)
    foreign = {a: r.deployment for r in others for a in sorted(existing) if r.owns(a)}
    emptied = set(placer.emptied())
    left = ((record.owned - _stated(spec, composed)) & _present(live)) - emptied
    owned = _stated(spec, composed) - _alike_unowned(composed, record)
    return Composition(
        desired=desired,
        record=Record(deployment, frozenset(owned if prune else owned | left), _stated_hand(spec)),
        adopted=tuple(sorted(a for a in existing if not record.owns(a) and a not in foreign)),
        foreign=foreign,
        left_over=tuple(sorted(left - gone)),
        removed={**dict.fromkeys(gone, Reason.PRUNED), **dict.fromkeys(emptied, Reason.EMPTIED), **dangling},
        reports=tuple(reports),
    )


def _pruned(live: Configuration, spec: Configuration, record: Record, others: list[Record]) -> set[str]:
    """Owned addresses that the spec no longer states and that no other deployment owns too."""
    stated = set(objects_of(spec)) | _stated_pairs(spec, live)
    return {a for a in record.owned if a not in stated and not any(r.owns(a) for r in others)}


def _stated(spec: Configuration, composed: Iterable[pairs.Composed]) -> set[str]:
    return set(objects_of(spec)) | {a for c in composed for a in c.addresses}


def _existing(live: Configuration, spec: Configuration, composed: Iterable[pairs.Composed]) -> set[str]:
    """What the spec states and the cluster has: objects in any state, pairs with another value."""
    return (set(objects_of(spec)) & set(objects_of(live))) | {a for c in composed for a in c.differing}


def _alike_unowned(composed: Iterable[pairs.Composed], record: Record) -> set[str]:
    """Pairs that were there with the spec's value already: they stay unowned."""
    return {a for c in composed for a in c.existing - c.differing if not record.owns(a)}


def _stated_pairs(spec: Configuration, live: Configuration) -> set[str]:
    """Addresses of the name-value pairs and conditional sets that the spec states."""
    found: set[str] = set()
    for section in pairs.SECTIONS:
        found |= pairs.compose(section, section.sets(live), section.sets(spec)).addresses
    for node in spec.nodes:
        old = _live_node(live, node)
        for section, live_sets, spec_sets in _node_parts(node, old):
            found |= pairs.compose(section, live_sets, spec_sets).addresses
    return found


def _compose_sections(live: Configuration, spec: Configuration, gone: set[str]) -> dict[str, pairs.Composed]:
    result = {}
    for section in pairs.SECTIONS:
        ignored = written_by_pacemaker() if section.prefix == "property" else ()
        wanted = tuple(s for s in section.sets(spec) if not is_record(s))
        result[section.prefix] = pairs.compose(section, section.sets(live), wanted, ignored=ignored, removed=gone)
    return result


def _with_sections(desired: Configuration, sections: Mapping[str, pairs.Composed]) -> Configuration:
    for prefix, field in (
        ("property", "crm_config"), ("resource-default", "rsc_defaults"), ("operation-default", "op_defaults")
    ):  # fmt: skip
        desired = replace(desired, **{field: _items(desired, field, sections[prefix].sets)})
    return desired


def _items(configuration: Configuration, field: str, items: tuple[Any, ...]) -> Any:
    """The section with these items; None stays None where there are none."""
    section = getattr(configuration, field)
    if section is None:
        if not items:
            return None
        slot = next(s for f, s in children_of(Configuration) if f == field)
        section = slot.tags[0][1](tag=slot.tags[0][0])
    return replace(section, items=items)


def _compose_nodes(
    live: Configuration, spec: Configuration, gone: set[str], reports: Reports
) -> tuple[tuple[Node, ...], list[pairs.Composed]]:
    nodes = list(live.nodes)
    composed = []
    for wanted in [*spec.nodes, *_unnamed(live, spec, gone)]:
        old = _live_node(live, wanted)
        if old is None and wanted.type == "remote" and not wanted.attributes and not wanted.utilization:
            continue  # Pacemaker makes the entry of a guest or remote node itself, when it first joins
        if old is None:
            names = [n.name or "" for n in live.nodes]
            message = f"the cluster has no node '{wanted.name}' (it has {', '.join(names) or 'none'})"
            hint = did_you_mean(wanted.name or "", names) or "it has to join the cluster first"
            reports.error("unknown-node", message, suggestion=hint,
                          subject=f"node {wanted.name}")  # fmt: skip
            continue
        parts = [
            pairs.compose(section, theirs, ours, removed=gone) for section, theirs, ours in _node_parts(wanted, old)
        ]
        composed += parts
        nodes[nodes.index(old)] = replace(old, attributes=parts[0].sets, utilization=parts[1].sets)
    return tuple(nodes), composed


def _unnamed(live: Configuration, spec: Configuration, gone: set[str]) -> list[Node]:
    """Nodes that the spec does not name but from which something owned is to be taken."""
    named = {n.name for n in spec.nodes}
    return [
        Node(name=n.name) for n in live.nodes
        if n.name not in named and any(a.startswith(f"node {n.name} ") for a in gone)
    ]  # fmt: skip


def _node_parts(wanted: Node, old: Node | None) -> list[tuple[pairs.Section, pairs.Sets, pairs.Sets]]:
    name = wanted.name or ""
    identity = (old.id if old else None) or name
    return [
        (pairs.attribute_section(name, identity), old.attributes if old else (), wanted.attributes),
        (pairs.utilization_section(name, identity), old.utilization if old else (), wanted.utilization),
    ]


def _live_node(live: Configuration, wanted: Node) -> Node | None:
    return next((n for n in live.nodes if n.name == wanted.name), None)


def _present(live: Configuration) -> set[str]:
    """Every address that the live configuration has."""
    found = set(objects_of(live))
    for section, sets in [(s, s.sets(live)) for s in pairs.SECTIONS] + pairs.node_sections(live):
        found |= {f"{section.prefix} {n}" for n in pairs.plain_pairs(sets)}
        found |= {pairs.set_address(section, s) for s in pairs.sets_under_rules(sets)}
    return found


def _stated_hand(spec: Configuration) -> frozenset[str]:
    found = {f"resource {resource.id} {name}" for resource in spec.all_resources() for name in stated_hand(resource)}
    for node in spec.nodes:
        names = set(pairs.plain_pairs(node.attributes)) & set(operators_node_attributes())
        found |= {f"node {node.name} attribute {name}" for name in names}
    return frozenset(found)


def _report_clashes(live: Configuration, desired: Configuration, spec: Configuration, reports: Reports) -> None:
    """Ids must be unique in the whole CIB, references must still lead somewhere."""
    seen: set[str] = set()
    for each in ids_in(replace(desired, node_section=None)):
        if each in seen:
            reports.error("id-in-use", f"the id '{each}' is used by another object of the cluster", subject=each)
        seen.add(each)
    for reference in referenced_ids(desired):
        if reference not in seen and reference in set(ids_in(live)):
            reports.error(
                "dangling-reference", f"'{reference}' would be gone but is still referred to", subject=reference
            )
    wanted = {r.id for r in spec.all_resources()}
    for resource in desired.all_resources():
        if isinstance(resource, Group | Clone) and resource.id not in wanted and not members(resource):
            reports.error("emptied", f"'{resource.id}' would have no member left", subject=f"resource {resource.id}")
    templates = {r.id for r in desired.resources if r.tag == "template"}
    for resource in desired.all_resources():
        if isinstance(resource, Primitive) and resource.template and resource.template not in templates:
            reports.error("dangling-reference", f"'{resource.id}' needs the template '{resource.template}'",
                          subject=f"resource {resource.id}")  # fmt: skip
