"""From booted nodes to a cluster: all online, one DC, quorum, fencing. And back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lxml import etree

from pacewright.cib.xml import Node
from pacewright.cluster import process
from pacewright.cluster.lab import LabRunner, lab_cluster
from pacewright.cluster.observation import Observation
from pacewright.cluster.runner import Runner
from pacewright.lab.layout import REMOTE, Lab, LabNode, Say
from pacewright.model.errors import NoCluster, PacewrightError, TimedOut, ToolError
from pacewright.model.status import ClusterStatus
from pacewright.workflow.settling import settle, status_of

_PAUSE = 0.3
MONITOR_SECONDS = 60
LEAVE_SECONDS = 120.0


def runner(lab: Lab, node: LabNode) -> LabRunner:
    return LabRunner(lab.name, node.name, node.machine)


def cluster_status(lab: Lab) -> ClusterStatus | None:
    """As a member sees it that answers, best one in a partition with quorum; None where there is no cluster (yet)."""
    cluster = lab_cluster(lab.name)
    try:
        return status_of(cluster, Observation(cluster))
    except (NoCluster, ToolError):
        return None


def wait_booted(lab: Lab, deadline: float, nodes: Sequence[LabNode] | None = None) -> None:
    """Until systemd has started what there is to start in each node."""
    for node in nodes or lab.nodes:
        _until(deadline, f"{node.name} did not boot", lambda node=node: _booted(lab, node))  # type: ignore[misc]


def form(lab: Lab, say: Say, deadline: float) -> None:
    """Until every member is online and fencing runs."""
    say("waiting until all nodes are online")
    shown: set[str] = set()

    def all_online() -> bool:
        status = cluster_status(lab)
        online = _online(status)
        for name in sorted(online - shown):
            say(f"{name}: online")
        shown.update(online)
        return status is not None and status.quorum and bool(status.dc) and {n.name for n in lab.members} <= online

    _until(deadline, "the nodes did not come together", all_online)
    for node in lab.nodes:
        _create(lab, _fencing(lab, node))
    if lab.remotes:
        from pacewright.lab.remotes import connection

        for node in lab.remotes:
            _create(lab, connection(node))
        _until(deadline, "the remote nodes did not connect",
               lambda: {n.name for n in lab.nodes} <= _online(cluster_status(lab)))  # fmt: skip
    say("waiting for fencing")
    _settle(lab, lab.nodes, deadline)


def join(lab: Lab, node: LabNode, say: Say, deadline: float) -> None:
    """A new member, whose files its peers have already: they read them again."""
    _member(lab).run(["corosync-cfgtool", "-R"], timeout=30).required()
    say(f"waiting until {node.name} is online")
    _until(deadline, f"{node.name} did not join", lambda: node.name in _online(cluster_status(lab)))
    _create(lab, _fencing(lab, node))
    _settle(lab, [node], deadline)


def leave(lab: Lab, node: LabNode, say: Say) -> None:
    """Its services move away and it stops; it is off, afterwards, to be forgotten. Raises NoCluster, TimedOut."""
    say(f"stopping {node.name}")
    if node.kind == REMOTE:
        # In this order: where pacemaker_remote ends first, the node has failed for its cluster, which fences it.
        _delete(_member(lab), node.name)
        settle(lab_cluster(lab.name), time.monotonic() + LEAVE_SECONDS)
        return
    here = runner(lab, node)
    try:
        for unit in ("pacemaker", "corosync"):
            here.run(["systemctl", "stop", unit], timeout=LEAVE_SECONDS)
    except (NoCluster, ToolError):
        say(f"{node.name} does not answer: it is forgotten as it is")


def forget(lab: Lab, node: LabNode) -> None:
    """The rest of the cluster without it. Peers have the new corosync.conf already."""
    peer = _member(lab)
    if node.kind != REMOTE:
        peer.run(["corosync-cfgtool", "-R"], timeout=30).required()
    _delete(peer, _fencing_name(node))
    peer.run(["crm_node", "--force", "--remove", node.name], timeout=30)


def failed_units(lab: Lab, node: LabNode) -> str:
    """What systemd could not start there, in a sentence; empty where all is well."""
    done = _attempt(runner(lab, node), ["systemctl", "list-units", "--failed", "--plain", "--no-legend"])
    if done is None:
        return "does not answer"
    names = [line.split()[0] for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    return f"failed units: {', '.join(names)}" if names else ""


def _member(lab: Lab) -> Runner:
    """A member that answers, best one in a partition with quorum. Raises NoCluster."""
    cluster = lab_cluster(lab.name)
    cluster.read()
    return cluster.runner


def _online(status: ClusterStatus | None) -> set[str]:
    return (
        set() if status is None else {n.name for n in status.nodes if n.state in ("online", "standby", "maintenance")}
    )


def _settle(lab: Lab, nodes: Sequence[LabNode], deadline: float) -> None:
    """Until the cluster has settled, with what fences these nodes and connects to them running."""
    _, status = settle(lab_cluster(lab.name), deadline)
    added = {n.name for n in nodes} | {_fencing_name(n) for n in nodes}
    if why_not := [f"{i}: {w}" for i in status.top if i in added for w in status.resources[i].why_not]:
        raise PacewrightError(f"the cluster has settled, but: {'; '.join(why_not)}")


def _booted(lab: Lab, node: LabNode) -> bool:
    done = _attempt(runner(lab, node), ["systemctl", "is-active", "ssh.service"])
    return done is not None and done.code == 0


def _attempt(each: LabRunner, command: list[str]) -> process.Completed | None:
    """None where the node is off or hangs."""
    try:
        return each.run(command, timeout=10)
    except (NoCluster, ToolError):
        return None


def _until(deadline: float, failure: str, condition: Callable[[], bool]) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise TimedOut(f"{failure} in time")
        time.sleep(_PAUSE)


def _fencing_name(node: LabNode) -> str:
    return f"fence-{node.name}"


def _fencing(lab: Lab, node: LabNode) -> Node:
    """The node's BMC as a fencing device. fence_ipmilan takes the user's word for the protocol: IPMI 2.0 (lanplus)."""
    name = _fencing_name(node)
    device = etree.Element("primitive", {"id": name, "class": "stonith", "type": "fence_ipmilan"})
    attributes = etree.SubElement(device, "instance_attributes", id=f"{name}-params")
    values = {
        "ip": node.bmc_address, "username": lab.bmc_user, "password": lab.bmc_password, "lanplus": "1",
        "pcmk_host_list": node.name, "power_timeout": "20", "login_timeout": "10",
    }  # fmt: skip
    if len(lab.members) == 2 and node == lab.members[0]:
        values["pcmk_delay_base"] = "5s"  # two nodes that lose each other must not shoot at the same time
    for key, value in values.items():
        etree.SubElement(attributes, "nvpair", id=f"{name}-{key}", name=key, value=value)
    monitor = {"name": "monitor", "interval": f"{MONITOR_SECONDS}s", "timeout": "60s"}
    etree.SubElement(etree.SubElement(device, "operations"), "op", {"id": f"{name}-monitor", **monitor})
    return device


def _create(lab: Lab, resource: Node) -> None:
    """Adds a resource to the configuration, unowned."""
    command = ["cibadmin", "--create", "--scope", "resources", "--xml-pipe"]
    _member(lab).run(command, stdin=etree.tostring(resource)).required()


def _delete(peer: Runner, primitive: str) -> None:
    peer.run(["cibadmin", "--delete", "--xml-text", f'<primitive id="{primitive}"/>'], timeout=30).required()
