"""What a deployer says: the ``openstack:`` section of a spec as values (docs/openstack.md)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from pacewright.model.immutable import immutable

ARCHITECTURES = ("classic", "full", "lightweight", "composable", "containers")
DISTRIBUTIONS = ("rhel", "debian", "ubuntu")
RUNTIMES = ("docker", "podman")
CONTROLLER = "controller"
# A value that the spec's reader made and the spec's reader takes back, secrets included: nothing here looks into it.
Opaque = Any


# Attributes (timeout, on-fail) by operation, of containers
Operations = Mapping[str, Mapping[str, str]]


@immutable(frozen=True, slots=True)
class Vip:
    """A virtual address. ``netmask``: bits, where the deployer says them. ``network``: it must be in that one."""

    name: str
    address: str
    netmask: int | None = None
    interface: str | None = None
    network: str | None = None

    @property
    def version(self) -> int:
        """Of IP: 4 or 6. Raises ValueError where it is no address."""
        return ipaddress.ip_address(self.address).version


@immutable(frozen=True, slots=True)
class Chosen:
    """A service that is deployed. ``name``: its own, usually the service's; another for a second one of its kind.

    ``operations``: of its containers. ``asked_by``: the key that brings it, where it is not in the list of services.
    """

    name: str
    service: str
    role: str | None = None
    operations: Operations = field(default_factory=dict)
    asked_by: str | None = None

    @property
    def path(self) -> str:
        return self.asked_by or f"services/{self.name}"


@immutable(frozen=True, slots=True)
class Store:
    """Database or broker. ``way``: a word of ``catalogue/stores.yaml``."""

    way: str
    role: str | None = None


@immutable(frozen=True, slots=True)
class Device:
    """A fencing device of one node. ``params``: name to opaque value."""

    id: str | None
    agent: str
    params: Mapping[str, Opaque]


@immutable(frozen=True, slots=True)
class Fencing:
    """``devices``: by node, in the order in which levels try them. ``refused``: the deployer wants none."""

    devices: Mapping[str, tuple[Device, ...]] = field(default_factory=dict)
    refused: bool = False


@immutable(frozen=True, slots=True)
class Images:
    """Where containers come from. ``names``: image by service, instead of prefix and the catalogue's name.

    ``operations``: of all containers.
    """

    runtime: str | None = None
    registry: str = ""
    prefix: str = ""
    tag: str = "latest"
    names: Mapping[str, str] = field(default_factory=dict)
    operations: Operations = field(default_factory=dict)


@immutable(frozen=True, slots=True)
class Deployment:
    """``roles``: nodes by role. ``stores``: ``database`` and ``broker``, where they are said by one word.
    ``options``: words that the catalogue asks for; ``secrets``: those kept elsewhere."""

    release: str
    architecture: str
    distribution: str
    roles: Mapping[str, tuple[str, ...]]
    services: tuple[Chosen, ...]
    vips: tuple[Vip, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Opaque] = field(default_factory=dict)
    images: Images = field(default_factory=Images)
    fencing: Fencing | None = None
    stores: Mapping[str, Store] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, each once, in the order of the roles."""
        return tuple(dict.fromkeys(node for nodes in self.roles.values() for node in nodes))
