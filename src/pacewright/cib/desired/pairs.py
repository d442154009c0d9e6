"""Name-value sections: properties, defaults, node attributes and utilization.

Agents, operators and Pacemaker write there too, so a deployment owns single pairs, not sections. Sets under a rule or
with a score are owned whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pacewright.catalogue.options import kind_of
from pacewright.cib.desired.ownership import is_record
from pacewright.cib.meaning import meaning, sets_meaning
from pacewright.cib.normal import Plain, normal
from pacewright.model.attributes import META, PARAMS, PROPERTIES, UTILIZATION, AttributeSet, NvPair
from pacewright.model.configuration import Configuration
from pacewright.model.immutable import immutable

Sets = tuple[AttributeSet, ...]


@immutable(frozen=True, slots=True)
class Section:
    """Where pairs live. ``prefix`` begins addresses (``property``, ``node alice attribute``), ``word`` is shown."""

    prefix: str
    word: str
    tag: str
    default_id: str
    sets: Callable[[Configuration], Sets]

    def value_of(self, pair: NvPair) -> Plain:
        """A pair's comparable value."""
        if pair.id_ref is not None:
            return {"ref": pair.id_ref}
        if pair.value is None:
            return {"secret": str(pair.secret)} if pair.secret else None
        return normal(kind_of(self.tag, pair.name or ""), pair.value)

    def set_meaning(self, each: AttributeSet) -> dict[str, Plain]:
        """A comparable set with its rule."""
        found = sets_meaning([each])
        return {"attributes": found} if isinstance(found, dict) else found[0] if found else {}


SECTIONS = (
    Section("property", "property", PROPERTIES, "cib-bootstrap-options", lambda c: c.properties),
    Section("resource-default", "resource default", META, "rsc-options", lambda c: c.resource_defaults),
    Section("operation-default", "operation default", META, "op-options", lambda c: c.operation_defaults),
)


def node_sections(configuration: Configuration) -> list[tuple[Section, Sets]]:
    """The attribute and utilization sections of every node with their sets."""
    found: list[tuple[Section, Sets]] = []
    for node in configuration.nodes:
        name = node.name or node.id or ""
        found.append((attribute_section(name, node.id or name), node.attributes))
        found.append((utilization_section(name, node.id or name), node.utilization))
    return found


def attribute_section(name: str, identity: str) -> Section:
    """``nodes-ID`` is the set that crm_attribute writes."""
    return Section(f"node {name} attribute", "node attribute", PARAMS, f"nodes-{identity}", lambda _: ())


def utilization_section(name: str, identity: str) -> Section:
    return Section(
        f"node {name} utilization", "node utilization", UTILIZATION, f"nodes-{identity}-utilization", lambda _: ()
    )


def plain_pairs(sets: Iterable[AttributeSet]) -> dict[str, NvPair]:
    """Pairs of the unconditional sets by name; the first of a name wins, as in Pacemaker."""
    found: dict[str, NvPair] = {}
    for each in sets:
        if each.is_plain:
            for pair in each.pairs:
                found.setdefault(pair.name or f"ref {pair.id_ref}", pair)
    return found


def sets_under_rules(sets: Iterable[AttributeSet]) -> list[AttributeSet]:
    return [s for s in sets if not s.is_plain]


def set_address(section: Section, each: AttributeSet) -> str:
    return f"{section.prefix}-set {each.id or each.id_ref}"


@immutable(frozen=True, slots=True)
class Composed:
    """``sets``: what the section shall hold. ``addresses``: what the spec states of it. ``existing``: which of those
    were there, with a value other than the spec's where ``differing``."""

    sets: Sets
    addresses: frozenset[str]
    existing: frozenset[str]
    differing: frozenset[str]


