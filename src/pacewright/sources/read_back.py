"""A CIB that no schema has judged may repeat ids, or have ids that are none: texts made of it are read back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from pacewright.cib.address import objects_of
from pacewright.cib.ids import ids_in
from pacewright.model.configuration import Configuration
from pacewright.model.errors import ConversionError, SpecError
from pacewright.model.report import Report
from pacewright.sources.loaded import Loaded

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


def readable(
    text: str, configuration: Configuration, read: Callable[[bytes, str], Loaded], *, duplicate: str, bad: str
) -> str:
    """``text``; read back only where ids are doubtful, since that takes as long as writing it.

    Raises ConversionError naming the ids that make it unreadable, by the codes ``duplicate`` and ``bad``.
    """
    counts = Counter(ids_in(replace(configuration, node_section=None, acl_section=None)))
    doubtful = {i: (bad, "is no id") for i in counts if not _ID.fullmatch(i)}
    doubtful |= {i: (duplicate, f"is used {count} times") for i, count in counts.items() if count > 1}
    if not doubtful:
        return text
    try:
        read(text.encode(), "")
    except SpecError as error:
        found = list(_located(configuration, doubtful)) or [replace(r, place=None) for r in error.reports]
        raise ConversionError(found) from None
    return text


def _located(configuration: Configuration, doubtful: dict[str, tuple[str, str]]) -> Iterator[Report]:
    """One report for each id, with an object that it stands in."""
    owners: dict[str, str] = {}
    for address, element in objects_of(configuration).items():
        for identity in ids_in(element):
            owners[identity] = address
    for identity, (code, what) in doubtful.items():
        yield Report(code, f"the id '{identity}' {what}", subject=owners.get(identity))
