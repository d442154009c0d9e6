"""From a configuration to its graph: resources first, then what the constraints say about them."""

from __future__ import annotations

from pacewright.cib.address import kind_word, level_address
from pacewright.cib.graph.canvas import Canvas
from pacewright.cib.graph.lines import draw_constraint
from pacewright.cib.graph.values import FENCING_BOX, Graph, Line, Vertex
from pacewright.model.configuration import Configuration
from pacewright.model.fencing import FencingLevel
from pacewright.model.resources import Bundle, Primitive, Resource, members, walk


def build(configuration: Configuration, hidden: frozenset[str] = frozenset()) -> Graph:
    """The graph of a configuration without the objects whose ids are ``hidden``."""
    canvas = Canvas(configuration)
    templates = {r.id: r.agent for r in configuration.resources if isinstance(r, Primitive)}
    for resource in configuration.resources:
        if resource.id not in hidden:
            _draw(canvas, resource, _fencing_box(canvas, resource), templates)
    for node in configuration.nodes:
        name = node.name or node.id or ""
        canvas.named("node", name, {"id": name, "kind": f"{node.type or 'member'} node"})
    for constraint in configuration.constraints:
        if constraint.id not in hidden:
            draw_constraint(canvas, constraint)
    for level in configuration.levels:
        _level(canvas, level, hidden)
    return canvas.graph()


def _fencing_box(canvas: Canvas, resource: Resource) -> str | None:
    """The key of the box of fencing devices, for a resource that is nothing else."""
    inside = [r for r in walk([resource]) if isinstance(r, Primitive)]
    if not inside or any(p.agent_class != "stonith" or p.tag == "template" for p in inside):
        return None
    return canvas.add(Vertex(key=FENCING_BOX, kind="fencing", id="fencing devices"))


def _draw(canvas: Canvas, resource: Resource, parent: str | None, templates: dict[str | None, str | None]) -> None:
    key = f"resource {resource.id}"
    if key in canvas.vertices:
        return
    kind, agent = kind_word(resource), _agent(resource, templates)
    facts = {"id": resource.id or "", "kind": kind}
    if agent:
        facts["runtime" if isinstance(resource, Bundle) else "agent"] = agent
    if isinstance(resource, Primitive) and resource.template:
        facts["template"] = resource.template
    if isinstance(resource, Bundle) and resource.container and resource.container.image:
        facts["image"] = resource.container.image
    if parent:
        facts["in"] = canvas.vertices[parent].id
    canvas.add(Vertex(key=key, kind=kind, id=resource.id or "", agent=agent, parent=parent, address=key, facts=facts))
    for member in members(resource):
        _draw(canvas, member, key, templates)


def _agent(resource: Resource, templates: dict[str | None, str | None]) -> str | None:
    if isinstance(resource, Primitive):
        return resource.agent or templates.get(resource.template)
    if isinstance(resource, Bundle) and resource.container is not None:
        replicas = resource.container.replicas
        return resource.container.tag + (f" × {replicas}" if replicas else "")
    return None


def _level(canvas: Canvas, level: FencingLevel, hidden: frozenset[str]) -> None:
    if level.target:
        target = canvas.named("node", level.target)
    elif level.target_pattern:
        target = canvas.named("pattern", level.target_pattern)
    else:
        target = canvas.named("rule", f"{level.target_attribute} eq {level.target_value}")
    for device in level.device_ids:
        if device not in hidden:
            canvas.edge(
                level, Line.FENCING, canvas.resource(device), target,
                label=f"level {level.index}" if level.index not in (None, "1") else "", address=level_address(level),
            )  # fmt: skip
