"""What has to be done in which order: values only.

What leaves Pacemaker is a resource of the deployment that the spec no longer has, and whose unit systemd shall run.
What joins is a resource of the spec that the cluster does not have, and whose unit runs already. What starts first is
new, and what runs (or joins) will be ordered after it: a mandatory order would restart that when the new one starts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pacewright.architectures.outside import Outside
from pacewright.catalogue.facts.catalogue import Catalogue
from pacewright.cib.address import address_of, objects_of
from pacewright.cib.desired.ownership import Record
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Colocation, Constraint, Order
from pacewright.model.immutable import immutable
from pacewright.model.resources import Bundle, Primitive, Resource, Template, members, walk

_SYSTEMD = ("systemd", "service")
_RUNS_NOTHING = ("ocf:heartbeat:Dummy", "ocf:pacemaker:Dummy", "ocf:heartbeat:Delay")


@immutable(frozen=True, slots=True)
class Unit:
    """A primitive and its systemd unit. ``resource``: the outermost it is in. ``nodes``: where the unit is to run by
    the spec. ``once``: the unit ends when its work is done, and is not to be started on a node in service."""

    resource: str
    primitive: str
    name: str
    nodes: tuple[str, ...]
    once: bool = False

    @property
    def type(self) -> str:
        """As the agent is called: ``systemd:TYPE``."""
        return self.name.removesuffix(".service")


@immutable(frozen=True, slots=True)
class Stages:
    """``leaving``, ``joining``: units. ``first``: resources that start before anything else is changed."""

    leaving: tuple[Unit, ...] = ()
    joining: tuple[Unit, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def resources_leaving(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(unit.resource for unit in self.leaving))

    @property
    def resources_joining(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(unit.resource for unit in self.joining))


def leaving(
    live: Configuration, spec: Configuration, record: Record, outside: Outside | None, catalogue: Catalogue | None
) -> tuple[Unit, ...]:
    """Units of the deployment's resources that the spec leaves to systemd."""
    if outside is None:
        return ()
    stated = objects_of(spec)
    enabled = _units_of_systemd(outside)
    services = _services_by_agent(catalogue) if catalogue else {}
    found: list[Unit] = []
    for resource in live.resources:
        address = str(address_of(resource))
        if address in stated or not record.owns(address) or not _primitives(resource):
            continue
        units = [
            _unit_outside(str(resource.id), each, live, enabled, services, outside) for each in _primitives(resource)
        ]
        if all(unit is not None for unit in units):
            found += [unit for unit in units if unit is not None]
    return tuple(found)


def candidates(live: Configuration, spec: Configuration, outside: Outside | None) -> tuple[Unit, ...]:
    """Units of new resources of the spec that may run already. ``nodes``: where Pacemaker shall run them; all that the
    cluster has where the spec does not say."""
    there = {str(resource.id) for resource in live.all_resources()}
    told = {unit.name: here for here in (outside.nodes if outside else ()) for unit in here.pacemaker}
    by_unit = {
        name: tuple(h.node for h in outside.nodes if any(u.name == name for u in h.pacemaker))
        for name in told
    } if outside else {}  # fmt: skip
    everywhere = tuple(str(node.name) for node in live.nodes)
    found = []
    for resource in spec.resources:
        inner = _primitives(resource)
        if str(resource.id) in there or not inner or any(str(p.id) in there for p in inner):
            continue
        names = [_unit_name(each, spec) for each in inner]
        if all(name is not None for name in names):
            found += [
                Unit(str(resource.id), str(each.id), str(name), by_unit.get(str(name), everywhere))
                for each, name in zip(inner, names, strict=True)
            ]
    return tuple(found)


def starting_first(live: Configuration, desired: Configuration, joining: Collection[str]) -> tuple[str, ...]:
    """New resources that something which runs by then will be ordered after or placed with, and what they need."""
    top = outermost_ids(desired)
    there = {str(r.id) for r in live.resources}
    new = {str(r.id) for r in desired.resources} - there - set(joining)
    edges = [(top.get(a, a), top.get(b, b)) for each in desired.constraints for a, b in edges_of(each)]
    wanted = {leads for leads, follows in edges if leads in new and follows not in new}
    while more := {leads for leads, follows in edges if leads in new and follows in wanted} - wanted:
        wanted |= more
    return tuple(str(r.id) for r in desired.resources if str(r.id) in wanted)


