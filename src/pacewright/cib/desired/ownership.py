"""The record of what a deployment owns: one ``cluster_property_set`` in ``crm_config``.

A tag would make pcs refuse to delete what it names; a property set survives pcs and crmsh untouched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from pacewright.cib.defaults import STAND_IN
from pacewright.model.attributes import PROPERTIES, AttributeSet, NvPair
from pacewright.model.configuration import Configuration, PropertySection
from pacewright.model.immutable import immutable

PREFIX = "pacewright-"
OWNED, STATED, PLAN, DEPLOYMENT = "pacewright-owned", "pacewright-stated", "pacewright-plan", "pacewright-deployment"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@immutable(frozen=True, slots=True)
class Record:
    """``owned``: addresses. ``stated``: addresses of operator's-hand attributes that the applied spec stated
    (``resource p_IP target-role``). ``plan``: the id of the last plan written."""

    deployment: str
    owned: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    plan: str | None = None

    def owns(self, address: str) -> bool:
        return address in self.owned


def deployment_name(text: str) -> str:
    """A name usable in ids, made from any text (a file's base name)."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:63]
    return name or "deployment"


def is_deployment_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def is_record(each: AttributeSet) -> bool:
    """One of our own sets: what a deployment owns, or a lock. People and other deployments never see them."""
    return any(pair.name and pair.name.startswith(PREFIX) for pair in each.pairs)


def records(configuration: Configuration) -> dict[str, Record]:
    """All deployments' records by name."""
    found = {}
    for each in configuration.properties:
        if (name := _name_in(each)) is not None:
            values = {pair.name: pair.value or "" for pair in each.pairs}
            found[name] = Record(name, _split(values.get(OWNED, "")), _split(values.get(STATED, "")), values.get(PLAN))
    return found


def with_record(configuration: Configuration, record: Record) -> Configuration:
    """The configuration with this deployment's record replaced (or added last, where it shadows no property)."""
    section = configuration.crm_config or PropertySection()
    new = _as_set(record)
    old = next((s for s in section.items if _name_in(s) == record.deployment), None)
    if old is None:
        items = (*section.items, new)
    else:
        items = tuple(new if each is old else each for each in section.items)
    return replace(configuration, crm_config=replace(section, items=items))


def without_records(configuration: Configuration) -> Configuration:
    """The configuration as people see it."""
    section = configuration.crm_config
    if section is None or not any(is_record(s) for s in section.items):
        return configuration
    kept = tuple(s for s in section.items if not is_record(s))
    return replace(configuration, crm_config=replace(section, items=kept))


def portable(configuration: Configuration) -> Configuration:
    """Without what means something in its own cluster only: records, and an embedded cluster's stand-in device."""
    configuration = without_records(configuration)
    section = configuration.resource_section
    if section is None or not any(r.id == STAND_IN for r in section.items):
        return configuration
    kept = tuple(r for r in section.items if r.id != STAND_IN)
    return replace(configuration, resource_section=replace(section, items=kept))


def _as_set(record: Record) -> AttributeSet:
    identity = f"{PREFIX}{record.deployment}"
    values = {
        DEPLOYMENT: record.deployment,
        OWNED: _join(record.owned),
        STATED: _join(record.stated),
        PLAN: record.plan or "",
    }
    pairs = tuple(
        NvPair(id=f"{identity}-{name.removeprefix(PREFIX)}", name=name, value=value) for name, value in values.items()
    )
    return AttributeSet(tag=PROPERTIES, id=identity, pairs=pairs)


def _name_in(each: AttributeSet) -> str | None:
    return next((pair.value for pair in each.pairs if pair.name == DEPLOYMENT), None)


def _join(addresses: Iterable[str]) -> str:
    return "; ".join(sorted(a.replace("%", "%25").replace(";", "%3B") for a in addresses))


def _split(text: str) -> frozenset[str]:
    return frozenset(part.strip().replace("%3B", ";").replace("%25", "%") for part in text.split(";") if part.strip())
