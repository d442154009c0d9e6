"""Virtual addresses: one resource each, on the node where a load balancer runs."""

from __future__ import annotations

import ipaddress

from pacewright.architectures.deployment import Deployment, Vip
from pacewright.architectures.draft import Draft


def judge(deployment: Deployment, draft: Draft) -> None:
    """Addresses that are none, that are given twice, or that are not of the network that they are said to be in."""
    seen: dict[str, str] = {}
    for vip in deployment.vips:
        path = f"vips/{vip.name}"
        try:
            address = ipaddress.ip_address(vip.address)
        except ValueError:
            draft.problem("bad-address", f"'{vip.address[:100]}' is no IP address", path, _without_mask(vip.address))
            continue
        if (other := seen.setdefault(str(address), vip.name)) != vip.name:
            draft.problem("address-twice", f"{address} is the address of VIP '{other}' already", path)
        if vip.netmask is not None and not 0 < vip.netmask <= address.max_prefixlen:
            draft.problem("bad-netmask", f"{vip.netmask} bits: IPv{address.version} has 1 to {address.max_prefixlen}",
                          f"{path}/netmask")  # fmt: skip
        if vip.network is not None:
            _judge_network(vip, address, path, draft)


def _without_mask(text: str) -> str | None:
    address, slash, mask = text.partition("/")
    return f"{{address: {address}, netmask: {mask}}}" if slash and mask.isdigit() else None


def _judge_network(vip: Vip, address: ipaddress.IPv4Address | ipaddress.IPv6Address, path: str, draft: Draft) -> None:
    try:
        network = ipaddress.ip_network(vip.network or "", strict=False)
    except ValueError:
        draft.problem("bad-network", f"'{(vip.network or '')[:100]}' is no network", f"{path}/network", "192.0.2.0/24")
        return
    if address not in network:
        suggestion = f"an address from {network[1]} to {network[-2]}" if network.num_addresses > 3 else None
        draft.problem("address-outside", f"{address} is not in the network {network}", path, suggestion)
