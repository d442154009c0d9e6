"""What a lab is and where its things lie. One folder a lab, ``lab.json`` in it says what it has."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pacewright.cluster.files import write_atomically
from pacewright.cluster.lab import lab_folder
from pacewright.model.errors import PacewrightError, UsageError

FORMAT, VERSION = "pacewright-lab", 1
MEMBER, REMOTE = "member", "remote"
MEMBERS_AT_MOST = REMOTES_AT_MOST = 16
_FIRST_REMOTE = 20
Say = Callable[[str], None]  # tells people how far the work is
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")

# The lab has a network of its own (a network namespace), so addresses meet nobody. The first is the one that
# documentation uses; the second the one of the Folsom article's listing.
NETWORKS = ("192.0.2", "192.168.122")
BRIDGE = "br0"
SWITCH_HOST = 1  # host part of the bridge's own addresses
NODE_HOST, BMC_HOST = 11, 201  # host parts of the first node and of its BMC


@dataclass(frozen=True, slots=True)
class LabNode:
    """``number``: from 0, never given twice in a lab; addresses and corosync's nodeid follow from it."""

    name: str
    number: int
    kind: str = MEMBER

    @property
    def machine(self) -> str:
        """The name that systemd-nspawn knows it by: short, as its network interface carries it."""
        return f"n{self.number}"

    @property
    def port(self) -> str:
        """The bridge's end of its network cable."""
        return f"vb-{self.machine}"

    @property
    def addresses(self) -> list[str]:
        """One for each network; the first is corosync's."""
        return [f"{network}.{NODE_HOST + self.number}" for network in NETWORKS]

    @property
    def bmc_address(self) -> str:
        return f"{NETWORKS[0]}.{BMC_HOST + self.number}"

    @property
    def nodeid(self) -> int:
        return self.number + 1


@dataclass(frozen=True, slots=True)
class Lab:
    """``bare``: packages and ssh, but nothing configured or started. ``bundles``: podman, docker or empty.

    ``additions``: of images.yaml, what nodes have besides.
    ``containers``: which images bundles have, of those in containers.yaml.
    """

    name: str
    release: str
    nodes: tuple[LabNode, ...]
    bare: bool = False
    bundles: str = "podman"
    additions: tuple[str, ...] = ()
    containers: str = "small"
    image: str = ""
    remote_image: str = ""
    bundle_image: str = ""
    birth: str = field(default_factory=lambda: secrets.token_hex(8))  # tells it from a later lab of the same name
    bmc_user: str = "fence"
    bmc_password: str = field(default_factory=lambda: secrets.token_hex(8))  # IPMI takes 16 bytes

    @property
    def folder(self) -> str:
        return lab_folder(self.name)

    @property
    def members(self) -> list[LabNode]:
        return [n for n in self.nodes if n.kind == MEMBER]

    @property
    def remotes(self) -> list[LabNode]:
        return [n for n in self.nodes if n.kind == REMOTE]

    def path(self, *words: str) -> str:
        return os.path.join(self.folder, *words)

    def node_path(self, node: LabNode, *words: str) -> str:
        """``root``: the mounted file system; ``upper``: what the node wrote; ``console.log``."""
        return self.path("nodes", node.name, *words)

    def node(self, name: str) -> LabNode:
        """Raises UsageError for an unknown name."""
        found = next((n for n in self.nodes if n.name == name), None)
        if found is None:
            raise UsageError(f"lab '{self.name}' has no node '{name}'; it has {', '.join(n.name for n in self.nodes)}")
        return found

    def with_node(self, name: str) -> Lab:
        """One more member. Raises UsageError for a name that is taken or no host name."""
        if any(n.name == name for n in self.nodes):
            raise UsageError(f"lab '{self.name}' has a node '{name}' already")
        check_name(name, "a node")
        number = max((n.number for n in self.members), default=-1) + 1
        if number >= MEMBERS_AT_MOST:
            raise UsageError(f"a lab has {MEMBERS_AT_MOST} nodes at most")
        return replace(self, nodes=(*self.nodes, LabNode(name, number)))

    def without_node(self, name: str) -> Lab:
        gone = self.node(name)
        return replace(self, nodes=tuple(n for n in self.nodes if n != gone))

    def save(self, folder: str | None = None) -> None:
        document = {"format": FORMAT, "version": VERSION, **asdict(self)}
        write_atomically(
            os.path.join(folder or self.folder, "lab.json"), json.dumps(document, indent=1) + "\n", private=True
        )


def new_lab(
    name: str, release: str, *, members: int, remotes: int = 0, bare: bool = False, bundles: str = "",
    additions: Sequence[str] = (),
    containers: str = "small",
) -> Lab:  # fmt: skip
    """Raises UsageError for numbers and names that cannot be."""
    check_name(name, "a lab")
    for count, most, what in ((members, MEMBERS_AT_MOST, "nodes"), (remotes, REMOTES_AT_MOST, "remote nodes")):
        if not (0 if what == "remote nodes" else 1) <= count <= most:
            raise UsageError(f"{count} {what}: a lab has {most} at most{'' if count > most else ' and at least one'}")
    nodes = [LabNode(f"controller-{i}", i) for i in range(members)]
    nodes += [LabNode(f"remote-{i}", _FIRST_REMOTE + i, REMOTE) for i in range(remotes)]
    return Lab(name, release, tuple(nodes), bare, bundles, tuple(additions), containers)


def load_lab(name: str) -> Lab:
    """Raises PacewrightError where there is no such lab, or what there is cannot be read."""
    check_name(name, "a lab")
    path = os.path.join(lab_folder(name), "lab.json")
    try:
        with open(path, "rb") as file:
            document: dict[str, Any] = json.load(file)
        if (document.pop("format"), document.pop("version")) != (FORMAT, VERSION):
            raise PacewrightError(f"{path} is of another version of pacewright: end that lab with the one that made it")
        nodes, additions = tuple(LabNode(**n) for n in document["nodes"]), tuple(document.get("additions", ()))
        return Lab(**{**document, "nodes": nodes, "additions": additions})
    except FileNotFoundError:
        raise PacewrightError(f"there is no lab '{name}' here: 'pacewright lab up{_named(name)}' boots one") from None
    except PermissionError:
        raise PacewrightError(f"{path} cannot be read: labs are root's") from None
    except (ValueError, KeyError, TypeError) as error:
        raise PacewrightError(f"{path} cannot be read ({error}): 'pacewright lab down{_named(name)}'") from None


def check_name(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot name {what}: lower-case letters, digits and inner hyphens, 32 at most")


def _named(name: str) -> str:
    return "" if name == "default" else f" --name {name}"