def runs_nothing(resource: Resource) -> bool:
    """Stopping it stops no service: hubs and pauses."""
    inner = _primitives(resource)
    return bool(inner) and all(each.agent in _RUNS_NOTHING for each in inner)


def running_once(spec: Configuration, outside: Outside | None, catalogue: Catalogue | None) -> frozenset[str]:
    """Resources whose program does its work at the start of a node, and would do harm on one in service."""
    if outside is None or catalogue is None:
        return frozenset()
    once = [unit for here in outside.nodes for unit in here.pacemaker if unit.once]
    units, services = {unit.name for unit in once}, {name for unit in once for name in unit.services}
    by_agent = _services_by_agent(catalogue)
    return frozenset(
        str(resource.id) for resource in spec.resources for each in _primitives(resource)
        if _unit_name(each, spec) in units or services & set(by_agent.get(each.agent or "", ()))
    )  # fmt: skip


def outermost_of(configuration: Configuration) -> Mapping[str, Resource]:
    """The outermost resource of every id."""
    return {str(inner.id): resource for resource in configuration.resources for inner in walk([resource])}


# ---- units


def _unit_outside(
    resource: str,
    primitive: Primitive,
    live: Configuration,
    enabled: Mapping[str, tuple[str, ...]],
    services: Mapping[str, tuple[str, ...]],
    outside: Outside,
) -> Unit | None:
    name = _unit_name(primitive, live)
    if name is not None:
        nodes = enabled.get(name)
        once = any(u.once for h in outside.nodes for u in h.enabled if u.name == name)
        return Unit(resource, str(primitive.id), name, nodes, once) if nodes else None
    # An agent of its own stands for a unit that ends when its work is done: forgetting it stops nothing.
    theirs = services.get(primitive.agent or "", ())
    for here in outside.nodes:
        for unit in here.enabled:
            if unit.once and any(service in theirs for service in unit.services):
                return Unit(resource, str(primitive.id), unit.name, enabled[unit.name], once=True)
    return None


def _units_of_systemd(outside: Outside) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for here in outside.nodes:
        for unit in here.enabled:
            found.setdefault(unit.name, []).append(here.node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def _services_by_agent(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for service in catalogue.services.values():
        for way in service.ways:
            if way.agent:
                found.setdefault(way.agent, []).append(service.name)
    return {agent: tuple(names) for agent, names in found.items()}


def _unit_name(primitive: Primitive, configuration: Configuration) -> str | None:
    """With ``.service``; None where no unit runs it."""
    kind, name = primitive.agent_class, primitive.type
    if primitive.template and kind is None:
        template = next((r for r in configuration.resources if r.id == primitive.template), None)
        if isinstance(template, Template):
            kind, name = template.agent_class, template.type
    if kind not in _SYSTEMD or not name:
        return None
    return name if name.endswith(".service") else f"{name}.service"


def _primitives(resource: Resource) -> list[Primitive]:
    """What runs in it; nothing for a bundle or a template."""
    if isinstance(resource, Bundle | Template):
        return []
    return [each for each in walk([resource]) if isinstance(each, Primitive) and not members(each)]


# ---- constraints


def edges_of(constraint: Constraint) -> Iterator[tuple[str, str]]:
    """Pairs of what leads and what follows it."""
    if isinstance(constraint, Order):
        if constraint.first and constraint.then:
            yield constraint.first, constraint.then
        yield from _in_turn([s.resources for s in constraint.sets])
    elif isinstance(constraint, Colocation):
        if constraint.resource and constraint.with_resource:
            yield constraint.with_resource, constraint.resource
        yield from _in_turn([s.resources for s in constraint.sets])


def _in_turn(sets: list[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Whoever comes before leads: within a set, too, since it may be sequential."""
    names = [name for each in sets for name in each]
    yield from ((a, b) for at, a in enumerate(names) for b in names[at + 1 :])


def outermost_ids(configuration: Configuration) -> dict[str, str]:
    """The id of the outermost resource of every id."""
    return {name: str(resource.id) for name, resource in outermost_of(configuration).items()}
