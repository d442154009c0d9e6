"""How Pacemaker runs services, as their files have it: ways, relations, bundles, groups."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.catalogue.data import load
from pacewright.catalogue.facts.bundles import read_bundle
from pacewright.catalogue.facts.reader import ORIGIN_KEYS, SPAN_KEYS, Reader
from pacewright.catalogue.facts.tree import Items, Keys, Text, Tree, laid_over
from pacewright.catalogue.facts.values import Choice, Evidence, Group, NodeProperty, Operation, Pairs, Relation, Way
from pacewright.model.report import Place

ARCHITECTURES = ("classic", "full", "lightweight", "composable", "containers")
PROPERTY_RULES = ("only-there", "never-elsewhere", "never-there")
_WAY_KEYS = (
    "form", "architectures", "id", "agent", "params", "meta", "operations", "clone", "promotable", "group", "place",
    "per-node", "when", "bundle", "after", "with", "property", "optional", *SPAN_KEYS, *ORIGIN_KEYS,
)  # fmt: skip
_SETS = ("params", "meta", "clone", "promotable")
_AFTER_KEYS = ("service", "group", "action", "kind", "require-all", "when", "if", *SPAN_KEYS, *ORIGIN_KEYS)
_WITH_KEYS = ("service", "group", "score", "role", "when", "if", *SPAN_KEYS, *ORIGIN_KEYS)
_GROUP_KEYS = ("architectures", "after", "with", *SPAN_KEYS, *ORIGIN_KEYS)
ROLES = ("Promoted", "Unpromoted", "Started")


def read_ways(reader: Reader, tree: Tree | None, outer: Evidence, *, optional: bool) -> tuple[Way, ...]:
    """``optional``: what ways are that do not say so themselves."""
    return reader.each(tree, lambda each: _way(reader, each, outer, optional=optional))


def _way(reader: Reader, tree: Tree, outer: Evidence, *, optional: bool) -> Way | None:
    keys = reader.keys(tree, _WAY_KEYS)
    if keys is None:
        return None
    keys = _with_form(reader, keys)
    since, until = reader.span(keys)
    origin = reader.origin(keys, outer)
    if "agent" not in keys.pairs and "bundle" not in keys.pairs:
        reader.error("missing-key", "'agent' is missing", keys.place, "systemd, upstart, or class:provider:type")
    return Way(
        architectures=_architectures(reader, keys), origin=origin, since=since, until=until,
        when=reader.condition(keys), id=reader.text(keys.get("id")), agent=reader.text(keys.get("agent")),
        params=_plain(reader, keys, "params") or {}, meta=_plain(reader, keys, "meta") or {},
        choices=tuple(choice for name in _SETS for choice in _choices(reader, keys.get(name), name, origin)),
        operations=_operations(reader, keys.get("operations"), origin),
        clone=_plain(reader, keys, "clone"), promotable=_plain(reader, keys, "promotable"),
        group=reader.name_of("group", keys.get("group")), place=reader.number(keys.get("place")) or 0,
        per_node=reader.text(keys.get("per-node")),
        bundle=read_bundle(reader, keys.get("bundle"), origin),
        after=_relations(reader, keys.get("after"), _AFTER_KEYS, origin),
        beside=_relations(reader, keys.get("with"), _WITH_KEYS, origin),
        property=_property(reader, keys.get("property")),
        optional=optional if "optional" not in keys.pairs else bool(reader.flag(keys.get("optional"))),
    )  # fmt: skip


def _with_form(reader: Reader, keys: Keys) -> Keys:
    """The way's own keys laid over those of its form."""
    name, forms = reader.choice(keys.get("form"), load("forms")), load("forms")
    if name is None:
        return keys
    return laid_over(_as_tree(forms[name], keys.pairs["form"][0]), keys)  # type: ignore[return-value]  # both mappings


def _as_tree(value: object, place: Place) -> Tree:
    """Plain YAML data as a tree, all at the place where it is used."""
    if isinstance(value, dict):
        return Keys({str(key): (place, _as_tree(each, place)) for key, each in value.items()}, place)
    if isinstance(value, list):
        return Items(tuple(_as_tree(each, place) for each in value), place)
    return Text(str(value).lower() if isinstance(value, bool) else str(value), place)


def _architectures(reader: Reader, keys: Keys) -> tuple[str, ...]:
    if "architectures" not in keys.pairs:
        reader.error("missing-key", "'architectures' is missing", keys.place, f"of {', '.join(ARCHITECTURES)}")
    return reader.each(keys.get("architectures"), lambda each: reader.choice(each, ARCHITECTURES))


