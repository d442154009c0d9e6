"""Ids: well formed and unique."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pacewright.cib.address import address_of
from pacewright.cib.checks.index import Index
from pacewright.model.access import AclSubject
from pacewright.model.element import Element, parts_of
from pacewright.model.nodes import Node
from pacewright.model.report import Report

# An XML name without colons. Letters beyond ASCII are allowed by XML and by Pacemaker.
_ID = re.compile(r"[^\W\d][\w.\-]*")


def check_ids(index: Index) -> Iterator[Report]:
    seen: dict[str, str] = {}
    for identity, address, element in _ids(index.configuration, ""):
        if not _ID.fullmatch(identity):
            hint = "letters, digits, '_', '-' and '.', beginning with a letter or '_'"
            yield Report("invalid-id", f"'{identity}' cannot be an id", suggestion=hint, subject=address)
        if identity in seen:
            message = f"<{element.tag}> has the id '{identity}', which {seen[identity]} has already"
            yield Report("duplicate-id", message, subject=address)
        seen.setdefault(identity, address or f"<{element.tag}>")


def _ids(element: Element, address: str) -> Iterator[tuple[str, str, Element]]:
    """Ids that XML wants unique; those of nodes and ACL subjects are names of their own kind."""
    address = address_of(element) or address
    if element.id is not None and not isinstance(element, Node | AclSubject) and not getattr(element, "id_ref", None):
        yield element.id, address, element
    for part in parts_of(element):
        yield from _ids(part, address)
