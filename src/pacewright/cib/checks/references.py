"""References to things that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from pacewright.cib.address import address_of
from pacewright.cib.checks.index import Index, objects, owned_parts
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.configuration import Tag
from pacewright.model.constraints import Colocation, Location, Order, Ticket, resources_of
from pacewright.model.element import Element
from pacewright.model.fencing import FencingLevel
from pacewright.model.report import Report, Severity, did_you_mean
from pacewright.model.resources import Clone, Primitive

WATCHDOG = "watchdog"  # a device that Pacemaker makes itself
_INSTANCE = re.compile(r"(.+):\d+")


def check_references(index: Index) -> Iterator[Report]:
    for address, element in objects(index.configuration):
        yield from _id_refs(index, element, address)
        match element:
            case Location() | Colocation() | Order() | Ticket():
                yield from _missing(index, resources_of(element), index.placeable, address, "resource")
                yield from _inside_clones(index, resources_of(element), address)
            case Primitive() if element.template is not None:
                yield from _missing(index, [element.template], index.templates, address, "template")
            case FencingLevel():
                devices = [d for d in element.device_ids if d != WATCHDOG]
                yield from _missing(index, devices, index.resources, address, "fencing device")
            case Tag():
                yield from _missing(index, element.objects, index.elements, address, "object")
            case AclSubject():
                roles = {r.id for r in index.configuration.acls if isinstance(r, AclRole) and r.id}
                yield from _missing(index, element.roles, roles, address, "ACL role")
        if isinstance(element, Location):
            severity = Severity.WARNING if index.known_nodes is None else Severity.ERROR
            yield from _node(index, element.node, address, severity)
        if isinstance(element, FencingLevel):
            yield from _node(index, element.target, address, Severity.WARNING)


def _missing(index: Index, names: Iterable[str], known: Collection[str], address: str, word: str) -> Iterator[Report]:
    for name in names:
        instance = _INSTANCE.fullmatch(name)  # one instance of a clone, as older configurations name it
        if name in known or (instance and instance[1] in index.resources):
            continue
        message = f"there is no {word} '{name}'"
        yield Report("dangling-reference", message, suggestion=did_you_mean(name, sorted(known)), subject=address)


def _inside_clones(index: Index, names: Iterable[str], address: str) -> Iterator[Report]:
    """Pacemaker does not find the inside of a clone that has several instances."""
    for name in names:
        resource = index.resources.get(name)
        holder = index.clone_of(resource) if resource is not None else None
        if isinstance(holder, Clone) and holder is not resource:
            message = f"'{name}' is inside the clone '{holder.id}': Pacemaker may not find it"
            yield Report("inside-clone", message, Severity.WARNING, suggestion=f"name '{holder.id}'", subject=address)


def _id_refs(index: Index, element: Element, address: str) -> Iterator[Report]:
    for part, _path in owned_parts(element):
        reference = getattr(part, "id_ref", None)
        if reference is None or (part is not element and address_of(part)):
            continue
        found = index.elements.get(reference)
        if found is None:
            message = f"id-ref: nothing has the id '{reference}'"
            yield Report("dangling-reference", message, subject=address)
        elif found.tag != part.tag:
            message = f"id-ref: '{reference}' is <{found.tag}>, not <{part.tag}>"
            yield Report("wrong-reference", message, subject=address)


def _node(index: Index, name: str | None, address: str, severity: Severity) -> Iterator[Report]:
    """A configuration may list only some nodes, and a level may wait for a remote node that is to come."""
    folded = {n.lower() for n in index.nodes}
    if name is None or name.lower() in folded or not (index.configuration.nodes or index.known_nodes):
        return
    hint = did_you_mean(name, sorted(index.nodes))
    yield Report("unknown-node", f"there is no node '{name}'", severity, suggestion=hint, subject=address)
