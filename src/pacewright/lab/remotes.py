"""Remote nodes: hosts without corosync, which members reach through pacemaker_remote."""

from __future__ import annotations

import time

from lxml import etree

from pacewright.cib.xml import Node, parse
from pacewright.cluster import tools
from pacewright.lab import formation
from pacewright.lab.layout import Lab, LabNode

MONITOR_SECONDS = 20
LEAVE_SECONDS = 120.0


def connect(lab: Lab) -> None:
    """Adds a connection for each remote node to the configuration, unowned."""
    for node in lab.remotes:
        formation.create(lab, connection(node))


def disconnect(lab: Lab, node: LabNode) -> None:
    """Takes the connection away and waits until the node's services have moved. Raises NoCluster, TimedOut.

    In this order: a node whose pacemaker_remote ends first has failed for its cluster, which then wants to fence it.
    """
    for each in formation.answering(lab):
        each.run(["cibadmin", "--delete", "--xml-text", f'<primitive id="{node.name}"/>'], timeout=30)
        break
    formation.until(
        time.monotonic() + LEAVE_SECONDS, f"{node.name} was not given up", lambda: _disconnected(lab, node.name)
    )


def _disconnected(lab: Lab, name: str) -> bool:
    for each in formation.answering(lab):
        done = formation.attempt(each, ["crm_mon", "--one-shot", "--inactive", "--output-as=xml"])
        if done is not None and done.code == 0:
            resources = parse(done.stdout, "crm_mon").iterfind("resources//resource")
            return all(r.get("id") != name for r in resources) and tools.controller_state(each) == "S_IDLE"
    return False


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
