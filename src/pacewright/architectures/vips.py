"""Virtual addresses: one resource each, on the node where a load balancer runs."""

from __future__ import annotations

import ipaddress
import re

from pacewright.architectures.deployment import Deployment, Vip
from pacewright.architectures.draft import Draft

_INTERFACE = re.compile(r"[^\s/]{1,15}")
_HOST_BITS = 8  # of a network where only an address is known


def judge(deployment: Deployment, draft: Draft) -> None:
    """Addresses that are none, that are given twice, or that are not of the network that they are said to be in."""
    seen: dict[str, str] = {}
    for vip in deployment.vips:
        path = f"vips/{vip.name}"
        try:
            address = ipaddress.ip_address(vip.address)
            if getattr(address, "scope_id", None):
                raise ValueError
        except ValueError:
            suggestion = _meant(vip.address) or "four numbers up to 255, as 192.0.2.10, or an IPv6 address"
            draft.problem("bad-address", f"'{vip.address[:100]}' is no IP address", path, suggestion)
            continue
        if (other := seen.setdefault(str(address), vip.name)) != vip.name:
            suggestion = "another address, or only one of the two VIPs"
            draft.problem("address-twice", f"{address} is the address of VIP '{other}' already", path, suggestion)
        if (what := _no_host_s(address)) is not None:
            draft.problem("bad-address", f"{address} is {what}", path, "an address that one node at a time can have")
        elif address.is_link_local and vip.interface is None:
            draft.problem("missing-interface", f"{address} is known on one link only, and no interface is said", path,
                          f"{{address: '{address}', interface: NAME}}")  # fmt: skip
        if vip.interface is not None and not _INTERFACE.fullmatch(vip.interface):
            draft.problem("bad-interface", f"'{vip.interface[:100]}' cannot be the name of an interface",
                          f"{path}/interface", "up to 15 characters, none of them a space or '/'")  # fmt: skip
        if vip.netmask is not None and not 0 < vip.netmask <= address.max_prefixlen:
            draft.problem("bad-netmask", f"{vip.netmask} bits: IPv{address.version} has 1 to {address.max_prefixlen}",
                          f"{path}/netmask", "leave it out: an address alone")  # fmt: skip
        if vip.network is not None:
            _judge_network(vip, address, path, draft)


def _no_host_s(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    """What it is instead of an address that a node may have; None for one that it may."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return "an IPv4 address in the clothes of IPv6"
    if address.is_unspecified or address.is_loopback:
        return "every node's own"
    if address.is_multicast:
        return "of many nodes at once (multicast)"
    return "no address of a node" if address.version == 4 and address.is_reserved else None


def _meant(text: str) -> str | None:
    address, percent, interface = text.partition("%")
    if percent and interface:
        return f"{{address: '{address}', interface: {interface}}}"
    if text.startswith("[") and text.endswith("]"):
        return f"'{text[1:-1]}'"
    address, slash, mask = text.partition("/")
    return f"{{address: {address}, netmask: {mask}}}" if slash and mask.isdigit() else None


def _judge_network(vip: Vip, address: ipaddress.IPv4Address | ipaddress.IPv6Address, path: str, draft: Draft) -> None:
    try:
        network = ipaddress.ip_network(vip.network or "", strict=False)
    except ValueError:
        bits = (
            vip.netmask if vip.netmask and vip.netmask < address.max_prefixlen else address.max_prefixlen - _HOST_BITS
        )
        draft.problem("bad-network", f"'{(vip.network or '')[:100]}' is no network", f"{path}/network",
                      f"'{ipaddress.ip_network(f'{address}/{max(bits, 1)}', strict=False)}'")  # fmt: skip
        return
    reserved: dict[object, str] = {}
    if network.version == 4 and network.num_addresses > 2:
        reserved = {network.network_address: "the network itself", network.broadcast_address: "its broadcast address"}
    lowest = network[1] if network.num_addresses > 2 else network[0]
    highest = network[-2] if reserved else network[-1]
    suggestion = f"an address from {lowest} to {highest}" if lowest != highest else f"{lowest}, the only one"
    bits = vip.netmask or address.max_prefixlen
    if (
        network.num_addresses > 1
        and address in network
        and 0 < bits <= address.max_prefixlen
        and bits not in (network.prefixlen, address.max_prefixlen)
    ):
        draft.problem("bad-netmask", f"{bits} bits, and the network {network} has {network.prefixlen}",
                      f"{path.removesuffix('/network')}/netmask", f"netmask: {network.prefixlen}")  # fmt: skip
    if address not in network:
        draft.problem("address-outside", f"{address} is not in the network {network}", path, suggestion)
    elif address in reserved:
        draft.problem("bad-address", f"{address} is no host of {network} but {reserved[address]}", path, suggestion)
