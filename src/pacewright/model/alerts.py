"""Alerts: programs that Pacemaker calls when something happens."""

from __future__ import annotations

from pacewright.model.attributes import META, PARAMS, AttributeSet
from pacewright.model.element import Element, attr, child, children
from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True, kw_only=True)
class Recipient(Element):
    """The ``recipient`` element."""

    tag: str = "recipient"
    description: str | None = attr("description")
    value: str | None = attr("value")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))


@immutable(frozen=True, slots=True, kw_only=True)
class Flag(Element):
    """An empty element whose presence says yes."""

    tag: str = "select_nodes"


@immutable(frozen=True, slots=True, kw_only=True)
class SelectedAttribute(Element):
    """The ``attribute`` element."""

    tag: str = "attribute"
    name: str | None = attr("name")


@immutable(frozen=True, slots=True, kw_only=True)
class SelectedAttributes(Element):
    """``names`` empty: any node attribute."""

    tag: str = "select_attributes"
    names: tuple[SelectedAttribute, ...] = children(("attribute", SelectedAttribute))


@immutable(frozen=True, slots=True, kw_only=True)
class Select(Element):
    """The kinds of event that an alert wants; all of them where no Select is given."""

    tag: str = "select"
    attributes: SelectedAttributes | None = child(("select_attributes", SelectedAttributes))
    fencing: Flag | None = child(("select_fencing", Flag))
    nodes: Flag | None = child(("select_nodes", Flag))
    resources: Flag | None = child(("select_resources", Flag))


@immutable(frozen=True, slots=True, kw_only=True)
class Alert(Element):
    """The ``alert`` element."""

    tag: str = "alert"
    path: str | None = attr("path")
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    select: Select | None = child(("select", Select))
    recipients: tuple[Recipient, ...] = children(("recipient", Recipient))
