"""All objects of a configuration in the order of a crm text, each with its writer and the way to read it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pacewright.cib.address import constraint_kind
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Configuration, DefaultsSection
from pacewright.model.element import Element
from pacewright.model.immutable import immutable
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, Template
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.writer.access import acl_lines, alert_lines, tag_lines
from pacewright.sources.crm.writer.check import Read
from pacewright.sources.crm.writer.cluster import fencing_lines, node_lines, options_lines
from pacewright.sources.crm.writer.constraints import constraint_lines
from pacewright.sources.crm.writer.resources import resource_lines
from pacewright.sources.crm.writer.text import Lines, Unsayable

_KIND_ORDER: tuple[type[Resource], ...] = (Template, Primitive, Group, Clone, Bundle)


@immutable(frozen=True, slots=True)
class Written:
    """``identity``: what must be a valid id, if anything. ``xml``: the element, or its text, for the other way."""

    address: str
    identity: str | None
    lines: Callable[[], Lines]
    xml: Element | str
    read: Read
    refusal: str | None = None  # why XML is no way out


def objects_in_order(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    """Nodes, resources, constraints, then the rest; by id, except where order has a meaning."""
    yield from _nodes(configuration, referenced)
    yield from _resources(configuration, referenced)
    yield from _constraints(configuration, referenced)
    yield from _topology(configuration)
    yield from _tags_acls_alerts(configuration, referenced)
    yield from _options(configuration, referenced)


def _id(element: Element) -> str:
    return element.id or ""


def _nodes(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    for node in configuration.nodes:
        yield Written(
            f"node {node.name or node.id}", None, partial(node_lines, node, referenced), node,
            Read([node], lambda draft: list(draft.nodes)),
        )  # fmt: skip


def _resources(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    found = sorted(configuration.all_resources(), key=lambda r: (_KIND_ORDER.index(type(r)), _id(r)))
    for resource in found:
        yield Written(
            f"resource {resource.id}", _id(resource), partial(resource_lines, resource, referenced), resource,
            Read([resource], lambda draft: list(draft.resources.values())),
        )  # fmt: skip


def _constraints(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    order = ("location", "colocation", "order", "ticket")
    for each in sorted(configuration.constraints, key=lambda c: (order.index(constraint_kind(c)), _id(c))):
        yield Written(
            f"{constraint_kind(each)} {each.id}", _id(each), partial(constraint_lines, each, referenced), each,
            Read([each], lambda draft: list(draft.constraints)),
        )  # fmt: skip


def _topology(configuration: Configuration) -> Iterator[Written]:
    section = configuration.fencing_topology
    if section is not None and section.items:
        yield Written(
            "fencing-topology", None, partial(fencing_lines, section.items), section,
            Read(list(section.items), lambda draft: list(draft.levels)),
        )  # fmt: skip


def _tags_acls_alerts(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    for tag in sorted(configuration.tags, key=_id):
        yield Written(
            f"tag {tag.id}", _id(tag), partial(tag_lines, tag), tag, Read([tag], lambda draft: list(draft.tags))
        )
    for acl in sorted(configuration.acls, key=lambda a: (a.tag != "acl_role", a.tag, _id(a))):
        yield Written(
            f"{acl.tag.replace('_', '-')} {acl.id}", _id(acl), partial(acl_lines, acl, referenced), acl,
            Read([acl], lambda draft: list(draft.acls)),
        )  # fmt: skip
    carried = configuration.acl_section.carried.children if configuration.acl_section else ()
    for number, text in enumerate(c for c in carried if c.startswith("<acl_user ")):
        yield Written(f"acl-user {number}", None, _none, text, Read([text], lambda draft: list(draft.old_acls)))
    for alert in sorted(configuration.alerts, key=_id):
        yield Written(
            f"alert {alert.id}", _id(alert), partial(alert_lines, alert, referenced), alert,
            Read([alert], lambda draft: list(draft.alerts)),
        )  # fmt: skip


def _none() -> Lines:
    raise Unsayable("only XML has it")


def _options(configuration: Configuration, referenced: frozenset[str]) -> Iterator[Written]:
    takes: tuple[tuple[str, tuple[AttributeSet, ...], Callable[[Draft], list[AttributeSet]]], ...] = (
        ("property", configuration.properties, lambda draft: list(draft.properties)),
        ("rsc_defaults", configuration.resource_defaults, lambda draft: list(draft.resource_defaults)),
        ("op_defaults", configuration.operation_defaults, lambda draft: list(draft.operation_defaults)),
    )
    for keyword, sets, found in takes:
        for each in sets:
            if each.pairs or each.rule or each.id_ref or each.carried or each.id in referenced:
                xml: Element = each if keyword == "property" else DefaultsSection(tag=keyword, items=(each,))
                yield Written(
                    f"{keyword} {each.id or each.id_ref}", each.id,
                    partial(options_lines, keyword, each, referenced), xml, Read([each], found),
                    "crmsh loses the score of a set of options" if each.score is not None else None,
                )  # fmt: skip
