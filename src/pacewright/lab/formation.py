"""From booted nodes to a cluster: all online, one DC, quorum, fencing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lxml import etree

from pacewright.cib.xml import Node, parse
from pacewright.cluster import process, tools
from pacewright.cluster.lab import LabRunner
from pacewright.lab.layout import REMOTE, Lab, LabNode, Say
from pacewright.model.errors import NoCluster, PacewrightError, TimedOut, ToolError

_PAUSE = 0.3
MONITOR_SECONDS = 60


def runner(lab: Lab, node: LabNode) -> LabRunner:
    return LabRunner(lab.name, node.name, node.machine)


def wait_booted(lab: Lab, deadline: float, nodes: Sequence[LabNode] | None = None) -> None:
    """Until systemd has started what there is to start in each node."""
    for node in nodes or lab.nodes:
        until(deadline, f"{node.name} did not boot", lambda node=node: _booted(lab, node))  # type: ignore[misc]


def form(lab: Lab, say: Say, deadline: float) -> None:
    """Until every member is online and fencing runs."""
    say("waiting until all nodes are online")
    shown: set[str] = set()

    def all_online() -> bool:
        status = cluster_status(lab)
        for name in sorted(status.online - shown):
            say(f"{name}: online")
        shown.update(status.online)
        return status.quorum and bool(status.dc) and {n.name for n in lab.members} <= status.online

    until(deadline, "the nodes did not come together", all_online)
    for node in lab.nodes:
        _add_fencing(lab, node)
    if lab.remotes:
        from pacewright.lab.remotes import connect

        connect(lab)
        until(deadline, "the remote nodes did not connect",
               lambda: {n.name for n in lab.nodes} <= cluster_status(lab).online)  # fmt: skip
    say("waiting for fencing")
    until(deadline, "the fencing devices did not start", lambda: _quiet(lab))


def join(lab: Lab, node: LabNode, say: Say, deadline: float) -> None:
    """A new member, whose files its peers have already: they read them again."""
    _reload(lab, node)
    say(f"waiting until {node.name} is online")
    until(deadline, f"{node.name} did not join", lambda: node.name in cluster_status(lab).online)
    _add_fencing(lab, node)
    until(deadline, "its fencing device did not start", lambda: _quiet(lab))


def leave(lab: Lab, node: LabNode, say: Say) -> None:
    """Its services move away and it stops; it is off, afterwards, to be forgotten."""
    say(f"stopping {node.name}")
    if node.kind == REMOTE:
        from pacewright.lab.remotes import disconnect

        disconnect(lab, node)
        return
    here = runner(lab, node)
    try:
        for unit in ("pacemaker", "corosync"):
            here.run(["systemctl", "stop", unit], timeout=120)
    except (NoCluster, ToolError):
        say(f"{node.name} does not answer: it is forgotten as it is")


def forget(lab: Lab, node: LabNode) -> None:
    """The rest of the cluster without it. Peers have the new corosync.conf already."""
    if node.kind != REMOTE:
        _reload(lab)
    for each in answering(lab):
        each.run(["cibadmin", "--delete", "--xml-text", f'<primitive id="fence-{node.name}"/>'], timeout=30)
        each.run(["crm_node", "--force", "--remove", node.name], timeout=30)
        return


class ClusterStatus:
    """What crm_mon says: names of the nodes online, the DC's name, quorum."""

    def __init__(self, root: Node | None) -> None:
        self.online: set[str] = set()
        self.dc, self.quorum, self.nodes = "", False, {}  # type: str, bool, dict[str, str]
        if root is None:
            return
        for node in root.iterfind("nodes/node"):
            name = node.get("name") or ""
            self.nodes[name] = _node_state(node)
            if self.nodes[name] in ("online", "standby", "maintenance"):
                self.online.add(name)
        dc = root.find("summary/current_dc")
        if dc is not None and dc.get("present") == "true":
            self.dc, self.quorum = dc.get("name") or "", dc.get("with_quorum") == "true"