def compose(
    section: Section, live: Sets, spec: Sets, *, ignored: Iterable[str] = (), removed: Iterable[str] = ()
) -> Composed:
    """The live sets with the spec's pairs and conditional sets put in and ``removed`` addresses taken out."""
    gone = set(removed)
    wanted = {n: p for n, p in plain_pairs(spec).items() if n not in set(ignored)}
    result = _without(section, live, gone - {f"{section.prefix} {n}" for n in wanted})
    addresses, existing, differing = set(), set(), set()
    present = plain_pairs(s for s in result if not is_record(s))
    for name, pair in wanted.items():
        address = f"{section.prefix} {name}"
        addresses.add(address)
        if name in present:
            existing.add(address)
            if section.value_of(present[name]) != section.value_of(pair):
                differing.add(address)
                result = [_with_value(s, present[name], pair) for s in result]
        else:
            result = _added(section, result, pair)
    for index, each in enumerate(sets_under_rules(spec)):
        old = _counterpart(each, result)
        before_plain = all(not s.is_plain for s in spec[: spec.index(each)])
        new, result = _place_set(section, each, old, result, first=before_plain, number=index)
        address = set_address(section, new)
        addresses.add(address)
        if old is not None:
            existing.add(address)
            if section.set_meaning(old) != section.set_meaning(each):
                differing.add(address)
    return Composed(tuple(result), frozenset(addresses), frozenset(existing), frozenset(differing))


def _without(section: Section, sets: Sequence[AttributeSet], gone: set[str]) -> list[AttributeSet]:
    kept = []
    for each in sets:
        if set_address(section, each) in gone and not each.is_plain:
            continue
        if each.is_plain and not is_record(each):
            pairs = tuple(p for p in each.pairs if f"{section.prefix} {p.name}" not in gone)
            each = replace(each, pairs=pairs) if len(pairs) != len(each.pairs) else each
        kept.append(each)
    return kept


def _with_value(each: AttributeSet, old: NvPair, new: NvPair) -> AttributeSet:
    if not any(p is old for p in each.pairs):
        return each
    changed = replace(new, id=old.id)
    return replace(each, pairs=tuple(changed if p is old else p for p in each.pairs))


def _added(section: Section, sets: list[AttributeSet], pair: NvPair) -> list[AttributeSet]:
    """In the section's usual set, else its first plain one, else in a new set before all others (records included)."""
    plain = [s for s in sets if s.is_plain and not is_record(s)]
    target = next((s for s in plain if s.id == section.default_id), plain[0] if plain else None)
    new = replace(pair, id=None)
    if target is None:
        return [AttributeSet(tag=section.tag, id=section.default_id, pairs=(new,)), *sets]
    return [replace(s, pairs=(*s.pairs, new)) if s is target else s for s in sets]


def _counterpart(each: AttributeSet, live: Sequence[AttributeSet]) -> AttributeSet | None:
    """The live set that a conditional set of the spec stands for: same id, else same content, else same rule."""
    others = sets_under_rules(live)
    for same in (
        lambda s: each.id is not None and s.id == each.id,
        lambda s: each.id is None and meaning(s) == meaning(each),
        lambda s: (
            each.id is None and each.rule is not None and s.rule is not None and meaning(s.rule) == meaning(each.rule)
        ),
    ):
        if (found := next((s for s in others if same(s)), None)) is not None:
            return found
    return None


def _place_set(
    section: Section,
    each: AttributeSet,
    old: AttributeSet | None,
    sets: list[AttributeSet],
    *,
    first: bool,
    number: int,
) -> tuple[AttributeSet, list[AttributeSet]]:
    """The set to be, and the sets with it in: in the old one's place, else before or after the plain ones."""
    if old is not None:
        new = old if section.set_meaning(old) == section.set_meaning(each) else replace(each, id=old.id)
        return new, [new if s is old else s for s in sets]
    taken = {s.id for s in sets}
    identity = each.id or next(
        n for i in range(10_000) if (n := f"{section.default_id}-rule-{number + i}") not in taken
    )
    new = replace(each, id=identity) if each.id_ref is None else each
    if not first:
        return new, [*sets, new]
    at = next((i for i, s in enumerate(sets) if s.is_plain), len(sets))
    return new, [*sets[:at], new, *sets[at:]]
