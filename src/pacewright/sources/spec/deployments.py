"""The section ``openstack``: its keys, and the deployment that they describe."""

from __future__ import annotations

from typing import Any

from pacewright.architectures.deployment import (
    ARCHITECTURES,
    DISTRIBUTIONS,
    RUNTIMES,
    Chosen,
    Deployment,
    Device,
    Fencing,
    Images,
    Store,
    Vip,
)
from pacewright.catalogue.data import load
from pacewright.model.element import Attribute, Kind
from pacewright.model.resources import ON_FAIL
from pacewright.sources.spec.description import OPENSTACK
from pacewright.sources.spec.named import Words
from pacewright.sources.spec.nodes import Node
from pacewright.sources.spec.plain import AsWritten, Either, Keys, Listing, Table, TextOrSecret
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.scalars import Netmask, Text

DEFAULT_AGENT = "fence_ipmilan"
_VIP = Keys(
    {"address": Words(), "netmask": Netmask(), "interface": Words(), "network": Words()}, required=("address",)
)  # fmt: skip
_OPERATIONS = Table(Keys({"timeout": Text(Attribute("timeout", Kind.TIME)), "on-fail": Words(ON_FAIL)}))
_SERVICE = Keys({"service": Words(), "role": Words(), "container-operations": _OPERATIONS})
_DEVICE = Keys({"agent": Words(), "id": Words(), "params": AsWritten()})
_FENCING = Keys(
    {"agent": Words(), "params": AsWritten(), "nodes": Table(Either(listed=Listing(_DEVICE), keyed=_DEVICE), empty={})}
)


def _store(ways: tuple[str, ...]) -> Either:
    """One of the words of ``catalogue/stores.yaml``, or with the role that it is on."""
    return Either(single=Words(ways), keyed=Keys({"way": Words(ways), "role": Words()}, required=("way",)))


_IMAGES = Keys(
    {
        "runtime": Words(RUNTIMES),
        "registry": Words(),
        "prefix": Words(),
        "tag": Words(),
        "images": Table(Words()),
        "operations": _OPERATIONS,
    }
)
SECTION = Keys(
    {
        "release": Words(),
        "architecture": Words(ARCHITECTURES),
        "distribution": Words(DISTRIBUTIONS),
        "roles": Table(Either(single=Words(), listed=Listing(Words())), empty=()),
        "vips": Table(Either(single=Words(), keyed=_VIP)),
        "services": Either(listed=Listing(Words()), keyed=Table(_SERVICE, empty={})),
        "options": Table(TextOrSecret()),
        **{name: _store(tuple(ways)) for name, ways in load("stores").items()},
        "containers": _IMAGES,
        "fencing": Either(single=Words(("none",)), keyed=_FENCING),
    },
    required=("release", "architecture", "roles", "services"),
)


# What everything else of a deployment leans on
_FRAME = tuple(f"{OPENSTACK}/{key}" for key in ("roles", "services", *load("stores")))


def deployment_of(node: Node, reader: Reader) -> Deployment | None:
    """None where mistakes, all reported, leave nothing to go on with."""
    keys = SECTION.load(node, reader, OPENSTACK)
    if keys is BAD or any(name not in keys for name in SECTION.required) or reader.has_error_in(_FRAME):
        return None  # what is left would look like further mistakes
    if isinstance(keys["services"], tuple):
        for number, name in enumerate(keys["services"]):
            reader.places[f"{OPENSTACK}/services/{name}"] = reader.places[f"{OPENSTACK}/services/{number}"]
    written = {name for name in SECTION.shapes if f"{OPENSTACK}/{name}" in reader.places}  # well or badly
    images, options = dict(keys.get("containers", {})), keys.get("options", {})
    return Deployment(
        release=keys["release"], architecture=keys["architecture"],
        distribution=keys.get("distribution", DISTRIBUTIONS[0]), roles=_roles(keys["roles"]),
        services=_services(keys["services"]), vips=tuple(_vip(n, v) for n, v in keys.get("vips", {}).items()),
        options={name: value for name, value in options.items() if isinstance(value, str)},
        secrets={name: value for name, value in options.items() if not isinstance(value, str)},
        images=Images(names=images.pop("images", {}), **images),
        fencing=_fencing(keys.get("fencing", "none" if "fencing" in written else None)),
        stores={name: _chosen_store(keys.get(name, "external")) for name in load("stores") if name in written},
    )  # fmt: skip


def _roles(keys: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: (nodes,) if isinstance(nodes, str) else nodes for name, nodes in keys.items()}


def _services(keys: dict[str, Any] | tuple[str, ...]) -> tuple[Chosen, ...]:
    if isinstance(keys, tuple):
        return tuple(Chosen(name, name) for name in keys)
    return tuple(
        Chosen(name, each.get("service", name), each.get("role"), each.get("container-operations", {}))
        for name, each in keys.items()
    )


def _chosen_store(keys: dict[str, str] | str) -> Store:
    return Store(keys) if isinstance(keys, str) else Store(keys["way"], keys.get("role"))


def _vip(name: str, keys: dict[str, Any] | str) -> Vip:
    if isinstance(keys, str):
        return Vip(name, keys)
    netmask = keys.get("netmask")
    return Vip(name, keys["address"], netmask and int(netmask), keys.get("interface"), keys.get("network"))


def _fencing(keys: dict[str, Any] | str | None) -> Fencing | None:
    if keys is None or isinstance(keys, str):
        return None if keys is None else Fencing(refused=True)
    agent, params = keys.get("agent", DEFAULT_AGENT).removeprefix("stonith:"), keys.get("params", {})
    devices = {}
    for node, given in keys.get("nodes", {}).items():
        several = given if isinstance(given, tuple) else (given,)
        devices[node] = tuple(_device(each, agent, params) for each in several)
    return Fencing(devices)


def _device(keys: dict[str, Any], agent: str, params: dict[str, Any]) -> Device:
    """What all devices share is of their agent: another one would not know the parameters."""
    own = keys.get("agent", agent).removeprefix("stonith:")
    shared = params if own == agent else {}
    return Device(keys.get("id"), own, {**shared, **keys.get("params", {})})
