"""The CIB's own XML as a format."""

from __future__ import annotations

from pacewright.cib.address import OBJECT_WORDS
from pacewright.cib.codec import read_cib
from pacewright.cib.document import cib_text
from pacewright.cib.xml import Node, line_of
from pacewright.model.configuration import Configuration
from pacewright.model.report import Place
from pacewright.sources.loaded import Loaded

_SECTION_WORDS = {
    "crm_config": "property", "rsc_defaults": "resource-default", "op_defaults": "operation-default",
}  # fmt: skip
_SET_WORDS = {"instance_attributes": "params", "meta_attributes": "meta", "utilization": "utilization"}


def read(data: bytes, name: str) -> Loaded:
    configuration, root = read_cib(data, name)
    places: dict[str, Place] = {}
    for node in root.iter(*OBJECT_WORDS):
        if identity := node.get("id"):
            places.setdefault(f"{OBJECT_WORDS[str(node.tag)]} {identity}", Place(name, line_of(node)))
    for node in root.iterfind("configuration//nvpair") if root.tag == "cib" else root.iter("nvpair"):
        if address := _pair_address(node):
            places.setdefault(address, Place(name, line_of(node)))
    for node in root.iter("op"):
        if (owner := _owner(node)) is not None:
            places.setdefault(f"{owner}/operations/{node.get('name')}", Place(name, line_of(node)))
    return Loaded(configuration, places=places, original=root)


def _pair_address(pair: Node) -> str | None:
    """``property NAME``, ``resource-default NAME``, ``resource p_IP/params/NAME``; None elsewhere."""
    holder = pair.getparent()
    section = holder.getparent() if holder is not None else None
    if holder is None or section is None:
        return None
    if section.tag in _SECTION_WORDS:
        return f"{_SECTION_WORDS[str(section.tag)]} {pair.get('name')}"
    owner = _owner(holder)
    word = _SET_WORDS.get(str(holder.tag))
    if owner is None or word is None:
        return None
    inside = f"/operations/{section.get('name')}" if section.tag == "op" else ""
    return f"{owner}{inside}/{word}/{pair.get('name')}"


def _owner(node: Node) -> str | None:
    """The address of the object around an element."""
    at = node.getparent()
    while at is not None:
        if at.tag in OBJECT_WORDS:
            return f"{OBJECT_WORDS[str(at.tag)]} {at.get('id')}"
        at = at.getparent()
    return None


def write(configuration: Configuration) -> str:
    return cib_text(configuration)
