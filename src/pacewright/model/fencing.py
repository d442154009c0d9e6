"""Fencing topology: which devices, in which order, for which node."""

from __future__ import annotations

from pacewright.model.element import Element, Kind, attr
from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True, kw_only=True)
class FencingLevel(Element):
    """``devices``: ids of stonith resources, comma-separated. One of the three kinds of target."""

    tag: str = "fencing-level"
    target: str | None = attr("target")
    target_pattern: str | None = attr("target-pattern")
    target_attribute: str | None = attr("target-attribute")
    target_value: str | None = attr("target-value")
    index: str | None = attr("index", Kind.INTEGER)
    devices: str | None = attr("devices")

    @property
    def device_ids(self) -> tuple[str, ...]:
        return tuple(d.strip() for d in (self.devices or "").split(",") if d.strip())
