"""Alerts: programs that Pacemaker calls when something happens."""

from __future__ import annotations

from pacewright.model.attributes import META, PARAMS, AttributeSet
from pacewright.model.element import Element, attr, child, children, element


@element
class Recipient(Element):
    """The ``recipient`` element."""

    tag: str = "recipient"
    description: str | None = attr("description")
    value: str | None = attr("value")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))


@element
class Flag(Element):
    """An empty element whose presence says yes."""

    tag: str = "select_nodes"


@element
class SelectedAttribute(Element):
    """The ``attribute`` element."""

    tag: str = "attribute"
    name: str | None = attr("name")


@element
class SelectedAttributes(Element):
    """``names`` empty: any node attribute."""

    tag: str = "select_attributes"
    names: tuple[SelectedAttribute, ...] = children(("attribute", SelectedAttribute))


@element
class Select(Element):
    """The kinds of event that an alert wants; all of them where no Select is given."""

    tag: str = "select"
    attributes: SelectedAttributes | None = child(("select_attributes", SelectedAttributes))
    fencing: Flag | None = child(("select_fencing", Flag))
    nodes: Flag | None = child(("select_nodes", Flag))
    resources: Flag | None = child(("select_resources", Flag))


@element
class Alert(Element):
    """The ``alert`` element."""

    tag: str = "alert"
    path: str | None = attr("path")
    description: str | None = attr("description")
    params: tuple[AttributeSet, ...] = children((PARAMS, AttributeSet))
    meta: tuple[AttributeSet, ...] = children((META, AttributeSet))
    select: Select | None = child(("select", Select))
    recipients: tuple[Recipient, ...] = children(("recipient", Recipient))
