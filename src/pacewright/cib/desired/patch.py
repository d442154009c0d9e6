"""The patch that writes a configuration as a compare-and-swap on (admin_epoch, epoch).

``crm_diff`` makes the patch; what makes it a compare-and-swap is done here: the source version keeps admin_epoch and
epoch but not num_updates, which moves with every change of status, and the digest goes, which covers the status too.

The change of the element ``cib`` itself goes as well: it would set all its attributes to what they were when we read,
and so bring back a DC that has since been replaced, or a quorum that has been lost. The CIB manager raises the epoch of
whatever changes the configuration, so nothing is missing.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from pacewright.cib.codec import encode
from pacewright.cib.defaults import FEATURE_SET
from pacewright.cib.ids import with_ids
from pacewright.cib.xml import Node, parse
from pacewright.model.configuration import Configuration


def desired_document(live: Node, desired: Configuration) -> Node:
    """The whole CIB as it would be: desired configuration, live status, the epoch raised by one."""
    root = etree.Element("cib", attributes_of(live))
    root.set("epoch", str(int(live.get("epoch") or 0) + 1))
    root.set("num_updates", "0")
    root.append(encode(with_ids(desired)))
    root.extend(deepcopy(each) for each in live if each.tag != "configuration")
    return root


def attributes_of(node: Node) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


def without_status(root: Node) -> Node:
    """A copy of the document without status, which has no part in what we write."""
    bare = etree.Element("cib", attributes_of(root))
    if bare.get("crm_feature_set") is None:  # crm_diff 2.1.5 would fall back to the patch format of Pacemaker 1.0
        bare.set("crm_feature_set", FEATURE_SET)
    section = root.find("configuration")
    if section is not None:
        bare.append(deepcopy(section))
    return bare


def bound_to_version(patch: bytes) -> bytes:
    """``crm_diff``'s patch as a compare-and-swap."""
    root = parse(patch, "<patch>")
    etree.strip_attributes(root, "digest")
    source = root.find("version/source")
    if source is None:
        raise ValueError("crm_diff made a patch without a version")
    etree.strip_attributes(source, "num_updates")
    for change in [c for c in root.iterfind("change") if c.get("path") == "/cib"]:
        root.remove(change)
    return etree.tostring(root)
