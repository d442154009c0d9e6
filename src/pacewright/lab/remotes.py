"""Remote nodes: hosts without corosync, which members reach through pacemaker_remote."""

from __future__ import annotations

from lxml import etree

from pacewright.cib.xml import Node
from pacewright.lab.layout import LabNode

MONITOR_SECONDS = 20


def connection(node: LabNode) -> Node:
    """The resource that makes a host a node: the resource's id is the node's name."""
    name = node.name
    found = etree.Element("primitive", {"id": name, "class": "ocf", "provider": "pacemaker", "type": "remote"})
    attributes = etree.SubElement(found, "instance_attributes", id=f"{name}-params")
    # No reconnect_interval: with it a node that stays off is tried for ever, and the cluster never settles.
    etree.SubElement(attributes, "nvpair", id=f"{name}-server", name="server", value=node.addresses[0])
    operations = etree.SubElement(found, "operations")
    interval = f"{MONITOR_SECONDS}s"
    etree.SubElement(operations, "op", id=f"{name}-monitor", name="monitor", interval=interval, timeout="30s")
    etree.SubElement(operations, "op", id=f"{name}-start", name="start", interval="0s", timeout="60s")
    return found
