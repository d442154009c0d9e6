"""What a configuration object means, as plain values that compare equal when the meaning is equal.

Keys are the spec's keys. Ids of sets, pairs, operations, rules and expressions mean nothing unless something
refers to them; times are spelled in seconds (``30s``, or ``1500ms``), scores are numbers or INFINITY, booleans true or
false, roles today's names; lists whose order has no meaning are sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from pacewright.catalogue.options import kind_of, present_name
from pacewright.cib.address import objects_of
from pacewright.cib.normal import Plain, normal
from pacewright.model.attributes import META, AttributeSet
from pacewright.model.configuration import Configuration, Tag
from pacewright.model.constraints import Location, Order, ResourceSet
from pacewright.model.element import Attribute, Element, Kind, attributes_of, children_of
from pacewright.model.expression import Inexpressible, expression_text
from pacewright.model.fencing import FencingLevel
from pacewright.model.resources import Clone, Container, Group, Operation, Operations, Primitive
from pacewright.model.rules import Rule
from pacewright.model.values import score


@lru_cache(maxsize=16384)
def spec_key(field: str) -> str:
    return field.replace("_", "-")


def meaning(element: Element) -> dict[str, Plain]:
    """The element's meaning, without its own id."""
    plain: dict[str, Plain] = {}
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if field == "id" or value is None:
            continue
        comparable = normal(declared.kind, value)
        if comparable != _default(declared):
            plain[spec_key(field)] = comparable
    for field, slot in children_of(type(element)):
        value = getattr(element, field)
        found = _children(value) if slot.many else _child(value)
        if found not in (None, [], {}):
            plain[spec_key(field)] = found
    if element.carried.attributes:
        plain["carried-attributes"] = dict(sorted(element.carried.attributes))
    if carried := sorted(c for c in element.carried.children if not c.startswith("<!--")):
        plain["carried"] = carried
    return _ADJUST[type(element)](element, plain) if type(element) in _ADJUST else plain


def alike(one: Element, other: Element) -> bool:
    """Equal but for ids: then both mean the same. (The other way round it need not be; this is the quick test.)"""
    if type(one) is not type(other) or one.tag != other.tag or one.carried or other.carried:
        return False
    if any(getattr(one, f) != getattr(other, f) for f, _ in attributes_of(type(one)) if f != "id"):
        return False
    return all(_alike_children(getattr(one, f), getattr(other, f)) for f, _ in children_of(type(one)))


