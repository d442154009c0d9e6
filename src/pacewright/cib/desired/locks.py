"""Named locks in the CIB: one ``cluster_property_set`` each, so that taking one is a compare-and-swap like any write.

A lock may hold cluster properties for as long as it is there (``properties``): they go with it, in the same write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from pacewright.cib.desired.ownership import PREFIX
from pacewright.model.attributes import PROPERTIES, AttributeSet, NvPair
from pacewright.model.configuration import Configuration, PropertySection
from pacewright.model.immutable import immutable

LOCK, NOTE = f"{PREFIX}lock", f"{PREFIX}note-"
_FIELDS = ("token", "holder", "why", "since", "counter", "lease")


@immutable(frozen=True, slots=True)
class Lock:
    """``token``: what one holding of it is told by. ``holder``: who and where, for people. ``since``: by the holder's
    clock, for people. ``counter`` is raised while the holder lives. ``lease``: seconds after which a counter that does
    not move means a dead holder. ``notes``: what whoever takes it over must know."""

    name: str
    token: str
    holder: str
    why: str
    since: str
    counter: int = 0
    lease: int = 60
    notes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def lock_in(configuration: Configuration, name: str) -> Lock | None:
    return next((lock for lock in locks(configuration) if lock.name == name), None)


def locks(configuration: Configuration) -> list[Lock]:
    """All that are held, in the order of the CIB."""
    return [lock for each in configuration.properties if (lock := _lock(each)) is not None]


def with_lock(configuration: Configuration, lock: Lock) -> Configuration:
    """The configuration with this lock in place of the one of its name."""
    section = configuration.crm_config or PropertySection()
    new = _as_set(lock)
    old = next((s for s in section.items if s.id == new.id), None)
    items = (*section.items, new) if old is None else tuple(new if s is old else s for s in section.items)
    return replace(configuration, crm_config=replace(section, items=items))


def without_lock(configuration: Configuration, name: str) -> Configuration:
    section = configuration.crm_config
    if section is None:
        return configuration
    kept = tuple(s for s in section.items if s.id != f"{LOCK}-{name}")
    return replace(configuration, crm_config=replace(section, items=kept))


def _lock(each: AttributeSet) -> Lock | None:
    values = {pair.name: pair.value or "" for pair in each.pairs if pair.name}
    if LOCK not in values:
        return None
    token, holder, why, since, counter, lease = (values.get(f"{LOCK}-{name}", "") for name in _FIELDS)
    return Lock(
        values[LOCK], token, holder, why, since, _number(counter, 0), _number(lease, 60),
        {name.removeprefix(NOTE): value for name, value in values.items() if name.startswith(NOTE)},
        {name: value for name, value in values.items() if not name.startswith(PREFIX)},
    )  # fmt: skip


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise


def _as_set(lock: Lock) -> AttributeSet:
    identity = f"{LOCK}-{lock.name}"
    values = {
        LOCK: lock.name,
        **{f"{LOCK}-{name}": str(getattr(lock, name)) for name in _FIELDS},
        **{f"{NOTE}{name}": value for name, value in lock.notes.items()},
        **lock.properties,
    }
    pairs = tuple(
        NvPair(id=f"{identity}-{name.removeprefix(PREFIX)}", name=name, value=value) for name, value in values.items()
    )
    return AttributeSet(tag=PROPERTIES, id=identity, pairs=pairs)
