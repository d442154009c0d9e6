"""Remote and guest nodes: pcs 0.11 refuses, forced or not, to create one whose name or address is in use already."""

from __future__ import annotations

from pacewright.model.attributes import first_value
from pacewright.model.configuration import Configuration
from pacewright.model.resources import Primitive
from pacewright.sources.pcs.writer.script import Script

REMOTE = "ocf:pacemaker:remote"


def refuse_hosts_in_use(script: Script, configuration: Configuration) -> None:
    """Nodes are there before any command runs, remote ones that Pacemaker has entered too."""
    hosts = {str(node.name) for node in configuration.nodes}
    primitives = [r for r in configuration.all_resources() if isinstance(r, Primitive)]
    ids = {str(r.id) for r in primitives}
    for each in primitives:
        subject = f"resource {each.id}"
        guest = first_value(each.meta, "remote-node")
        if each.agent == REMOTE:
            wanted = {str(each.id), first_value(each.params, "server") or str(each.id)}
        elif guest is not None:
            if guest in ids:
                script.refuse(subject, f"the guest node '{guest}': a resource has this id")
            wanted = {first_value(each.meta, "remote-addr") or ""} - {""}
        else:
            continue
        for host in sorted(wanted & hosts):
            script.refuse(subject, f"a remote or guest node '{host}': a node of that name or address exists")
        hosts |= wanted | ({guest} if guest else set())
