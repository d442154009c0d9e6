"""A configuration with the look-ups that checks need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pacewright.cib.address import address_of
from pacewright.model.attributes import AttributeSet, NvPair, first_value
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, parts_of
from pacewright.model.resources import Bundle, Clone, Group, Operation, Primitive, Resource, Template, members

_PATHS = {"instance_attributes": "params", "meta_attributes": "meta", "utilization": "utilization"}


@dataclass(frozen=True)
class Index:
    """Look-ups by id. ``known_nodes``: the cluster's own nodes where they are known for certain, else None."""

    configuration: Configuration
    known_nodes: frozenset[str] | None = None

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """Every resource at every depth, without templates."""
        return {r.id: r for r in self.configuration.all_resources() if r.id and not isinstance(r, Template)}

    @cached_property
    def templates(self) -> dict[str, Template]:
        return {r.id: r for r in self.configuration.resources if isinstance(r, Template) and r.id}

    @cached_property
    def parents(self) -> dict[str, Resource]:
        """By id, the resource that directly holds it."""
        return {m.id: r for r in self.resources.values() for m in members(r) if m.id}

    @cached_property
    def primitives(self) -> tuple[Primitive, ...]:
        """Without templates."""
        return tuple(r for r in self.resources.values() if isinstance(r, Primitive))

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Everything that has an id, at every depth."""
        return {e.id: e for e in _all(self.configuration) if e.id is not None}

    @cached_property
    def guests(self) -> frozenset[str]:
        """Names of nodes that resources make: remote nodes, guest nodes, bundle replicas."""
        found: set[str] = set()
        for resource in self.resources.values():
            if isinstance(resource, Primitive) and self.effective(resource).agent == "ocf:pacemaker:remote":
                found.add(str(resource.id))
            if isinstance(resource, Bundle) and resource.container is not None:
                digits = resource.container.replicas or resource.container.promoted_max or resource.container.masters
                count = int(digits) if digits and digits.isdecimal() else 1
                found.update(f"{resource.id}-{n}" for n in range(min(max(count, 1), 1000)))
            if not isinstance(resource, Bundle):
                found.update(p.value for s in resource.meta for p in s.pairs if p.name == "remote-node" and p.value)
        return frozenset(found)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Names of all nodes that the configuration or the cluster knows."""
        own = {n.name or n.id or "" for n in self.configuration.nodes}
        return frozenset(own) | self.guests | (self.known_nodes or frozenset())

    @cached_property
    def placeable(self) -> frozenset[str]:
        """What a constraint may name: resources, guests, tags and templates, which stand for several resources."""
        tags = (t.id for t in self.configuration.tags if t.id)
        return frozenset((*self.resources, *self.templates, *self.guests, *tags))

    def effective(self, primitive: Primitive) -> Primitive:
        """The primitive with what its template gives it."""
        template = self.templates.get(primitive.template or "")
        if template is None:
            return primitive
        own_operations = {(o.name, o.interval) for o in primitive.ops}
        inherited = tuple(o for o in template.ops if (o.name, o.interval) not in own_operations)
        operations = primitive.operations or template.operations
        if operations is not None:
            operations = replace(operations, items=(*primitive.ops, *inherited))
        return replace(
            primitive, agent_class=template.agent_class, provider=template.provider, type=template.type,
            params=(*primitive.params, *template.params), meta=(*primitive.meta, *template.meta),
            operations=operations,
        )  # fmt: skip

    def resolved(self, sets: tuple[AttributeSet, ...]) -> Iterator[AttributeSet]:
        """The sets with those elsewhere in place of references to them; dangling ones are left out."""
        for each in sets:
            found = self.elements.get(each.id_ref) if each.id_ref else each
            if isinstance(found, AttributeSet):
                yield found

    def meta_of(self, resource: Resource) -> dict[str, str]:
        """The unconditional meta attributes, the first of a name winning."""
        source = self.effective(resource) if isinstance(resource, Primitive) else resource
        values: dict[str, str] = {}
        for each in self.resolved(source.meta):
            for pair in each.pairs if each.rule is None else ():
                if pair.name and pair.value is not None:
                    values.setdefault(pair.name, pair.value)
        return values

    def resource_default(self, name: str) -> str | None:
        """The unconditional default of a meta attribute."""
        return first_value(self.resolved(self.configuration.resource_defaults), name)

    def property(self, name: str) -> str | None:
        """A cluster property; of several sets Pacemaker's own comes first."""
        sets = sorted(self.configuration.properties, key=lambda s: s.id != "cib-bootstrap-options")
        return next((p.value for s in sets for p in s.pairs if p.name == name), None)

    def clone_of(self, resource: Resource) -> Clone | Bundle | None:
        """The clone or bundle around a resource, or the resource itself."""
        at: Resource | None = resource
        while at is not None and not isinstance(at, Clone | Bundle):
            at = self.parents.get(at.id or "")
        return at

    def operations_of(self, primitive: Primitive) -> tuple[Operation, ...]:
        """Its operations, its template's and those it refers to."""
        effective = self.effective(primitive)
        if effective.operations is None or effective.operations.id_ref is None:
            return effective.ops
        shared = self.elements.get(effective.operations.id_ref)
        return (*effective.ops, *(e for e in parts_of(shared) if isinstance(e, Operation))) if shared else effective.ops


def _all(element: Element) -> Iterator[Element]:
    yield element
    for part in parts_of(element):
        yield from _all(part)


def owned_parts(element: Element) -> Iterator[tuple[Element, str]]:
    """The object's own elements with their paths, without resources inside it: ``params``, ``operations/monitor``."""
    yield from _parts(element, "")


def _parts(element: Element, path: str) -> Iterator[tuple[Element, str]]:
    yield element, path
    for part in parts_of(element):
        if not isinstance(part, Primitive | Group | Clone | Bundle):
            yield from _parts(part, _below(path, part))


def _below(path: str, part: Element) -> str:
    word: str | None = None
    if isinstance(part, AttributeSet):
        word = _PATHS.get(part.tag)
    elif isinstance(part, NvPair):
        word = part.name
    elif isinstance(part, Operation):
        word = f"operations/{part.name}"
    return f"{path}/{word}" if word else path


def objects(configuration: Configuration) -> Iterator[tuple[str, Element]]:
    """Every object with its address: sections' sets, nodes, resources at every depth, constraints and the rest."""
    for part in _all(configuration):
        if (address := address_of(part)) is not None:
            yield address, part


def subject(address: str, path: str) -> str:
    """A report's subject. Properties and defaults are addressed one by one: ``property stonith-enabled``."""
    name = path.rpartition("/")[2]
    if address in _SECTIONS:
        return f"{_SECTIONS[address]} {name}" if name else address
    return address + path


_SECTIONS = {
    "properties": "property", "resource-defaults": "resource-default", "operation-defaults": "operation-default",
}  # fmt: skip
