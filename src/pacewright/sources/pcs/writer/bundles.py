"""Bundles as commands."""

from __future__ import annotations

import re

from pacewright.model.element import attributes_of
from pacewright.model.resources import Bundle, Container, PortMapping, StorageMapping
from pacewright.sources.pcs.writer.script import Script
from pacewright.sources.pcs.writer.values import flag

_POSITIVE = ("replicas", "replicas-per-host", "control-port", "port", "internal-port", "host-netmask")
_HIGHEST = {"control-port": 65535, "port": 65535, "internal-port": 65535, "host-netmask": 32}


def write_bundle(script: Script, bundle: Bundle, subject: str) -> None:
    script.absent(subject, bundle, "description", "params")
    if bundle.container is None:
        script.refuse(subject, "a bundle without a container")
        return
    words = [str(bundle.id), "container", bundle.container.tag, *_container(script, bundle.container, subject)]
    if bundle.network is not None:
        network = _options(script, bundle.network, subject)
        words += ["network", *network] if network else []
        for port in bundle.network.ports:
            words += ["port-map", *_port(script, port, subject)]
    for mapping in bundle.storage.mappings if bundle.storage else ():
        words += ["storage-map", *_storage(script, mapping, subject)]
    if meta := script.one_set(subject, bundle.meta):
        words += ["meta", *meta]
    script.add(subject, "resource bundle create", words, "--force")


def _container(script: Script, container: Container, subject: str) -> list[str]:
    if not container.image:
        script.refuse(subject, f"<{container.tag}> without an image")
    if container.masters is not None and container.promoted_max is not None:
        script.refuse(subject, "masters together with promoted-max")
    words = _options(script, container, subject)
    return [re.sub(r"^masters=", "promoted-max=", word) for word in words]


def _port(script: Script, port: PortMapping, subject: str) -> list[str]:
    if (port.port is None) == (port.range is None) or (port.internal_port and not port.port):
        script.refuse(subject, f"the <port-mapping> '{port.id or port.port}': a port or a range is needed, not both")
    return _options(script, port, subject)


def _storage(script: Script, mapping: StorageMapping, subject: str) -> list[str]:
    if (mapping.source_dir is None) == (mapping.source_dir_root is None) or not mapping.target_dir:
        script.refuse(subject, f"the <storage-mapping> '{mapping.id}': one source and a target are needed")
    return _options(script, mapping, subject)


def _options(script: Script, element: Container | object, subject: str) -> list[str]:
    """The attributes as ``name=value``, checked as strictly as pcs checks them."""
    words = []
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if value is None:
            continue
        name = declared.name
        if not value:
            script.refuse(subject, f"an empty '{name}'")
        if name in _POSITIVE and not (
            value.isascii() and value.isdigit() and 0 < int(value[:9]) <= _HIGHEST.get(name, 10**9)
        ):
            script.refuse(subject, f"{name}='{value}'")
        if name in ("promoted-max", "masters") and not (value.isascii() and value.isdigit()):
            script.refuse(subject, f"{name}='{value}'")
        words.append(flag(script, subject, name, value) if name == "add-host" else f"{name}={value}")
    return words
