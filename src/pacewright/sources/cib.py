"""The CIB's own XML as a format."""

from __future__ import annotations

from pacewright.cib.codec import read_cib
from pacewright.cib.document import cib_text
from pacewright.cib.xml import line_of
from pacewright.model.configuration import Configuration
from pacewright.model.report import Place
from pacewright.sources.loaded import Loaded

_ADDRESS_WORDS = {
    "primitive": "resource", "template": "resource", "group": "resource", "clone": "resource", "master": "resource",
    "bundle": "resource", "rsc_location": "location", "rsc_colocation": "colocation", "rsc_order": "order",
    "rsc_ticket": "ticket", "tag": "tag", "alert": "alert", "acl_role": "acl-role", "acl_target": "acl-target",
    "acl_group": "acl-group",
}  # fmt: skip


def read(data: bytes, name: str) -> Loaded:
    configuration, root = read_cib(data, name)
    places: dict[str, Place] = {}
    for node in root.iter(*_ADDRESS_WORDS):
        if identity := node.get("id"):
            places.setdefault(f"{_ADDRESS_WORDS[str(node.tag)]} {identity}", Place(name, line_of(node)))
    return Loaded(configuration, places=places, original=root)


def write(configuration: Configuration) -> str:
    return cib_text(configuration)