def _plain(reader: Reader, keys: Keys, key: str) -> Pairs | None:
    """The values that are no list of choices; None: the key is not there."""
    tree = keys.get(key)
    if isinstance(tree, Keys):
        tree = Keys({k: pair for k, pair in tree.pairs.items() if not isinstance(pair[1], Items)}, tree.place)
    return reader.pairs(tree) if tree is not None else None


def _choices(reader: Reader, tree: Tree | None, name: str, outer: Evidence) -> Iterator[Choice]:
    """``NAME: [{value: ..., since: ..., when: ...}, ...]``."""
    for key, (_, value) in tree.pairs.items() if isinstance(tree, Keys) else ():
        for item in value.items if isinstance(value, Items) else ():
            keys = reader.keys(item, ("value", "when", *SPAN_KEYS, *ORIGIN_KEYS))
            text = reader.needed(keys, "value") if keys is not None else None
            if keys is not None and text is not None:
                since, until = reader.span(keys)
                origin, when = reader.origin(keys, outer), reader.condition(keys)
                yield Choice(set=name, name=key, value=text, origin=origin, when=when, since=since, until=until)


def _operations(reader: Reader, tree: Tree | None, outer: Evidence) -> tuple[Operation, ...]:
    """By name; a list where it changed with the releases, or where one name is used twice (``monitor``)."""
    if tree is None:
        return ()
    if not isinstance(tree, Keys):
        reader.error("wrong-type", "a mapping of operations is expected", tree.place)
        return ()
    named = [(name, item) for name, (_, value) in tree.pairs.items() for item in reader.items(value)]
    return tuple(o for name, item in named if (o := _operation(reader, name, item, outer)) is not None)


def _operation(reader: Reader, name: str, tree: Tree, outer: Evidence) -> Operation | None:
    if not isinstance(tree, Keys):
        reader.error("wrong-type", "a mapping is expected", tree.place, "{interval: 60s}")
        return None
    since, until = reader.span(tree)
    values = {key: pair for key, pair in tree.pairs.items() if key not in (*SPAN_KEYS, *ORIGIN_KEYS)}
    origin = reader.origin(tree, outer)
    return Operation(name=name, values=reader.pairs(Keys(values, tree.place)), origin=origin, since=since, until=until)


def _property(reader: Reader, tree: Tree | None) -> NodeProperty | None:
    if not isinstance(tree, Keys):
        name = reader.text(tree)
        return NodeProperty(name) if name is not None else None
    keys = reader.keys(tree, ("name", "rule"))
    name = reader.needed(tree, "name")
    if keys is None or name is None:
        return None
    return NodeProperty(name, reader.choice(keys.get("rule"), PROPERTY_RULES) or PROPERTY_RULES[0])


def _relations(reader: Reader, tree: Tree | None, known: tuple[str, ...], outer: Evidence) -> tuple[Relation, ...]:
    return reader.each(tree, lambda each: _relation(reader, each, known, outer))


def _relation(reader: Reader, tree: Tree, known: tuple[str, ...], outer: Evidence) -> Relation | None:
    """``haproxy`` alone stands for ``{service: haproxy}``."""
    if isinstance(tree, Text):
        name = reader.name_of("service", tree)
        return Relation(service=name, origin=outer, when={}) if name else None
    keys = reader.keys(tree, known)
    if keys is None:
        return None
    service = reader.name_of("service", keys.get("service"))
    group = reader.name_of("group", keys.get("group"))
    if (service is None) == (group is None):
        reader.error("missing-key", "a relation has one other end: 'service' or 'group'", keys.place)
        return None
    since, until = reader.span(keys)
    return Relation(
        service=service, group=group, origin=reader.origin(keys, outer), since=since, until=until,
        action=reader.choice(keys.get("action"), ("start", "promote")) or "start",
        kind=reader.choice(keys.get("kind"), ("Optional", "Mandatory", "Serialize")),
        require_all=reader.flag(keys.get("require-all")), score=reader.text(keys.get("score")) or "INFINITY",
        role=reader.choice(keys.get("role"), ROLES), when=reader.condition(keys),
        services=reader.names_of("service", keys.get("if")),
    )  # fmt: skip


def read_group(reader: Reader, outer: Evidence, name: str, tree: Tree) -> Group | None:
    keys = reader.keys(tree, _GROUP_KEYS)
    if keys is None:
        return None
    since, until = reader.span(keys)
    origin = reader.origin(keys, outer)
    return Group(
        id=name, architectures=_architectures(reader, keys), origin=origin, since=since, until=until,
        after=_relations(reader, keys.get("after"), _AFTER_KEYS, origin),
        beside=_relations(reader, keys.get("with"), _WITH_KEYS, origin),
    )  # fmt: skip
