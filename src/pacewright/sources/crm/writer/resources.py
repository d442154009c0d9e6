"""Resources as crm text. Members of containers are statements of their own."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.model.element import Element, attributes_of
from pacewright.model.resources import (
    Bundle,
    Clone,
    Group,
    Operation,
    Operations,
    Primitive,
    Resource,
    Template,
    members,
)
from pacewright.sources.crm.words import CONTAINER_SETS, OPERATION_SETS, PRIMITIVE_SETS
from pacewright.sources.crm.writer.sets import set_lines
from pacewright.sources.crm.writer.text import Lines, Unsayable, described, pair, word


def resource_lines(resource: Resource, referenced: frozenset[str]) -> Lines:
    match resource:
        case Primitive():
            return _primitive_lines(resource, referenced)
        case Bundle():
            return _bundle_lines(resource, referenced)
        case _:
            return _container_lines(resource, referenced)


def _primitive_lines(primitive: Primitive, referenced: frozenset[str]) -> Lines:
    is_template = isinstance(primitive, Template)
    if primitive.template is not None:
        if is_template or primitive.agent is not None:
            raise Unsayable("both an agent and a template")
        kind = word(f"@{primitive.template}")
    else:
        kind = word(primitive.agent)
    keyword = "rsc_template" if is_template else "primitive"
    return [
        f"{keyword} {word(primitive.id)} {kind}",
        *described(primitive.description),
        *set_lines(PRIMITIVE_SETS, (*primitive.params, *primitive.meta, *primitive.utilization), referenced),
        *_operations_lines(primitive.operations, referenced),
    ]


def _operations_lines(operations: Operations | None, referenced: frozenset[str]) -> Iterator[str]:
    if operations is None:
        return
    if operations.id_ref is not None:
        yield f"operations {pair('$id-ref', operations.id_ref)}"
    elif operations.id is not None and operations.id in referenced:
        yield f"operations {pair('$id', operations.id)}"
    for operation in operations.items:
        yield from _operation_lines(operation, referenced)


def _operation_lines(operation: Operation, referenced: frozenset[str]) -> Lines:
    words = [f"op {word(operation.name)}", pair("interval", operation.interval or "0")]
    for field, declared in attributes_of(Operation):
        value = getattr(operation, field)
        if field not in ("id", "name", "interval") and value is not None:
            words.append(pair(declared.name, value))
    return [" ".join(words), *set_lines(OPERATION_SETS, (*operation.params, *operation.meta), referenced)]


def _container_lines(resource: Group | Clone, referenced: frozenset[str]) -> Lines:
    keyword = {"group": "group", "clone": "clone", "master": "ms"}[resource.tag]
    inside = " ".join(word(member.id) for member in members(resource))
    return [
        f"{keyword} {word(resource.id)} {inside}",
        *described(resource.description),
        *set_lines(CONTAINER_SETS, (*resource.params, *resource.meta), referenced),
    ]


def _bundle_lines(bundle: Bundle, referenced: frozenset[str]) -> Lines:
    if bundle.params or bundle.container is None:
        raise Unsayable("a bundle with parameters or without a container")
    lines = [f"bundle {word(bundle.id)}", *described(bundle.description)]
    lines.append(" ".join((bundle.container.tag, *_attribute_words(bundle.container))))
    if bundle.network is not None:
        ports = [w for p in bundle.network.ports for w in ("port-mapping", *_attribute_words(p))]
        lines.append(" ".join(("network", *_attribute_words(bundle.network), *ports)))
    if bundle.storage is not None:
        mounts = [w for m in bundle.storage.mappings for w in ("storage-mapping", *_attribute_words(m))]
        lines.append(" ".join(("storage", *_attribute_words(bundle.storage), *mounts)))
    if bundle.primitive is not None:
        lines.append(f"primitive {word(bundle.primitive.id)}")
    return [*lines, *set_lines(CONTAINER_SETS, bundle.meta, referenced)]


def _attribute_words(element: Element) -> list[str]:
    return [
        pair(declared.name, value)
        for field, declared in attributes_of(type(element))
        if (value := getattr(element, field)) is not None
    ]