def _alike_children(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return len(ours) == len(theirs) and all(_alike_children(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, Primitive | Group) and isinstance(theirs, Primitive | Group):
        return ours.id == theirs.id
    if isinstance(ours, Element) and isinstance(theirs, Element):
        return alike(ours, theirs)
    return bool(ours == theirs)


def _default(declared: Attribute) -> Plain:
    return None if declared.default is None else normal(declared.kind, declared.default)


def _child(value: Element | None) -> Plain:
    if value is None:
        return None
    if isinstance(value, Primitive | Group):
        return value.id
    return meaning(value) or (True if value.tag.startswith("select") else None)


def _children(values: tuple[Any, ...]) -> Plain:
    if not values:
        return None
    if isinstance(values[0], AttributeSet):
        return sets_meaning(values)
    return [v if isinstance(v, str) else v.id if isinstance(v, Primitive | Group) else meaning(v) for v in values]


# ---- attribute sets


def sets_meaning(sets: Iterable[AttributeSet]) -> Plain:
    """``{name: value}`` for a single unconditional set, otherwise a list of sets in the order Pacemaker tries them."""
    merged: list[dict[str, Plain]] = []
    for each in _as_tried(sets):
        plain = _set_meaning(each)
        if not plain:
            continue
        last = merged[-1] if merged else None
        if last is not None and set(plain) == {"attributes"} and set(last) == {"attributes"}:
            last["attributes"] = {**plain["attributes"], **last["attributes"]}
        else:
            merged.append(plain)
    if len(merged) == 1 and set(merged[0]) == {"attributes"}:
        return merged[0]["attributes"]
    return merged


def _as_tried(sets: Iterable[AttributeSet]) -> list[AttributeSet]:
    """By falling score. Where no two sets share a name their order means nothing, and is made the same for all."""
    tried = sorted(sets, key=_falling)
    names = [name for each in tried for name in {present_name(p.name) if p.name else None for p in each.pairs}]
    if None in names or len(set(names)) < len(names) or any(each.id_ref is not None for each in tried):
        return tried
    return sorted(tried, key=lambda s: (_falling(s), s.rule is not None, sorted({str(pair.name) for pair in s.pairs})))


def _falling(each: AttributeSet) -> int:
    return -(score(each.score or "0") or 0)


def _set_meaning(each: AttributeSet) -> dict[str, Plain]:
    plain: dict[str, Plain] = {}
    if each.id_ref is not None:
        plain["ref"] = each.id_ref
    if each.score is not None and normal(Kind.SCORE, each.score) != 0:
        plain["score"] = normal(Kind.SCORE, each.score)
    if each.rule is not None:
        plain["rule"] = {k: v for k, v in meaning(each.rule).items() if k != "score"}  # it weighs nothing in a set
    attributes: dict[str, Plain] = {}
    for pair in each.pairs:
        name = present_name(pair.name) if each.tag == META and pair.name else pair.name
        attributes.setdefault(
            name or f"ref {pair.id_ref}", _pair_value(each.tag, name, pair.value, pair.id_ref, pair.secret)
        )
    if attributes:
        plain["attributes"] = attributes
    carried = [*each.carried.attributes, *(c for c in each.carried.children if not c.startswith("<!--"))]
    if carried:
        plain["carried"] = carried
    return {} if set(plain) == {"score"} else plain


def _pair_value(tag: str, name: str | None, value: str | None, reference: str | None, secret: object) -> Plain:
    if reference is not None:
        return {"ref": reference}
    if secret is not None and value is None:
        return {"secret": str(secret)}
    return None if value is None else normal(kind_of(tag, name or ""), value)


# ---- what single kinds need beyond the general rule


def _rule(rule: Rule, plain: dict[str, Plain]) -> dict[str, Plain]:
    try:
        text = expression_text(rule)
    except Inexpressible:
        return plain
    plain.pop("conditions", None)
    plain.pop("boolean-op", None)
    return {**plain, "expression": text}


def _operations(operations: Operations, plain: dict[str, Plain]) -> dict[str, Plain]:
    """Operations by name; by name, interval and role where a name repeats."""
    named: dict[str, list[Operation]] = {}
    for each in operations.items:
        named.setdefault(each.name or "", []).append(each)
    found: dict[str, Plain] = {"ref": operations.id_ref} if operations.id_ref else {}
    for name, group in sorted(named.items()):
        for each in group:
            value = meaning(each)
            value.pop("name", None)
            key = name if len(group) == 1 else f"{name} {value.get('interval', 0)} {value.get('role', '')}".strip()
            while key in found:
                key += "+"
            found[key] = value
    if "carried" in plain:
        found["carried"] = plain["carried"]
    return found


def _clone(clone: Clone, plain: dict[str, Plain]) -> dict[str, Plain]:
    """An old ``master`` is a clone whose meta attributes say promotable."""
    if clone.tag == "master":
        meta = plain.get("meta", {})
        if isinstance(meta, dict):
            plain["meta"] = {**meta, "promotable": True}
        else:
            plain["meta"] = [*meta, {"attributes": {"promotable": True}}]
    return plain


def _container(container: Container, plain: dict[str, Plain]) -> dict[str, Plain]:
    if "masters" in plain:
        plain.setdefault("promoted-max", plain.pop("masters"))
    return {"runtime": container.tag, **plain}


def _order(order: Order, plain: dict[str, Plain]) -> dict[str, Plain]:
    """A score is the old way to say kind; Mandatory, symmetrical and start are what absence means."""
    if "score" in plain and "kind" not in plain:
        value = plain.pop("score")
        plain["kind"] = "optional" if value == 0 else "mandatory"
    if plain.get("kind") == "mandatory" and not order.sets:
        del plain["kind"]
    if plain.get("symmetrical") is (plain.get("kind") != "serialize"):
        del plain["symmetrical"]
    first = plain.get("first-action", "start")
    if plain.get("then-action", first) == first:
        plain.pop("then-action", None)
    if first == "start":
        plain.pop("first-action", None)
    return plain


def _location(location: Location, plain: dict[str, Plain]) -> dict[str, Plain]:
    for rule in plain.get("rules", ()):
        if rule.get("score") == 0 and "score-attribute" in rule:
            del rule["score"]
    return plain


def _level(level: FencingLevel, plain: dict[str, Plain]) -> dict[str, Plain]:
    plain["devices"] = list(level.device_ids)
    return plain


def _tag(tag: Tag, plain: dict[str, Plain]) -> dict[str, Plain]:
    plain["objects"] = sorted(plain.get("objects", ()))
    return plain


def _resource_set(each: ResourceSet, plain: dict[str, Plain]) -> dict[str, Plain]:
    """Members that act side by side have no order."""
    if plain.get("sequential") is False and "resources" in plain:
        plain["resources"] = sorted(plain["resources"])
    return plain


_ADJUST: Mapping[type, Callable[[Any, dict[str, Plain]], dict[str, Plain]]] = {
    Rule: _rule, Operations: _operations, Clone: _clone, Container: _container, Order: _order, Location: _location,
    FencingLevel: _level, Tag: _tag, ResourceSet: _resource_set,
}  # fmt: skip


# ---- a whole configuration


def configuration_meaning(configuration: Configuration) -> dict[str, Plain]:
    """Everything that the configuration means: owned objects by address, name-value sections, nodes, leftovers."""
    plain: dict[str, Plain] = {
        address: {"object": _kind(element), **meaning(element)}
        for address, element in objects_of(configuration).items()
    }
    for name, sets in (
        ("properties", configuration.properties),
        ("resource-defaults", configuration.resource_defaults),
        ("operation-defaults", configuration.operation_defaults),
    ):
        if found := sets_meaning(sets):
            plain[name] = found
    for node in configuration.nodes:
        value = meaning(node)
        value.pop("name", None)
        plain[f"node {node.name or node.id}"] = value
    sections: tuple[Element | None, ...] = (
        configuration,
        *(getattr(configuration, f) for f, _ in children_of(Configuration)),
    )
    for section in sections:
        if section is not None and (carried := [c for c in section.carried.children if not c.startswith("<!--")]):
            plain[f"carried in {section.tag}"] = sorted(carried)
    return plain


def _kind(element: Element) -> str:
    return "clone" if element.tag == "master" else element.tag
