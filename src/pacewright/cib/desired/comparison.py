"""Compares two configurations by meaning, address by address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pacewright.catalogue.options import written_by_pacemaker
from pacewright.cib.address import constraint_kind, kind_word, objects_of
from pacewright.cib.desired.ownership import is_record
from pacewright.cib.desired.pairs import SECTIONS, node_sections, plain_pairs, set_address, sets_under_rules
from pacewright.cib.meaning import meaning
from pacewright.cib.normal import Plain
from pacewright.model.attributes import NvPair
from pacewright.model.change import Action, Change, Detail, Reason
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Colocation, Location, Order, Ticket
from pacewright.model.element import Element, parts_of
from pacewright.model.resources import Bundle, Clone, Group, Primitive

IsSecret = Callable[[str | None, str], bool]


def compare(
    before: Configuration,
    after: Configuration,
    *,
    reasons: Mapping[str, Reason] | None = None,
    adopted: Collection[str] = (),
    is_secret: IsSecret | None = None,
) -> tuple[Change, ...]:
    """The changes that lead from one configuration to the other, in the order in which people read a configuration.

    ``reasons``: why an address is deleted. ``adopted``: addresses that get an owner; they are changes even if equal.
    """
    unchanged = _shared(before, after) - set(adopted)
    old, new = comparables(before, without=unchanged), comparables(after, without=unchanged)
    referenced = _secret_references(after)
    changes = []
    for address in [*new, *(a for a in old if a not in new)]:
        hidden = _hiding(is_secret, referenced.get(address, frozenset()))
        details = tuple(_details(address, old.get(address), new.get(address), hidden))
        adopts = address in adopted
        if details or adopts or (address in old) != (address in new):
            action = Action.CREATE if address not in old else Action.DELETE if address not in new else Action.UPDATE
            reason = (reasons or {}).get(address, Reason.STATED)
            kind = str((new.get(address) or old[address])["object"])
            changes.append(Change(address, action, kind, details, reason, adopts))
    return tuple(changes)


def _shared(before: Configuration, after: Configuration) -> set[str]:
    """Addresses whose objects are one and the same value: composing keeps what does not change."""
    old = objects_of(before)
    return {address for address, element in objects_of(after).items() if old.get(address) is element}


def comparables(configuration: Configuration, *, without: Collection[str] = ()) -> dict[str, dict[str, Plain]]:
    """Everything that can be changed on its own, by address. Ownership records and Pacemaker's own properties: not."""
    found: dict[str, dict[str, Plain]] = {}
    for section, sets in [(s, s.sets(configuration)) for s in SECTIONS] + node_sections(configuration):
        shown = [s for s in sets if not is_record(s)]
        for name, pair in plain_pairs(shown).items():
            if section.prefix != "property" or name not in written_by_pacemaker():
                value = section.value_of(pair)
                found[f"{section.prefix} {name}"] = {"object": section.word, "value": value}
        for each in sets_under_rules(shown):
            found[set_address(section, each)] = {"object": f"set of {section.word}s", **section.set_meaning(each)}
    for address, element in objects_of(configuration).items():
        if address not in without:
            found[address] = {"object": kind_of(element), **_with_agent(element)}
    return found


def kind_of(element: Element) -> str:
    """The administrator's word for an object."""
    if isinstance(element, Location | Colocation | Order | Ticket):
        return constraint_kind(element)
    if isinstance(element, Clone | Bundle):
        return kind_word(element)
    return element.tag.replace("_", " ").replace("-", " ")


def _with_agent(element: Element) -> dict[str, Plain]:
    plain = meaning(element)
    if isinstance(element, Primitive) and element.agent:
        for key in ("agent-class", "provider", "type"):
            plain.pop(key, None)
        plain = {"agent": element.agent, **plain}
    return plain


def _secret_references(configuration: Configuration) -> dict[str, frozenset[str]]:
    """Names of the pairs that were given as ``!secret``, by address."""
    found = {address: frozenset(_secret_names(element)) for address, element in objects_of(configuration).items()}
    for section, sets in [(s, s.sets(configuration)) for s in SECTIONS] + node_sections(configuration):
        for each in sets:
            for name in _secret_names(each):
                found[f"{section.prefix} {name}"] = frozenset(("value",))
            found[set_address(section, each)] = frozenset(_secret_names(each))
    return {address: names for address, names in found.items() if names}


def _secret_names(element: Element) -> Iterator[str]:
    for part in parts_of(element):
        if isinstance(part, NvPair):
            if part.secret is not None and part.name:
                yield part.name
        elif not isinstance(part, Primitive | Group):
            yield from _secret_names(part)


def _hiding(is_secret: IsSecret | None, names: frozenset[str]) -> IsSecret:
    return lambda agent, name: name in names or (is_secret is not None and is_secret(agent, name))


def _details(
    address: str, before: dict[str, Plain] | None, after: dict[str, Plain] | None, is_secret: IsSecret
) -> Iterator[Detail]:
    old, new = dict(flat(before or {})), dict(flat(after or {}))
    agent = str(new.get("agent") or old.get("agent") or "") or None
    for path in [*new, *(p for p in old if p not in new)]:
        if path == "object" and (before is None or after is None):
            continue
        if old.get(path) != new.get(path) or (path in old) != (path in new):
            names = {path.rpartition("/")[2]}
            if path == "value":  # of a pair that is owned by itself; its address has the name
                names.add(address.rpartition(" ")[2])
            yield Detail(path, old.get(path), new.get(path), any(is_secret(agent, name) for name in names))


def flat(plain: Plain, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, leaf) of nested plain values. Lists of scalars are leaves."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from flat(value, f"{path}/{key}" if path else str(key))
    elif isinstance(plain, list) and any(isinstance(v, dict) for v in plain):
        for index, value in enumerate(plain):
            yield from flat(value, f"{path}[{index}]")
    else:
        yield path, plain
