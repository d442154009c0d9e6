"""XML of a section that no class holds: kept as it is, in its section."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.cib.xml import to_text
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, children_of
from pacewright.model.immutable import per_class
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import Reader


@per_class
def section_fields(cls: type) -> dict[str, tuple[str, type[Element]]]:
    """Tag of a section to (field of Configuration, class)."""
    return {tag: (field, kind) for field, slot in children_of(cls) for tag, kind in slot.tags}


def known_tags(section: str) -> set[str]:
    """The tags that the model has a class for in a section."""
    _, kind = section_fields(Configuration)[section]
    return {tag for _, slot in children_of(kind) for tag, _ in slot.tags}


def without_kept(node: Any, section: str, reader: Reader) -> Any:
    """The section's list or mapping without entries of unknown XML, which go to ``Reader.kept``."""
    if isinstance(node, Sequence):
        return replace(node, items=[each for each in node.items if not _kept(each, section, reader)])
    if isinstance(node, Mapping):
        return replace(node, pairs=[(k, v) for k, v in node.pairs if not _kept(v, section, reader)])
    return node


def _kept(entry: Node, section: str, reader: Reader) -> bool:
    xml = entry.get("xml") if isinstance(entry, Mapping) and len(entry.pairs) == 1 else None
    if not isinstance(xml, Scalar) or any(xml.text.lstrip().startswith(f"<{tag}") for tag in known_tags(section)):
        return False
    root = reader.xml(xml, "")
    if root is None:
        return True
    if root.tag in known_tags(section):
        return False
    reader.kept.setdefault(section, []).append(to_text(root, pretty=False))
    return True
