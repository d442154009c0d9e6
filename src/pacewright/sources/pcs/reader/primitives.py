"""Commands that make and change primitives: ``pcs resource create``, ``update``, ``meta``."""

from __future__ import annotations

from dataclasses import replace

from pacewright.model.attributes import META, PARAMS, UTILIZATION
from pacewright.model.report import did_you_mean
from pacewright.model.resources import CLASSES, Bundle, Operations, Primitive
from pacewright.sources.pcs.reader.command import Command, Mistake, grouped, integers, need, only, pairs
from pacewright.sources.pcs.reader.containers import disabled, make_clone, put_into_group
from pacewright.sources.pcs.reader.draft import Draft, plain_set, updated
from pacewright.sources.pcs.reader.operations import completed, operations_from, refuse_same_twice

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
    meta = disabled(pairs(only(groups, "meta")), command, unless=cloned)
    operations = [op for words in groups.get("op", ()) for op in operations_from(words)]
    refuse_same_twice(operations)
    primitive = Primitive(
        id=name, agent_class=agent[0], provider=agent[1], type=agent[2], params=plain_set(PARAMS, params),
        meta=plain_set(META, meta), operations=Operations(items=completed(draft, name, operations, command)),
    )  # fmt: skip
    held = [key for key in _HOLDERS if key in groups] + (["--group"] if "--group" in command.options else [])
    if len(held) > 1:
        raise Mistake("pcs-conflicting-options", f"only one of {', '.join(held)} can be given")
    _hold(draft, primitive, held[0] if held else "", groups, command)


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
        make_clone(draft, name, words, command, promotable=holder == "promotable")
    elif holder == "--group":
        put_into_group(draft, command.options["--group"], [name], command)


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


def description(draft: Draft, args: list[str], command: Command) -> None:
    """``cib element description ID TEXT`` (pcs 0.12)"""
    need(args, 2, "cib element description ID TEXT")
    draft.resources[args[0]] = replace(draft.resource(args[0]), description=args[1] or None)
