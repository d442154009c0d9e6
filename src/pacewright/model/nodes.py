"""Nodes as the configuration knows them."""

from __future__ import annotations

from pacewright.model.attributes import PARAMS, UTILIZATION, AttributeSet
from pacewright.model.element import Element, Kind, attr, children
from pacewright.model.immutable import immutable

NODE_TYPES = ("member", "normal", "ping", "remote")


@immutable(frozen=True, slots=True, kw_only=True)
class Node(Element):
    """A cluster or remote node. ``id`` is corosync's number, ``name`` the word people use."""

    tag: str = "node"
    name: str | None = attr("uname")
    type: str | None = attr("type", Kind.NAME, default="member", choices=NODE_TYPES)
    description: str | None = attr("description")
    score: str | None = attr("score", Kind.SCORE)
    attributes: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    utilization: tuple[AttributeSet, ...] = children((UTILIZATION, AttributeSet))
