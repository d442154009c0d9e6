"""What the statements of a text have said so far, before members and references are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pacewright.model.access import Acl
from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Tag
from pacewright.model.constraints import Constraint
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.report import Place, Reports
from pacewright.model.resources import Operation, Resource
from pacewright.sources.crm.reader.hints import hint


@dataclass(slots=True)
class Entry:
    """A resource as its statement gave it. ``members``: ids yet to be put inside, in order."""

    resource: Resource
    place: Place
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """``claimed``: places by id space and id. ``device_lists``: fencing levels for all nodes. ``hints``: how many
    suggestions were made."""

    name: str
    reports: Reports = field(default_factory=Reports)
    places: dict[str, Place] = field(default_factory=dict)
    claimed: dict[tuple[str, str], Place] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    resources: dict[str, Entry] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    properties: list[AttributeSet] = field(default_factory=list)
    resource_defaults: list[AttributeSet] = field(default_factory=list)
    operation_defaults: list[AttributeSet] = field(default_factory=list)
    levels: list[FencingLevel] = field(default_factory=list)
    device_lists: list[tuple[str, Place]] = field(default_factory=list)
    acls: list[Acl] = field(default_factory=list)
    old_acls: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    inner_ids: dict[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # ids of statements that were given up
    hints: int = 0
    monitors: list[tuple[str, Operation, Place]] = field(default_factory=list)

    def claim(self, identity: str, place: Place, address: str, space: str = "") -> bool:
        """Whether the id is free; its place becomes the address's. Nodes and users have id spaces of their own."""
        known = self.claimed.get((space, identity))
        if known is not None:
            message = f"'{identity}' is defined twice, first on line {known.line}"
            self.reports.error("crm-duplicate-id", message, place, subject=address)
            return False
        self.claimed[space, identity] = place
        self.places[address] = place
        return True

    def hint(self, word: str, known: Iterable[str]) -> str | None:
        """A suggestion among ids, of which there may be thousands: for the first problems only."""
        self.hints += 1
        return hint(word, known) if self.hints <= 20 else None

    def note(self, address: str, place: Place) -> None:
        self.places.setdefault(address, place)
