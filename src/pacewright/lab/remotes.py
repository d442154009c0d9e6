"""Remote nodes: hosts without corosync, which members reach through pacemaker_remote."""

from __future__ import annotations

from lxml import etree

from pacewright.cib.xml import Node
from pacewright.lab import formation
from pacewright.lab.layout import Lab, LabNode

MONITOR_SECONDS = 20


def connect(lab: Lab) -> None:
    """Adds a connection for each remote node to the configuration, unowned."""
    for node in lab.remotes:
        formation.create(lab, connection(node))


def connection(node: LabNode) -> Node:
    """The resource that makes a host a node: the resource's id is the node's name."""
    name = node.name
    found = etree.Element("primitive", {"id": name, "class": "ocf", "provider": "pacemaker", "type": "remote"})
    attributes = etree.SubElement(found, "instance_attributes", id=f"{name}-params")
    # Without reconnect_interval a node that was fenced and is booting uses up the connection's tries.
    for key, value in (("server", node.addresses[0]), ("reconnect_interval", "10s")):
        etree.SubElement(attributes, "nvpair", id=f"{name}-{key}", name=key, value=value)
    operations = etree.SubElement(found, "operations")
    interval = f"{MONITOR_SECONDS}s"
    etree.SubElement(operations, "op", id=f"{name}-monitor", name="monitor", interval=interval, timeout="30s")
    etree.SubElement(operations, "op", id=f"{name}-start", name="start", interval="0s", timeout="60s")
    return found
