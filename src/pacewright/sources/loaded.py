"""What reading a source gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from pacewright.cib.xml import Node
from pacewright.model.configuration import Configuration
from pacewright.model.immutable import immutable
from pacewright.model.origin import Origin
from pacewright.model.report import Place, Report

if TYPE_CHECKING:
    from pacewright.architectures.deployment import Deployment


@immutable(frozen=True, slots=True)
class Loaded:
    """``configuration`` with warnings met on the way.

    ``places``: where things stand in the source, by address (``resource p_IP``) and, where the format can tell, by
    path below it (``resource p_IP/params/ip``). ``original``: the whole CIB document when the source is one.
    ``origins``: by address, the rules behind what an architecture has made. ``deployment``: what it was made from.
    """

    configuration: Configuration
    reports: tuple[Report, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    original: Node | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    deployment: Deployment | None = None

    def place_of(self, address: str) -> Place | None:
        """The nearest known place of an address."""
        while address not in self.places:
            shorter = address.rpartition("/")[0]
            if not shorter:
                return None
            address = shorter
        return self.places[address]
