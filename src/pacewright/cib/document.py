"""A configuration as a CIB document."""

from __future__ import annotations

from lxml import etree

from pacewright.cib.codec import encode
from pacewright.cib.defaults import DEFAULT_SCHEMA, FEATURE_SET
from pacewright.cib.ids import with_ids
from pacewright.cib.xml import Node, to_text
from pacewright.model.configuration import Configuration


def cib_text(configuration: Configuration, original: Node | None = None) -> str:
    """The CIB as text. ``original``: the document it came from, whose other parts are kept."""
    return to_text(cib_document(configuration, original))


def cib_document(configuration: Configuration, original: Node | None = None) -> Node:
    section = encode(with_ids(configuration))
    if original is None or original.tag != "cib":
        root = etree.Element(
            "cib", {"crm_feature_set": FEATURE_SET, "validate-with": configuration.schema or DEFAULT_SCHEMA,
                    "epoch": "1", "num_updates": "0", "admin_epoch": "0"},
        )  # fmt: skip
        root.append(section)
        root.append(etree.Element("status"))
        return root
    old = original.find("configuration")
    if old is not None:
        original.replace(old, section)
    return original
