"""The lab's switch: a bridge in the keeper's network namespace, and filters on it that cut nodes off."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.cluster import process
from pacewright.lab.layout import BRIDGE, NETWORKS, SWITCH_HOST, LabNode

Cut = tuple[str, ...]  # one node's name: cut off from everybody; two: from each other, sorted


def lay_bridge() -> None:
    _ip("link", "set", "lo", "up")
    _ip("link", "add", BRIDGE, "type", "bridge", "forward_delay", "0")
    _ip("link", "set", BRIDGE, "up")
    for network in NETWORKS:
        _ip("address", "add", f"{network}.{SWITCH_HOST}/24", "dev", BRIDGE)


def add_bmc_address(node: LabNode) -> None:
    _ip("address", "add", f"{node.bmc_address}/24", "dev", BRIDGE)


def remove_bmc_address(node: LabNode) -> None:
    _ip("address", "del", f"{node.bmc_address}/24", "dev", BRIDGE)


def filter_frames(cuts: Iterable[Cut], nodes: dict[str, LabNode]) -> None:
    """Drops what cut nodes send and what is sent to them, in one step. BMCs hang on the switch itself: never cut."""
    rules: dict[str, list[str]] = {"prerouting": [], "forward": [], "postrouting": []}
    for cut in cuts:
        ports = [nodes[name].port for name in cut if name in nodes]
        if len(cut) == 1 and ports:
            rules["prerouting"].append(f'iifname "{ports[0]}" drop')
            rules["postrouting"].append(f'oifname "{ports[0]}" drop')
        elif len(ports) == 2:
            rules["forward"] += [f'iifname "{a}" oifname "{b}" drop' for a, b in (ports, reversed(ports))]
    chains = "".join(
        f"chain {name} {{ type filter hook {name} priority 0; {'; '.join([*found, ''])}}}\n"
        for name, found in rules.items()
    )
    text = f"table bridge lab\ndelete table bridge lab\ntable bridge lab {{\n{chains}}}\n"
    process.run(["nft", "--file", "-"], stdin=text.encode(), timeout=20).required()


def _ip(*words: str) -> None:
    process.run(["ip", *words], timeout=20).required()
