"""The whole configuration of a cluster, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from pacewright.model.access import Acl, AclRole, AclSubject
from pacewright.model.alerts import Alert
from pacewright.model.attributes import META, PROPERTIES, AttributeSet
from pacewright.model.constraints import Colocation, Constraint, Location, Order, Ticket
from pacewright.model.element import Element, child, children
from pacewright.model.fencing import FencingLevel
from pacewright.model.immutable import immutable
from pacewright.model.nodes import Node
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, Template, walk


@immutable(frozen=True, slots=True, kw_only=True)
class Tag(Element):
    """A name for several objects. ``objects`` are their ids."""

    tag: str = "tag"
    objects: tuple[str, ...] = children(("obj_ref", str))


@immutable(frozen=True, slots=True, kw_only=True)
class PropertySection(Element):
    """The ``crm_config`` element."""

    tag: str = "crm_config"
    items: tuple[AttributeSet, ...] = children((PROPERTIES, AttributeSet))


@immutable(frozen=True, slots=True, kw_only=True)
class DefaultsSection(Element):
    """``rsc_defaults`` or ``op_defaults``; ``tag`` says which."""

    tag: str = "rsc_defaults"
    items: tuple[AttributeSet, ...] = children((META, AttributeSet))


@immutable(frozen=True, slots=True, kw_only=True)
class NodeSection(Element):
    """The ``nodes`` element."""

    tag: str = "nodes"
    items: tuple[Node, ...] = children(("node", Node))


@immutable(frozen=True, slots=True, kw_only=True)
class ResourceSection(Element):
    """The ``resources`` element."""

    tag: str = "resources"
    items: tuple[Resource, ...] = children(
        ("primitive", Primitive), ("template", Template), ("group", Group),
        ("clone", Clone), ("master", Clone), ("bundle", Bundle),
    )  # fmt: skip


@immutable(frozen=True, slots=True, kw_only=True)
class ConstraintSection(Element):
    """The ``constraints`` element."""

    tag: str = "constraints"
    items: tuple[Constraint, ...] = children(
        ("rsc_location", Location), ("rsc_colocation", Colocation), ("rsc_order", Order), ("rsc_ticket", Ticket)
    )


@immutable(frozen=True, slots=True, kw_only=True)
class FencingSection(Element):
    """The ``fencing-topology`` element."""

    tag: str = "fencing-topology"
    items: tuple[FencingLevel, ...] = children(("fencing-level", FencingLevel))


@immutable(frozen=True, slots=True, kw_only=True)
class AclSection(Element):
    """The ``acls`` element."""

    tag: str = "acls"
    items: tuple[Acl, ...] = children(("acl_role", AclRole), ("acl_target", AclSubject), ("acl_group", AclSubject))


@immutable(frozen=True, slots=True, kw_only=True)
class TagSection(Element):
    """The ``tags`` element."""

    tag: str = "tags"
    items: tuple[Tag, ...] = children(("tag", Tag))


@immutable(frozen=True, slots=True, kw_only=True)
class AlertSection(Element):
    """The ``alerts`` element."""

    tag: str = "alerts"
    items: tuple[Alert, ...] = children(("alert", Alert))


@immutable(frozen=True, slots=True, kw_only=True)
class Configuration(Element):
    """Everything under ``/cib/configuration``, and the schema it was written for.

    ``schema`` is the CIB's ``validate-with``; None where a source does not say. ``name`` is the deployment's,
    which only a spec gives. Resources include templates.
    """

    tag: str = "configuration"
    name: str | None = field(default=None, compare=False)
    schema: str | None = field(default=None)
    crm_config: PropertySection | None = child(("crm_config", PropertySection))
    rsc_defaults: DefaultsSection | None = child(("rsc_defaults", DefaultsSection))
    op_defaults: DefaultsSection | None = child(("op_defaults", DefaultsSection))
    node_section: NodeSection | None = child(("nodes", NodeSection))
    resource_section: ResourceSection | None = child(("resources", ResourceSection))
    constraint_section: ConstraintSection | None = child(("constraints", ConstraintSection))
    fencing_topology: FencingSection | None = child(("fencing-topology", FencingSection))
    acl_section: AclSection | None = child(("acls", AclSection))
    tag_section: TagSection | None = child(("tags", TagSection))
    alert_section: AlertSection | None = child(("alerts", AlertSection))

    @property
    def properties(self) -> tuple[AttributeSet, ...]:
        return self.crm_config.items if self.crm_config else ()

    @property
    def resource_defaults(self) -> tuple[AttributeSet, ...]:
        return self.rsc_defaults.items if self.rsc_defaults else ()

    @property
    def operation_defaults(self) -> tuple[AttributeSet, ...]:
        return self.op_defaults.items if self.op_defaults else ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.node_section.items if self.node_section else ()

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Top-level resources and templates in document order."""
        return self.resource_section.items if self.resource_section else ()

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        return self.constraint_section.items if self.constraint_section else ()

    @property
    def levels(self) -> tuple[FencingLevel, ...]:
        return self.fencing_topology.items if self.fencing_topology else ()

    @property
    def acls(self) -> tuple[Acl, ...]:
        return self.acl_section.items if self.acl_section else ()

    @property
    def tags(self) -> tuple[Tag, ...]:
        return self.tag_section.items if self.tag_section else ()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return self.alert_section.items if self.alert_section else ()

    def all_resources(self) -> Iterator[Resource]:
        """Every resource at every depth, templates included."""
        return walk(self.resources)


def configuration(
    *,
    name: str | None = None,
    schema: str | None = None,
    properties: tuple[AttributeSet, ...] = (),
    resource_defaults: tuple[AttributeSet, ...] = (),
    operation_defaults: tuple[AttributeSet, ...] = (),
    nodes: tuple[Node, ...] = (),
    resources: tuple[Resource, ...] = (),
    constraints: tuple[Constraint, ...] = (),
    levels: tuple[FencingLevel, ...] = (),
    acls: tuple[Acl, ...] = (),
    tags: tuple[Tag, ...] = (),
    alerts: tuple[Alert, ...] = (),
) -> Configuration:
    """A configuration from its objects, with the sections that they need."""
    return Configuration(
        name=name,
        schema=schema,
        crm_config=PropertySection(items=properties),
        rsc_defaults=DefaultsSection(items=resource_defaults) if resource_defaults else None,
        op_defaults=DefaultsSection(tag="op_defaults", items=operation_defaults) if operation_defaults else None,
        node_section=NodeSection(items=nodes),
        resource_section=ResourceSection(items=resources),
        constraint_section=ConstraintSection(items=constraints),
        fencing_topology=FencingSection(items=levels) if levels else None,
        acl_section=AclSection(items=acls) if acls else None,
        tag_section=TagSection(items=tags) if tags else None,
        alert_section=AlertSection(items=alerts) if alerts else None,
    )
