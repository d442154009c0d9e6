"""Operations: ``op monitor interval=10s``, ``pcs resource op add``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from pacewright.cib.normal import normal
from pacewright.model.attributes import PARAMS
from pacewright.model.element import Kind
from pacewright.model.resources import Operation, Operations, Primitive
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, need, pairs
from pacewright.sources.pcs.reader.draft import Draft, plain_set
from pacewright.sources.pcs.words import CHECK_LEVEL, OPERATION_OPTIONS


def operations_from(words: list[str]) -> list[Operation]:
    """``monitor interval=10s timeout=20s start timeout=60s``"""
    if not words or "=" in words[0]:
        raise Mistake("pcs-missing-argument", "an operation's name expected after 'op'")
    named: list[tuple[str, list[str]]] = []
    for word in words:
        if "=" in word:
            named[-1][1].append(word)
        else:
            named.append((word, []))
    if alone := [name for name, options in named if not options]:
        raise Mistake("pcs-missing-argument", f"the operation '{alone[0]}' needs at least one option")
    return [_operation(name, pairs(options, (*OPERATION_OPTIONS, CHECK_LEVEL))) for name, options in named]


def _operation(name: str, options: Pairs) -> Operation:
    values: dict[str, Any] = {OPERATION_OPTIONS[n]: v for n, v in options if n != CHECK_LEVEL and v}
    values.setdefault("interval", "60s" if name == "monitor" else "0s")
    level = tuple((n, v) for n, v in options if n == CHECK_LEVEL and v)
    return Operation(name=name, params=plain_set(PARAMS, level), **values)


def refuse_same_twice(operations: list[Operation]) -> None:
    seen = set()
    for each in operations:
        key = (each.name, normal(Kind.TIME, each.interval or "0"))
        if key in seen:
            raise Mistake("pcs-duplicate-operation", f"operation '{each.name}' twice with interval {each.interval}")
        seen.add(key)


def completed(draft: Draft, name: str, given: list[Operation], command: Command) -> tuple[Operation, ...]:
    """With what pcs adds. It asks the agent's metadata, which we do not have: what it may say is reported."""
    place, subject = command.place, f"resource {name}"
    if "--no-default-ops" not in command.options and command.words[0] != "stonith":
        message = "without --no-default-ops pcs also adds operations from the agent's metadata; they are not known here"
        draft.reports.warn("pcs-default-operations", message, place, subject=subject)
    if any(each.name == "monitor" for each in given):
        return tuple(given)
    message = "pcs adds a monitor operation as the agent's metadata has it; 60s is taken, as for an agent not installed"
    draft.reports.warn("pcs-default-monitor", message, place, subject=subject)
    return (*given, Operation(name="monitor", interval="60s"))


def op_add(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource op add ID ACTION [name=value]...")
    primitive = draft.typed(args[0], Primitive)
    new = _operation(args[1], pairs(args[2:], (*OPERATION_OPTIONS, CHECK_LEVEL)))
    refuse_same_twice([*primitive.ops, new])
    draft.resources[args[0]] = replace(primitive, operations=Operations(items=(*primitive.ops, new)))


def op_remove(draft: Draft, args: list[str], command: Command) -> None:
    """``op remove ID ACTION [name=value ...]``: the first operation of that name with just these options.
    ``op remove OPERATION``: by its id."""
    need(args, 1, "resource op remove ID ACTION [name=value]...")
    if len(args) == 1:
        _remove_by_id(draft, args[0])
        return
    primitive = draft.typed(args[0], Primitive)
    wanted = dict(pairs(args[2:], (*OPERATION_OPTIONS, CHECK_LEVEL)))
    for each in primitive.ops:
        if each.name == args[1] and all(getattr(each, OPERATION_OPTIONS.get(n, "tag")) == v for n, v in wanted.items()):
            _remove(draft, primitive, each)
            return
    raise Mistake("pcs-unknown-operation", f"'{args[0]}' has no such operation '{args[1]}'")


def _remove_by_id(draft: Draft, name: str) -> None:
    for resource in draft.resources.values():
        for each in resource.ops if isinstance(resource, Primitive) else ():
            if name == (each.id or f"{resource.id}-{each.name}-interval-{each.interval}"):
                _remove(draft, cast(Primitive, resource), each)
                return
    raise Mistake("pcs-unknown-operation", f"no operation has the id '{name}'")


def _remove(draft: Draft, primitive: Primitive, operation: Operation) -> None:
    left = tuple(each for each in primitive.ops if each is not operation)
    draft.resources[str(primitive.id)] = replace(primitive, operations=Operations(items=left))
