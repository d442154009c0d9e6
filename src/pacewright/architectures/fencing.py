"""Fencing devices: one or more a node, tried in the order in which they are said."""

from __future__ import annotations

from pacewright.architectures.deployment import Deployment, Device, Fencing
from pacewright.architectures.draft import Draft
from pacewright.model.origin import Origin
from pacewright.model.report import did_you_mean

MONITOR = {"monitor": {"interval": "60s", "timeout": "120s"}}
_TARGETS = ("pcmk_host_list", "pcmk_host_map", "pcmk_host_check")
# Two nodes that lose each other must not shoot at the same time: the first one is shot later.
TWO_NODE_DELAY = ("pcmk_delay_base", "10s")


def build(deployment: Deployment, nodes: tuple[str, ...], draft: Draft) -> None:
    """``nodes``: those that Pacemaker runs on."""
    fencing = deployment.fencing
    if fencing is None and len(nodes) > 1:
        draft.problem(
            "no-fencing", f"{len(nodes)} nodes and no fencing: what runs on a lost node could not move",
            "fencing", "describe the devices under 'fencing:', or say 'fencing: none'",
        )  # fmt: skip
        return
    if fencing is None or fencing.refused:
        rule = "fencing: none" if fencing else "one node alone cannot be fenced"
        draft.add("properties", "stonith-enabled", "false", Origin(rule, "fencing" if fencing else "roles"))
        return
    draft.add("properties", "stonith-enabled", "true", Origin("fencing is described", "fencing"))
    _judge(fencing, nodes, deployment.nodes, draft)
    for number, node in enumerate(nodes):
        devices = fencing.devices.get(node, ())
        names = [_add(device, node, devices, draft, delayed=len(nodes) == 2 and number == 0) for device in devices]
        for index, name in enumerate(names, start=1):
            if len(names) > 1:
                draft.level(
                    node, index, [name], Origin("devices of a node are tried in order", f"fencing/nodes/{node}")
                )


def _judge(fencing: Fencing, nodes: tuple[str, ...], known: tuple[str, ...], draft: Draft) -> None:
    """Devices of nodes that are not there, and nodes without. A name mistyped is both, and told once.

    ``known``: those of all roles, also where Pacemaker runs nothing.
    """
    without = [node for node in nodes if not fencing.devices.get(node)]
    for node in (name for name in fencing.devices if name not in known):
        suggestion = did_you_mean(node[:100], without)
        if suggestion is not None:
            without.remove(next(name for name in without if f"'{name}'" in suggestion))
        draft.problem("unknown-node", f"no role has a node '{node[:100]}'", f"fencing/nodes/{node}",
                      suggestion or "leave it out, or name the node in a role")  # fmt: skip
    if without and len(nodes) > 1:
        have = "have" if len(without) > 1 else "has"
        draft.problem("node-without-fencing", f"{', '.join(without)} {have} no fencing device", "fencing/nodes",
                      f"under 'nodes:' of fencing, '{without[0]}: {{params: {{...}}}}'")  # fmt: skip


def _add(device: Device, node: str, devices: tuple[Device, ...], draft: Draft, *, delayed: bool) -> str:
    same = [each for each in devices if each.agent == device.agent]
    name = device.id or f"stonith-{device.agent}-{node}" + (f"-{same.index(device) + 1}" if len(same) > 1 else "")
    params = dict(device.params)
    if not any(target in params for target in _TARGETS):
        params["pcmk_host_list"] = node
    if delayed and TWO_NODE_DELAY[0] not in params and "pcmk_delay_max" not in params:
        params[TWO_NODE_DELAY[0]] = TWO_NODE_DELAY[1]
    value = {"agent": f"stonith:{device.agent}", "params": params, "operations": MONITOR}
    draft.add("resources", name, value, Origin(f"fences {node}", f"fencing/nodes/{node}"))
    return name
