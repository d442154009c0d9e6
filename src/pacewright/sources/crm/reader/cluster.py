"""``node``, ``property``, ``rsc_defaults``, ``op_defaults`` and ``fencing_topology``."""

from __future__ import annotations

import re
from dataclasses import replace

from pacewright.cib.address import level_address
from pacewright.model.attributes import META, PARAMS, PROPERTIES, UTILIZATION, AttributeSet
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import NODE_TYPES, Node
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.primitives import read_description
from pacewright.sources.crm.reader.sets import ID_OR_REFERENCE, SetWords, read_pairs, read_set_rule, read_sets, required
from pacewright.sources.crm.words import (
    HEAD_ID,
    NODE_SETS,
    OPERATION_DEFAULTS_ID,
    PROPERTY_ID,
    RESOURCE_DEFAULTS_ID,
)

_ID = re.compile(r"\$id=(.*)", re.IGNORECASE)
_ATTRIBUTE_TARGET = re.compile(r"attr:([\w-]+)=([\w-]+)", re.IGNORECASE)
_PATTERN_TARGET = re.compile(r"pattern:(.+)", re.IGNORECASE)
_TARGET = re.compile(r"([^:]+):")


def read_node(cursor: Cursor, draft: Draft) -> None:
    identity = found[1] if (found := cursor.match(_ID) or cursor.match(HEAD_ID)) else None
    place = cursor.place()
    name, _, kind = cursor.take("a node's name").partition(":")
    if not name or ":" in kind:
        cursor.error("crm-bad-node", "a node is NAME or NAME:TYPE", back=1)
    elif kind and kind.lower() not in NODE_TYPES:
        suggestion = hint(kind.lower(), NODE_TYPES) or f"one of {', '.join(NODE_TYPES)}"
        cursor.error("crm-bad-node", f"'{kind}' is no type of node", suggestion=suggestion, back=1)
    node = Node(id=identity or name, name=name, type=kind or None, description=read_description(cursor))
    addresses = {PARAMS: f"node {name} attribute ", UTILIZATION: f"node {name} utilization "}
    sets = read_sets(cursor, draft, SetWords(NODE_SETS, addresses, implicit="attributes"))
    cursor.finish(NODE_SETS)
    if draft.claim(name, place, f"node {name}", "nodes"):
        draft.nodes.append(replace(node, attributes=sets[PARAMS], utilization=sets[UTILIZATION]))


def read_options(cursor: Cursor, draft: Draft) -> None:
    """A set of properties or defaults. Statements of one id add up; the last one to name an option decides."""
    default, tag, into, address = {
        "property": (PROPERTY_ID, PROPERTIES, draft.properties, "property "),
        "rsc_defaults": (RESOURCE_DEFAULTS_ID, META, draft.resource_defaults, "resource-default "),
        "op_defaults": (OPERATION_DEFAULTS_ID, META, draft.operation_defaults, "operation-default "),
    }[cursor.keyword]
    identity = default
    if found := cursor.match(HEAD_ID):
        identity = found[1]
    elif found := cursor.match(ID_OR_REFERENCE):
        identity = required(cursor, found[2], f"${found[1]}")
        if found[1].lower() == "id-ref":
            into.append(AttributeSet(tag=tag, id_ref=identity))
            return cursor.finish()
    place = cursor.place(1)
    rule = read_set_rule(cursor)
    pairs = read_pairs(cursor, draft, SetWords({}, {}, terminators=frozenset(("rule",))), address)
    cursor.finish()
    new = AttributeSet(tag=tag, id=identity, rule=rule, pairs=pairs)
    known = next((n for n, each in enumerate(into) if each.id == identity), None)
    if known is not None:
        into[known] = _added(cursor, into[known], new)
    elif draft.claim(identity, place, f"set {identity}"):
        into.append(new)
    return None


def _added(cursor: Cursor, old: AttributeSet, new: AttributeSet) -> AttributeSet:
    if old.rule is not None and new.rule is not None:
        cursor.error("crm-several-rules", "a set can have only one rule", back=1)
    named = {pair.name for pair in new.pairs}
    kept = tuple(pair for pair in old.pairs if pair.name not in named)
    return replace(old, rule=old.rule or new.rule, pairs=kept + new.pairs)


def read_fencing(cursor: Cursor, draft: Draft) -> None:
    """Levels are numbered in the order in which a target's device lists stand."""
    target: FencingLevel | None = None
    counts: dict[str, int] = {}
    while cursor.peek() is not None:
        if (found := _read_target(cursor)) is not None:
            target = found
            if cursor.peek() is None:
                cursor.error("crm-missing-value", "devices expected after a target", back=1)
            continue
        devices, place = cursor.take("devices"), cursor.place(1)
        if target is None:
            draft.device_lists.append((devices, place))
            continue
        # crmsh counts by the attribute's name alone, whatever its value.
        key = target.target or target.target_pattern or target.target_attribute or ""
        counts[key] = counts.get(key, 0) + 1
        level = replace(target, index=str(counts[key]), devices=devices)
        draft.levels.append(level)
        draft.note(level_address(level), place)


def _read_target(cursor: Cursor) -> FencingLevel | None:
    if found := cursor.match(_ATTRIBUTE_TARGET):
        return FencingLevel(target_attribute=found[1], target_value=found[2])
    if found := cursor.match(_PATTERN_TARGET):
        return FencingLevel(target_pattern=found[1])
    if found := cursor.match(_TARGET):
        return FencingLevel(target=found[1])
    return None
