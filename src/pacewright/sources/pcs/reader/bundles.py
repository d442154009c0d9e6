"""``pcs resource bundle create``"""

from __future__ import annotations

from typing import Any

from pacewright.model.attributes import META
from pacewright.model.resources import RUNTIMES, Bundle, Container, Network, PortMapping, Storage, StorageMapping
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, grouped, need, only, pairs
from pacewright.sources.pcs.reader.containers import disabled
from pacewright.sources.pcs.reader.draft import Draft, plain_set

CONTAINER_OPTIONS = (
    "image",
    "replicas",
    "replicas-per-host",
    "masters",
    "promoted-max",
    "run-command",
    "network",
    "options",
)
NETWORK_OPTIONS = ("ip-range-start", "control-port", "host-interface", "host-netmask", "add-host")
PORT_OPTIONS = ("id", "port", "internal-port", "range")
STORAGE_OPTIONS = ("id", "source-dir", "source-dir-root", "target-dir", "options")


def bundle_create(draft: Draft, args: list[str], command: Command) -> None:
    """``bundle create ID container RUNTIME image=... [network ...] [port-map ...] [storage-map ...] [meta ...]``"""
    need(args, 2, "resource bundle create ID container RUNTIME image=...")
    name = draft.new_id(args[0], "bundle")
    repeated = ("port-map", "storage-map")
    groups = grouped(args[1:], ("container", "network", "meta", *repeated), repeated=repeated)
    if words := only(groups, ""):
        raise Mistake("pcs-unknown-name", f"'container' expected before {words[0]!r}")
    words = only(groups, "container")
    if not words or words[0] not in RUNTIMES:
        raise Mistake("pcs-missing-argument", f"a runtime expected after 'container': {', '.join(RUNTIMES)}")
    meta = disabled(pairs(only(groups, "meta")), command)
    ports = tuple(_ports(w) for w in groups.get("port-map", ()))
    mappings = tuple(_storage(w) for w in groups.get("storage-map", ()))
    network = _fields(pairs(only(groups, "network"), NETWORK_OPTIONS))
    draft.resources[name] = Bundle(
        id=name,
        container=Container(tag=words[0], **_fields(pairs(words[1:], CONTAINER_OPTIONS))),
        network=Network(ports=ports, **network) if network or ports else None,
        storage=Storage(mappings=mappings) if mappings else None,
        meta=plain_set(META, meta),
    )
    draft.put(f"resource {name}", command.place)


def _ports(words: list[str]) -> PortMapping:
    return PortMapping(**_fields(pairs(words, PORT_OPTIONS)))


def _storage(words: list[str]) -> StorageMapping:
    return StorageMapping(**_fields(pairs(words, STORAGE_OPTIONS)))


def _fields(values: Pairs) -> dict[str, Any]:
    """Option names as field names."""
    return {name.replace("-", "_"): value for name, value in values}
