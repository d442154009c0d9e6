"""Commands that make resources: ``pcs resource ...`` and ``pcs stonith ...``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from pacewright.cib.meaning import level_address
from pacewright.model.attributes import META, PARAMS, UTILIZATION
from pacewright.model.fencing import FencingLevel
from pacewright.model.report import did_you_mean
from pacewright.model.resources import (
    CLASSES,
    RUNTIMES,
    Bundle,
    Clone,
    Container,
    Group,
    Network,
    Operation,
    Operations,
    PortMapping,
    Primitive,
    Storage,
    StorageMapping,
)
from pacewright.model.values import milliseconds
from pacewright.sources.pcs.command import Command, Mistake, Pairs, grouped, need, only, pairs
from pacewright.sources.pcs.draft import Draft, plain_set, updated

OPERATION_OPTIONS = {
    "id": "id", "interval": "interval", "description": "description", "start-delay": "start_delay",
    "interval-origin": "interval_origin", "timeout": "timeout", "enabled": "enabled",
    "record-pending": "record_pending", "role": "role", "on-fail": "on_fail",
}  # fmt: skip
CHECK_LEVEL = "OCF_CHECK_LEVEL"  # the one parameter of an operation that pcs can set
CONTAINER_OPTIONS = (
    "image",
    "replicas",
    "replicas-per-host",
    "masters",
    "promoted-max",
    "run-command",
    "network",
    "options",
)
NETWORK_OPTIONS = ("ip-range-start", "control-port", "host-interface", "host-netmask", "add-host")
PORT_OPTIONS = ("id", "port", "internal-port", "range")
STORAGE_OPTIONS = ("id", "source-dir", "source-dir-root", "target-dir", "options")
_HOLDERS = ("clone", "promotable", "bundle")


def create(draft: Draft, args: list[str], command: Command) -> None:
    """``resource create ID AGENT [name=value ...] [op ...] [meta ...] [clone | promotable | bundle ...]``"""
    need(args, 2, "resource create ID AGENT [name=value]...")
    groups = grouped(args[2:], ("op", "meta", *_HOLDERS), repeated=("op",))
    _create(draft, args[0], _agent(args[1]), groups, command)


def create_stonith(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "stonith create ID AGENT [name=value]...")
    groups = grouped(args[2:], ("op", "meta"), repeated=("op",))
    _create(draft, args[0], ("stonith", None, args[1]), groups, command)


def _create(
    draft: Draft, name: str, agent: tuple[str, str | None, str], groups: dict[str, list[list[str]]], command: Command
) -> None:
    draft.new_id(name, "resource")
    params = pairs(only(groups, ""))
    if empty := [n for n, v in params if not v]:
        raise Mistake("pcs-empty-value", f"the parameter '{empty[0]}' has no value")
    cloned = "clone" in groups or "promotable" in groups  # then it is the clone that is disabled
    meta = _disabled(pairs(only(groups, "meta")), command, unless=cloned)
    operations = [op for words in groups.get("op", ()) for op in _operations(words)]
    _same_twice(operations)
    primitive = Primitive(
        id=name, agent_class=agent[0], provider=agent[1], type=agent[2], params=plain_set(PARAMS, params),
        meta=plain_set(META, meta), operations=Operations(items=_completed(draft, name, operations, command)),
    )  # fmt: skip
    held = [key for key in _HOLDERS if key in groups] + (["--group"] if "--group" in command.options else [])
    if len(held) > 1:
        raise Mistake("pcs-conflicting-options", f"only one of {', '.join(held)} can be given")
    _hold(draft, primitive, held[0] if held else "", groups, command)


def _disabled(meta: Pairs, command: Command, *, unless: bool = False) -> Pairs:
    if "--disabled" not in command.options or unless:
        return meta
    return (*(pair for pair in meta if pair[0] != "target-role"), ("target-role", "Stopped"))


def _hold(
    draft: Draft, primitive: Primitive, holder: str, groups: dict[str, list[list[str]]], command: Command
) -> None:
    """Puts a new primitive where it belongs: alone, or into a clone, a bundle, a group."""
    name = str(primitive.id)
    words = only(groups, holder) if holder in _HOLDERS else []
    bundle = draft.typed(words[0], Bundle) if holder == "bundle" and words else None
    if holder == "bundle" and (len(words) != 1 or bundle is None):
        raise Mistake("pcs-missing-argument", "exactly one bundle expected after 'bundle'")
    if bundle is not None and draft.inside.get(str(bundle.id)):
        raise Mistake("pcs-wrong-kind", f"the bundle '{bundle.id}' has a resource inside already")
    draft.resources[name] = primitive
    draft.put(f"resource {name}", command.place)
    if bundle is not None:
        draft.inside[str(bundle.id)] = [name]
    elif holder in ("clone", "promotable"):
        _clone(draft, name, words, command, promotable=holder == "promotable")
    elif holder == "--group":
        _into_group(draft, command.options["--group"], [name], command)


def _agent(text: str) -> tuple[str, str | None, str]:
    standard, colon, rest = text.partition(":")
    if not colon or not rest:
        raise Mistake("pcs-bad-agent", f"the agent '{text}' needs its full name, such as ocf:heartbeat:{text}")
    if standard not in CLASSES:
        raise Mistake("pcs-bad-agent", f"no class of agents is called '{standard}'", did_you_mean(standard, CLASSES))
    if standard != "ocf":
        return standard, None, rest
    provider, colon, kind = rest.partition(":")
    if not (colon and provider and kind) or ":" in kind:
        raise Mistake("pcs-bad-agent", f"the agent '{text}' should read ocf:PROVIDER:TYPE")
    return standard, provider, kind


# ---- operations


def _operations(words: list[str]) -> list[Operation]:
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


def _same_twice(operations: list[Operation]) -> None:
    seen = set()
    for each in operations:
        key = (each.name, _interval(each))
        if key in seen:
            raise Mistake("pcs-duplicate-operation", f"operation '{each.name}' twice with interval {each.interval}")
        seen.add(key)


def _interval(operation: Operation) -> int | str:
    number = milliseconds(operation.interval or "0")
    return operation.interval or "0" if number is None else number


def _completed(draft: Draft, name: str, given: list[Operation], command: Command) -> tuple[Operation, ...]:
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
    _same_twice([*primitive.ops, new])
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


# ---- meta attributes, utilization, description


def meta(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource meta ID name=value...")
    found = draft.resource(args[0])
    draft.resources[args[0]] = replace(found, meta=updated(found.meta, META, pairs(args[1:])))


def update(draft: Draft, args: list[str], command: Command) -> None:
    """``resource update ID [name=value ...] [meta ...]``; operations are changed by ``op add`` and ``op remove``."""
    need(args, 2, "resource update ID name=value...")
    primitive = draft.typed(args[0], Primitive)
    groups = grouped(args[1:], ("op", "meta"))
    if "op" in groups:
        raise Mistake("pcs-unsupported-command", "'op' in an update is not followed", "use 'resource op add' instead")
    draft.resources[args[0]] = replace(
        primitive,
        params=updated(primitive.params, PARAMS, pairs(only(groups, ""))),
        meta=updated(primitive.meta, META, pairs(only(groups, "meta"))),
    )


def utilization(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource utilization ID name=value...")
    primitive = draft.typed(args[0], Primitive)
    values = pairs(args[1:])
    integers(values)
    draft.resources[args[0]] = replace(primitive, utilization=updated(primitive.utilization, UTILIZATION, values))


def integers(values: Pairs) -> None:
    for name, value in values:
        digits = value[1:] if value.startswith(("-", "+")) else value
        if value and not (digits.isascii() and digits.isdigit()):
            raise Mistake("pcs-bad-value", f"utilization is an integer, not {name}={value}")


def description(draft: Draft, args: list[str], command: Command) -> None:
    """``cib element description ID TEXT`` (pcs 0.12)"""
    need(args, 2, "cib element description ID TEXT")
    draft.resources[args[0]] = replace(draft.resource(args[0]), description=args[1] or None)


# ---- groups, clones, bundles


def group_add(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource group add GROUP ID...")
    _into_group(draft, args[0], args[1:], command)


def _into_group(draft: Draft, name: str, members: list[str], command: Command) -> None:
    for member in members:
        draft.typed(member, Primitive)
        if (holder := draft.container(member)) is not None:
            raise Mistake("pcs-wrong-kind", f"'{member}' is inside '{holder}' already")
    if len(set(members)) < len(members):
        raise Mistake("pcs-duplicate-option", "a member is named twice")
    if name in draft.resources:
        draft.typed(name, Group)
    else:
        draft.resources[draft.new_id(name, "group")] = Group(id=name)
        draft.put(f"resource {name}", command.place)
    present = draft.inside.setdefault(name, [])
    at = len(present)
    for option, offset in (("--before", 0), ("--after", 1)):
        if (beside := command.options.get(option)) is not None:
            if beside not in present:
                raise Mistake("pcs-unknown-resource", f"'{beside}' is not in the group '{name}'")
            at = present.index(beside) + offset
    present[at:at] = members


def clone(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 1, "resource clone ID [CLONE] [name=value]...")
    _clone(draft, args[0], args[1:], command, promotable=False)


def promotable(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 1, "resource promotable ID [CLONE] [name=value]...")
    _clone(draft, args[0], args[1:], command, promotable=True)


def _clone(draft: Draft, inner: str, words: list[str], command: Command, *, promotable: bool) -> None:
    found = draft.resource(inner)
    if not isinstance(found, Primitive | Group):
        raise Mistake("pcs-wrong-kind", f"'{inner}' is a {found.tag}: only a resource or group can be cloned")
    if (holder := draft.container(inner)) is not None:
        raise Mistake("pcs-wrong-kind", f"'{inner}' is inside '{holder}' already")
    words = list(words)
    named = words and "=" not in words[0] and words[0] != "meta"
    name = draft.new_id(words.pop(0), "clone") if named else draft.free_id(f"{inner}-clone")
    groups = grouped(words, ("meta",))
    values = pairs([*only(groups, ""), *only(groups, "meta")])
    if promotable:
        values = (*(v for v in values if v[0] != "promotable"), ("promotable", "true"))
    draft.resources[name] = Clone(id=name, meta=plain_set(META, _disabled(values, command)))
    draft.inside[name] = [inner]
    draft.put(f"resource {name}", command.place)
    draft.constraints_follow(inner, name)


def bundle_create(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource bundle create ID container RUNTIME image=...")
    name = draft.new_id(args[0], "bundle")
    repeated = ("port-map", "storage-map")
    groups = grouped(args[1:], ("container", "network", "meta", *repeated), repeated=repeated)
    if words := only(groups, ""):
        raise Mistake("pcs-unknown-name", f"'container' expected before {words[0]!r}")
    words = only(groups, "container")
    if not words or words[0] not in RUNTIMES:
        raise Mistake("pcs-missing-argument", f"a runtime expected after 'container': {', '.join(RUNTIMES)}")
    meta = _disabled(pairs(only(groups, "meta")), command)
    ports = tuple(_ports(w) for w in groups.get("port-map", ()))
    mappings = tuple(_storage(w) for w in groups.get("storage-map", ()))
    network = _fields(pairs(only(groups, "network"), NETWORK_OPTIONS))
    draft.resources[name] = Bundle(
        id=name,
        container=Container(tag=words[0], **_fields(pairs(words[1:], CONTAINER_OPTIONS))),
        network=Network(ports=ports, **network) if network or ports else None,
        storage=Storage(mappings=mappings) if mappings else None,
        meta=plain_set(META, meta),
    )
    draft.put(f"resource {name}", command.place)


def _ports(words: list[str]) -> PortMapping:
    return PortMapping(**_fields(pairs(words, PORT_OPTIONS)))


def _storage(words: list[str]) -> StorageMapping:
    return StorageMapping(**_fields(pairs(words, STORAGE_OPTIONS)))


def _fields(values: Pairs) -> dict[str, Any]:
    """Option names as field names."""
    return {name.replace("-", "_"): value for name, value in values}


# ---- fencing topology


def level_add(draft: Draft, args: list[str], command: Command) -> None:
    """``stonith level add INDEX [node%|regexp%|attrib%]TARGET DEVICE ...``; devices may be joined by commas."""
    need(args, 3, "stonith level add LEVEL TARGET DEVICE...")
    if not (args[0].isascii() and args[0].isdigit() and int(args[0][:9]) > 0):
        raise Mistake("pcs-bad-value", f"a level is a positive integer, not '{args[0]}'")
    kind, percent, target = args[1].partition("%")
    if not percent:
        kind, target = "node", args[1]
    devices = [d for word in args[2:] if not word.startswith("id=") for d in word.split(",") if d]
    level = FencingLevel(index=str(int(args[0][:9])), devices=",".join(devices))
    match kind:
        case "node" | "":
            level = replace(level, target=target)
        case "regexp":
            level = replace(level, target_pattern=target)
        case "attrib" if "=" in target:
            name, _, value = target.partition("=")
            level = replace(level, target_attribute=name, target_value=value)
        case _:
            raise Mistake("pcs-bad-value", f"a target is NODE, regexp%PATTERN or attrib%NAME=VALUE, not '{args[1]}'")
    if any(_target(level) == _target(other) and level.index == other.index for other in draft.levels):
        raise Mistake("pcs-duplicate-id", f"level {args[0]} of '{args[1]}' exists already")
    draft.levels.append(level)
    draft.put(level_address(level), command.place)


def _target(level: FencingLevel) -> tuple[str | None, ...]:
    return level.target, level.target_pattern, level.target_attribute, level.target_value
