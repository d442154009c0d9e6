"""Fencing devices: one or more a node, tried in the order in which they are said."""

from __future__ import annotations

import re

from pacewright.architectures.deployment import Deployment, Device, Fencing
from pacewright.architectures.draft import Draft
from pacewright.model.origin import Origin
from pacewright.model.report import did_you_mean

_SHOWN = 5
# Agents that speak to the management board of one server (fence_ipmilan under its other names)
_BOARDS = ("fence_ipmilan", "fence_idrac", "fence_ilo3", "fence_ilo4", "fence_ilo5", "fence_imm")
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
    for node, devices in fencing.devices.items():
        for device in devices:
            _judge_targets(node, device, draft)
    _judge_shared(fencing, draft)
    without = [node for node in nodes if not fencing.devices.get(node)]
    for node in (name for name in fencing.devices if name not in known):
        suggestion = did_you_mean(node[:100], without)
        if suggestion is not None:
            without.remove(next(name for name in without if f"'{name}'" in suggestion))
        draft.problem("unknown-node", f"no role has a node '{node[:100]}'", f"fencing/nodes/{node}",
                      suggestion or "leave it out, or name the node in a role")  # fmt: skip
    if without and len(nodes) > 1:
        names = ", ".join(without[:_SHOWN]) + (f" and {len(without) - _SHOWN} more" if len(without) > _SHOWN else "")
        have = "have" if len(without) > 1 else "has"
        draft.problem("node-without-fencing", f"{names} {have} no fencing device", "fencing/nodes",
                      f"under 'nodes:' of fencing, '{without[0]}: {{params: {{...}}}}'")  # fmt: skip


def _judge_targets(node: str, device: Device, draft: Draft) -> None:
    """A device under a node that says itself that it fences others."""
    for param, between in (("pcmk_host_list", r"[\s,;]+"), ("pcmk_host_map", r"[\s;]+")):
        text = getattr(device.params.get(param), "text", None)
        targets = [word.partition(":")[0] for word in re.split(between, text)] if text else []
        if targets and node not in targets:
            message = f"the device of {node} is for {', '.join(targets[:_SHOWN])}, says {param}"
            draft.problem(
                "device-of-another", message, f"fencing/nodes/{node}", f"leave out {param}, or name {node} in it"
            )


def _judge_shared(fencing: Fencing, draft: Draft) -> None:
    """Boards of servers are one a node: the same address for two would shoot the wrong one."""
    seen: dict[tuple[str, str], str] = {}
    for node, devices in fencing.devices.items():
        for device in devices:
            ip = getattr(device.params.get("ip", device.params.get("ipaddr")), "text", None)
            port = getattr(device.params.get("ipport"), "text", "")
            if ip and device.agent in _BOARDS and (other := seen.setdefault((ip, port), node)) != node:
                message = f"{node} and {other} have one board, {ip}: fencing one would cut the other's power"
                draft.problem("device-twice", message, f"fencing/nodes/{node}", "the address of its own board")


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
