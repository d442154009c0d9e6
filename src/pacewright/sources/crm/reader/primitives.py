"""``primitive``, ``rsc_template`` and their operations; the ``monitor`` statement."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pacewright.model.attributes import META, PARAMS, UTILIZATION, AttributeSet, NvPair
from pacewright.model.element import Attribute, attributes_of
from pacewright.model.resources import CLASSES, Operation, Operations, Primitive, Template
from pacewright.model.values import milliseconds
from pacewright.sources.crm.reader.choices import read_role
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft, Entry
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.sets import ID_OR_REFERENCE, SetWords, opens, read_pairs, read_sets, required
from pacewright.sources.crm.words import OPERATION_SETS, PACEMAKER_AGENTS, PRIMITIVE_SETS

_DESCRIPTION = re.compile(r"description=(.+)", re.IGNORECASE | re.DOTALL)
_AGENT = re.compile(r"[^\s=]+")
_FIELDS: dict[str, tuple[str, Attribute]] = {d.name: (f, d) for f, d in attributes_of(Operation) if f != "name"}
_FOLLOWING = (*PRIMITIVE_SETS, "op", "operations")
_PLAIN = SetWords({}, {})


def read_primitive(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    address = f"resource {identity}"
    is_template = cursor.keyword == "rsc_template"
    primitive = Template(id=identity) if is_template else Primitive(id=identity)
    if not is_template and (found := cursor.match(r"@(.+)")):
        primitive = replace(primitive, template=found[1])
    else:
        primitive = _with_agent(cursor, primitive)
    primitive = replace(primitive, description=read_description(cursor))
    primitive = _with_parts(cursor, draft, primitive, address)
    cursor.finish(_FOLLOWING)
    if draft.claim(identity, place, address):
        draft.resources[identity] = Entry(primitive, place)


def read_description(cursor: Cursor) -> str | None:
    found = cursor.match(_DESCRIPTION)
    return found[1] if found else None


def _with_agent(cursor: Cursor, primitive: Primitive) -> Primitive:
    text = cursor.take("an agent (class:provider:type)")
    parts = text.split(":")
    if len(parts) > 3 or not all(parts) or not _AGENT.fullmatch(text):
        cursor.fail("crm-bad-agent", f"'{text}' is no agent; class:provider:type expected", back=1)
    agent_class = parts[0] if len(parts) > 1 else "ocf"
    if agent_class not in CLASSES:
        suggestion = hint(agent_class, CLASSES) or f"one of {', '.join(CLASSES)}"
        cursor.error("crm-unknown-class", f"unknown class of agents '{agent_class}'", suggestion=suggestion, back=1)
    provider = parts[1] if len(parts) == 3 else _provider(cursor, parts[-1]) if agent_class == "ocf" else None
    return replace(primitive, agent_class=agent_class, provider=provider, type=parts[-1])


def _provider(cursor: Cursor, agent_type: str) -> str:
    if agent_type in PACEMAKER_AGENTS:
        message = f"'{agent_type}' without a provider is taken for ocf:heartbeat:{agent_type}"
        suggestion = f"write ocf:pacemaker:{agent_type}, if that is meant"
        cursor.reports.warn("crm-provider-assumed", message, cursor.place(1), suggestion=suggestion)
    return "heartbeat"


def _with_parts(cursor: Cursor, draft: Draft, primitive: Primitive, address: str) -> Primitive:
    addresses = {PARAMS: f"{address}/params/", META: f"{address}/meta/", UTILIZATION: f"{address}/utilization/"}
    words = SetWords(PRIMITIVE_SETS, addresses, implicit="params")
    sets: dict[str, list[AttributeSet]] = {tag: [] for tag in addresses}
    operations: Operations | None = None
    while cursor.peek() is not None:
        before = cursor.at
        if cursor.word() in ("op", "operations"):
            operations = _read_operations(cursor, draft, operations or Operations(tag="operations"), address)
        else:
            for tag, found in read_sets(cursor, draft, words).items():
                sets[tag].extend(found)
        words = SetWords(PRIMITIVE_SETS, addresses)
        if cursor.at == before:
            break
    return replace(
        primitive, params=tuple(sets[PARAMS]), meta=tuple(sets[META]), utilization=tuple(sets[UTILIZATION]),
        operations=operations,
    )  # fmt: skip


def _read_operations(cursor: Cursor, draft: Draft, operations: Operations, address: str) -> Operations:
    """``operations $id=x`` and the ``op`` that follow, added to those known."""
    if cursor.accept("operations"):
        found = cursor.match(ID_OR_REFERENCE)
        if found is None:
            cursor.fail("crm-missing-value", "'operations' needs $id= or $id-ref=")
        value = required(cursor, found[2], f"${found[1]}")
        if found[1].lower() == "id-ref":
            operations = replace(operations, id_ref=value)
        else:
            operations = replace(operations, id=value)
    items = list(operations.items)
    while cursor.accept("op"):
        place = cursor.place(1)
        items.append(_read_operation(cursor, draft))
        draft.note(f"{address}/operations/{items[-1].name}", place)
    return replace(operations, items=tuple(items))


def _read_operation(cursor: Cursor, draft: Draft) -> Operation:
    """Names that are no attribute of an operation are parameters of its own."""
    name = cursor.take("an operation's name")
    if "=" in name:
        cursor.error("crm-missing-value", f"an operation's name expected before '{name}'", back=1)
    values: dict[str, Any] = {"interval": "0"}
    own: list[NvPair] = []
    words = SetWords(OPERATION_SETS, {}, implicit="op_params")
    for pair in _operation_pairs(cursor, draft, words):
        if pair.name in _FIELDS and pair.value is not None and pair.id is None:
            values[_FIELDS[pair.name][0]] = _checked(cursor, pair.name, pair.value)
        else:
            own.append(pair)
    sets = read_sets(cursor, draft, words)
    params = (AttributeSet(tag=PARAMS, pairs=tuple(own)),) if own else ()
    return Operation(name=name, params=params + sets[PARAMS], meta=sets[META], **values)


def _operation_pairs(cursor: Cursor, draft: Draft, words: SetWords) -> tuple[NvPair, ...]:
    pairs = read_pairs(cursor, draft, words, "") if not opens(cursor, words) else ()
    for pair in pairs:
        if pair.name in _FIELDS and pair.value is None:
            cursor.error("crm-missing-value", f"'{pair.name}' needs a value", back=1)
        elif pair.name is not None and pair.name not in _FIELDS and (suggestion := hint(pair.name, _FIELDS)):
            message = f"'{pair.name}' is no attribute of an operation and becomes a parameter of it"
            cursor.reports.warn("crm-unknown-op-attribute", message, cursor.place(1), suggestion=suggestion)
    return pairs


def _checked(cursor: Cursor, name: str, value: str) -> str:
    declared = _FIELDS[name][1]
    if name == "role":
        return read_role(cursor, value)
    if name in ("interval", "timeout") and milliseconds(value) is None and not value.startswith("P"):
        cursor.error("crm-bad-time", f"'{value}' is no time", suggestion="such as 30s or 2min", back=1)
    elif declared.choices and value.lower() not in declared.choices:
        suggestion = hint(value.lower(), declared.choices) or f"one of {', '.join(declared.choices)}"
        cursor.error("crm-bad-value", f"'{value}' is no value of '{name}'", suggestion=suggestion, back=1)
    return value


def read_monitor(cursor: Cursor, draft: Draft) -> None:
    """``monitor RESOURCE[:ROLE] INTERVAL[:TIMEOUT]``: adds an operation to a primitive."""
    resource, _, role = cursor.take("a resource").partition(":")
    place = cursor.place(1)
    role = read_role(cursor, role) if role else ""
    interval, _, timeout = cursor.take("an interval").partition(":")
    for value in filter(None, (interval, timeout)):
        _checked(cursor, "interval", value)
    cursor.finish()
    operation = Operation(name="monitor", interval=interval, timeout=timeout or None, role=role or None)
    draft.monitors.append((resource, operation, place))
