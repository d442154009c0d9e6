"""The fencing device that an embedded cluster has as long as its configuration has none of its own."""

from __future__ import annotations

from lxml import etree

from pacewright.cib.defaults import STAND_IN
from pacewright.cib.xml import Node

# The agent need not exist: nothing really runs.
STAND_IN_AGENT = "fence_stand_in"


def adjust_stand_in(root: Node) -> None:
    """The stand-in device is there exactly while the configuration has no fencing device of its own."""
    resources = root.find("configuration/resources")
    if resources is None:
        return
    devices = [e for e in resources.iter("primitive", "template") if e.get("class") == "stonith"]
    own = [e for e in devices if e.get("id") == STAND_IN]
    if len(devices) > len(own):
        for each in own:
            resources.remove(each)
    elif not own:
        etree.SubElement(resources, "primitive", {"id": STAND_IN, "class": "stonith", "type": STAND_IN_AGENT})
