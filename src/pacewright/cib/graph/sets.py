"""What a resource set means as pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pacewright.cib.graph.canvas import Canvas, address_of
from pacewright.cib.graph.values import Vertex
from pacewright.model.constraints import Constraint, ResourceSet
from pacewright.model.values import boolean


def sequential(each: ResourceSet) -> bool:
    return each.sequential is None or boolean(each.sequential) is not False


def pairs_of(each: ResourceSet) -> list[tuple[str, str]]:
    """(earlier, later) of the neighbours in a sequential set."""
    return list(zip(each.resources, each.resources[1:], strict=False)) if sequential(each) else []


def ends_of(each: ResourceSet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Members that what stands before the set meets, and members that what follows meets."""
    if sequential(each):
        return each.resources[:1], each.resources[-1:]
    return each.resources, each.resources


def connect(
    canvas: Canvas, constraint: Constraint, tails: list[str], heads: list[str], facts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """(tail, head) of the lines from all to all: straight where one side is alone, through a junction otherwise."""
    if len(tails) <= 1 or len(heads) <= 1:
        yield from ((tail, head) for tail in tails for head in heads)
        return
    number = sum(v.kind == "junction" and v.address == address_of(constraint) for v in canvas.vertices.values())
    where = address_of(constraint)
    junction = canvas.add(
        Vertex(key=f"junction {where} {number}", kind="junction", id=constraint.id or "", address=where,
               facts=facts)
    )  # fmt: skip
    yield from ((tail, junction) for tail in tails)
    yield from ((junction, head) for head in heads)