def cluster_status(lab: Lab) -> ClusterStatus:
    """As the first member sees it that answers."""
    best = ClusterStatus(None)
    for each in answering(lab):
        done = attempt(each, ["crm_mon", "--one-shot", "--output-as=xml"])
        if done is not None and done.code == 0 and done.stdout:
            status = ClusterStatus(parse(done.stdout, "crm_mon"))
            if status.quorum:
                return status
            if status.dc:
                best = status
    return best


def _node_state(node: Node) -> str:
    for state in ("unclean", "pending", "standby", "maintenance", "online"):
        if node.get(state) == "true":
            return state
    return "offline"


def answering(lab: Lab) -> list[LabRunner]:
    found = []
    for node in lab.members:
        each = runner(lab, node)
        try:
            each.leader()
        except NoCluster:
            continue
        found.append(each)
    return found


def failed_units(lab: Lab, node: LabNode) -> str:
    """What systemd could not start there, in a sentence; empty where all is well or nobody answers."""
    done = attempt(runner(lab, node), ["systemctl", "list-units", "--failed", "--plain", "--no-legend"])
    if done is None:
        return "does not answer"
    names = [line.split()[0] for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    return f"failed units: {', '.join(names)}" if names else ""


def _booted(lab: Lab, node: LabNode) -> bool:
    done = attempt(runner(lab, node), ["systemctl", "is-active", "ssh.service"])
    return done is not None and done.code == 0


def _quiet(lab: Lab) -> bool:
    """Every fencing device and remote connection runs and the DC has nothing to do."""
    for each in answering(lab):
        done = attempt(each, ["crm_mon", "--one-shot", "--output-as=xml"])
        if done is None or done.code != 0:
            continue
        resources = parse(done.stdout, "crm_mon").findall("resources//resource")
        started = sum(r.get("role") == "Started" and r.get("failed") != "true" for r in resources)
        return started >= len(resources) and tools.controller_state(each) == "S_IDLE"
    return False


def _reload(lab: Lab, but: LabNode | None = None) -> None:
    for node in lab.members:
        if node != but:
            done = attempt(runner(lab, node), ["corosync-cfgtool", "-R"])
            if done is not None and done.code == 0:
                return
    raise PacewrightError("no node could reload corosync's configuration")


def _add_fencing(lab: Lab, node: LabNode) -> None:
    """The node's BMC as a fencing device. fence_ipmilan takes the user's word for the protocol: IPMI 2.0 (lanplus)."""
    device = etree.Element("primitive", {"id": f"fence-{node.name}", "class": "stonith", "type": "fence_ipmilan"})
    attributes = etree.SubElement(device, "instance_attributes", id=f"fence-{node.name}-params")
    values = {
        "ip": node.bmc_address, "username": lab.bmc_user, "password": lab.bmc_password, "lanplus": "1",
        "pcmk_host_list": node.name, "power_timeout": "20", "login_timeout": "10",
    }  # fmt: skip
    if len(lab.members) == 2 and node == lab.members[0]:
        values["pcmk_delay_base"] = "5s"  # two nodes that lose each other must not shoot at the same time
    for name, value in values.items():
        etree.SubElement(attributes, "nvpair", id=f"fence-{node.name}-{name}", name=name, value=value)
    operations = etree.SubElement(device, "operations")
    etree.SubElement(
        operations, "op", id=f"fence-{node.name}-monitor", name="monitor", interval=f"{MONITOR_SECONDS}s", timeout="60s"
    )
    create(lab, device)


def create(lab: Lab, resource: Node) -> None:
    """Adds a resource to the configuration, unowned."""
    for each in answering(lab):
        done = each.run(["cibadmin", "--create", "--scope", "resources", "--xml-pipe"], stdin=etree.tostring(resource))
        if done.code != 0:
            raise ToolError(done.command, done.code, done.stderr)
        return
    raise NoCluster("no node answers")


def attempt(each: LabRunner, command: list[str]) -> process.Completed | None:
    """None where the node is off or hangs."""
    try:
        return each.run(command, timeout=10)
    except (NoCluster, ToolError):
        return None


def until(deadline: float, failure: str, condition: Callable[[], bool]) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise TimedOut(f"{failure} in time")
        time.sleep(_PAUSE)
