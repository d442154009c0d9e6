"""Resources: primitives, templates, groups, clones, bundles, and their operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pacewright.model.attributes import META, PARAMS, UTILIZATION, AttributeSet, first_value
from pacewright.model.element import Element, Kind, attr, child, children
from pacewright.model.immutable import immutable
from pacewright.model.values import is_true

ROLES = ("Stopped", "Started", "Promoted", "Unpromoted", "Master", "Slave")
ON_FAIL = ("ignore", "block", "demote", "stop", "restart", "standby", "fence", "restart-container")
RUNTIMES = ("docker", "podman", "rkt")
CLASSES = ("ocf", "systemd", "service", "lsb", "upstart", "stonith", "nagios", "heartbeat")


@immutable(frozen=True, slots=True, kw_only=True)
class Operation(Element):
    """The ``op`` element."""

    tag: str = "op"
    name: str | None = attr("name")
    interval: str | None = attr("interval", Kind.TIME, default="0")
    description: str | None = attr("description")
    start_delay: str | None = attr("start-delay", Kind.TIME)
    interval_origin: str | None = attr("interval-origin")
    timeout: str | None = attr("timeout", Kind.TIME)
    enabled: str | None = attr("enabled", Kind.BOOLEAN, default="true")
    record_pending: str | None = attr("record-pending", Kind.BOOLEAN)
    role: str | None = attr("role", Kind.ROLE, choices=ROLES)
    requires: str | None = attr("requires", Kind.NAME, choices=("nothing", "quorum", "fencing"))
    on_fail: str | None = attr("on-fail", Kind.NAME, choices=ON_FAIL)
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))


@immutable(frozen=True, slots=True, kw_only=True)
class Operations(Element):
    """The ``operations`` element; ``id_ref`` shares those of another resource."""

    tag: str = "operations"
    id_ref: str | None = attr("id-ref", Kind.REFERENCE)
    items: tuple[Operation, ...] = children(("op", Operation))


@immutable(frozen=True, slots=True, kw_only=True)
class Primitive(Element):
    """One service that an agent controls. Agent: class, provider, type; or ``template``."""

    tag: str = "primitive"
    agent_class: str | None = attr("class")
    provider: str | None = attr("provider")
    type: str | None = attr("type")
    template: str | None = attr("template", Kind.REFERENCE)
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    utilization: tuple[AttributeSet, ...] = children((UTILIZATION, AttributeSet))
    operations: Operations | None = child(("operations", Operations))

    @property
    def agent(self) -> str | None:
        """``ocf:heartbeat:IPaddr2``, ``systemd:httpd``; None for a primitive made from a template."""
        return ":".join(part for part in (self.agent_class, self.provider, self.type) if part) or None

    @property
    def ops(self) -> tuple[Operation, ...]:
        return self.operations.items if self.operations else ()


@immutable(frozen=True, slots=True, kw_only=True)
class Template(Primitive):
    """A primitive's text to be shared; it runs nothing itself."""

    tag: str = "template"


@immutable(frozen=True, slots=True, kw_only=True)
class Group(Element):
    """Primitives on one node, started in order, stopped in reverse."""

    tag: str = "group"
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    members: tuple[Primitive, ...] = children(("primitive", Primitive))


@immutable(frozen=True, slots=True, kw_only=True)
class Clone(Element):
    """Several instances of a primitive or group. ``tag`` may be the old ``master``, which is a promotable clone."""

    tag: str = "clone"
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    child: Primitive | Group | None = child(("primitive", Primitive), ("group", Group))

    @property
    def promotable(self) -> bool:
        return self.tag == "master" or is_true(first_value(self.meta, "promotable"))


@immutable(frozen=True, slots=True, kw_only=True)
class Container(Element):
    """A bundle's runtime (``tag``: docker, podman, rkt) and image."""

    tag: str = "podman"
    image: str | None = attr("image")
    replicas: str | None = attr("replicas", Kind.INTEGER)
    replicas_per_host: str | None = attr("replicas-per-host", Kind.INTEGER, default="1")
    masters: str | None = attr("masters", Kind.INTEGER)
    promoted_max: str | None = attr("promoted-max", Kind.INTEGER)
    run_command: str | None = attr("run-command")
    network: str | None = attr("network")
    options: str | None = attr("options")


@immutable(frozen=True, slots=True, kw_only=True)
class PortMapping(Element):
    """The ``port-mapping`` element."""

    tag: str = "port-mapping"
    port: str | None = attr("port", Kind.INTEGER)
    internal_port: str | None = attr("internal-port", Kind.INTEGER)
    range: str | None = attr("range")


@immutable(frozen=True, slots=True, kw_only=True)
class Network(Element):
    """The ``network`` element."""

    tag: str = "network"
    ip_range_start: str | None = attr("ip-range-start")
    control_port: str | None = attr("control-port", Kind.INTEGER)
    host_interface: str | None = attr("host-interface")
    host_netmask: str | None = attr("host-netmask", Kind.INTEGER)
    add_host: str | None = attr("add-host", Kind.BOOLEAN, default="true")
    ports: tuple[PortMapping, ...] = children(("port-mapping", PortMapping))


@immutable(frozen=True, slots=True, kw_only=True)
class StorageMapping(Element):
    """The ``storage-mapping`` element."""

    tag: str = "storage-mapping"
    source_dir: str | None = attr("source-dir")
    source_dir_root: str | None = attr("source-dir-root")
    target_dir: str | None = attr("target-dir")
    options: str | None = attr("options")


@immutable(frozen=True, slots=True, kw_only=True)
class Storage(Element):
    """The ``storage`` element."""

    tag: str = "storage"
    mappings: tuple[StorageMapping, ...] = children(("storage-mapping", StorageMapping))


@immutable(frozen=True, slots=True, kw_only=True)
class Bundle(Element):
    """Replicas of a container, with an optional primitive inside."""

    tag: str = "bundle"
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    container: Container | None = child(*((runtime, Container) for runtime in RUNTIMES))
    network: Network | None = child(("network", Network))
    storage: Storage | None = child(("storage", Storage))
    primitive: Primitive | None = child(("primitive", Primitive))


Resource = Primitive | Group | Clone | Bundle


def members(resource: Resource) -> tuple[Primitive | Group, ...]:
    """The resources directly inside one."""
    if isinstance(resource, Group):
        return resource.members
    inner = (
        resource.child if isinstance(resource, Clone) else resource.primitive if isinstance(resource, Bundle) else None
    )
    return (inner,) if inner is not None else ()


def walk(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Every resource, a container before what it holds."""
    for resource in resources:
        yield resource
        yield from walk(members(resource))
