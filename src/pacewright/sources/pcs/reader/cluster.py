"""Commands for properties, defaults and nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pacewright.model.attributes import META, PARAMS, PROPERTIES, UTILIZATION, AttributeSet
from pacewright.model.nodes import Node
from pacewright.model.values import score
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, grouped, integers, need, only, pairs
from pacewright.sources.pcs.reader.draft import Draft, plain_set, updated
from pacewright.sources.pcs.reader.rules import default_rule
from pacewright.sources.pcs.words import NODE_OPTIONS


def property_set(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 1, "property set NAME=VALUE...")
    values = pairs(args)
    draft.properties = updated(draft.properties, PROPERTIES, values)
    for name, _ in values:
        draft.put(f"property {name}", command.place)


def resource_defaults(draft: Draft, args: list[str], command: Command) -> None:
    draft.resource_defaults = _defaults(draft, draft.resource_defaults, args, command, "resource")


def operation_defaults(draft: Draft, args: list[str], command: Command) -> None:
    draft.operation_defaults = _defaults(draft, draft.operation_defaults, args, command, "operation")


def _defaults(
    draft: Draft, sets: tuple[AttributeSet, ...], args: list[str], command: Command, kind: str
) -> tuple[AttributeSet, ...]:
    """``[update] NAME=VALUE ...`` or ``set create [id=..] [score=..] [meta ...] [rule ...]``"""
    usage = "resource [op] defaults update NAME=VALUE... | set create [id=ID] [score=N] [meta ...] [rule ...]"
    need(args, 1, usage)
    if args[0] != "set":
        values = pairs(args[1:] if args[0] == "update" else args)
        _put_all(draft, kind, values, command)
        return updated(sets, META, values)
    if args[1:2] != ["create"]:
        raise Mistake("pcs-unsupported-command", "only 'set create' is followed", f"pcs {usage}")
    groups = grouped(args[2:], ("meta", "rule"))
    options = dict(pairs(only(groups, ""), ("id", "score")))
    if "score" in options and score(options["score"]) is None:
        raise Mistake("pcs-bad-value", f"a score is an integer, INFINITY or -INFINITY, not '{options['score']}'")
    values = tuple((n, v) for n, v in pairs(only(groups, "meta")) if v)
    rule = default_rule(only(groups, "rule")) if only(groups, "rule") else None
    _put_all(draft, kind, values, command)
    new = plain_set(META, values) or (AttributeSet(tag=META),)
    return (*sets, replace(new[0], id=options.get("id"), score=options.get("score"), rule=rule))


def _put_all(draft: Draft, kind: str, values: Pairs, command: Command) -> None:
    for name, _ in values:
        draft.put(f"{kind}-default {name}", command.place)


def existing(draft: Draft, words: list[str], command: Command) -> None:
    """``# exists: node NAME [id=..]`` and ``# exists: property NAME=VALUE``: what commands cannot create."""
    need(words, 2, "# exists: node NAME | property NAME=VALUE")
    if words[0] == "property":
        property_set(draft, words[1:], command)
    elif words[0] == "node":
        values: dict[str, Any] = {NODE_OPTIONS[n]: v for n, v in pairs(words[2:], NODE_OPTIONS)}
        draft.nodes[words[1]] = replace(draft.nodes.get(words[1], Node(name=words[1])), **values)
        draft.put(f"node {words[1]}", command.place)
    else:
        raise Mistake("pcs-bad-value", f"'# exists:' knows node and property, not '{words[0]}'")


def node_attribute(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "node attribute NODE NAME=VALUE...")
    _node_values(draft, args[0], pairs(args[1:]), command)


def _node_values(draft: Draft, name: str, values: Pairs, command: Command) -> None:
    node = draft.nodes.get(name, Node(name=name))
    draft.nodes[name] = replace(node, attributes=updated(node.attributes, PARAMS, values))
    draft.put(f"node {name}", command.place)
    for attribute, _ in values:
        draft.put(f"node {name} attribute {attribute}", command.place)


def node_utilization(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "node utilization NODE NAME=VALUE...")
    values = pairs(args[1:])
    integers(values)
    node = draft.nodes.get(args[0], Node(name=args[0]))
    draft.nodes[args[0]] = replace(node, utilization=updated(node.utilization, UTILIZATION, values))
    draft.put(f"node {args[0]}", command.place)
    for name, _ in values:
        draft.put(f"node {args[0]} utilization {name}", command.place)


def node_state(attribute: str) -> Callable[[Draft, list[str], Command], None]:
    """``node standby NODE ...``, ``node maintenance NODE ...``: an attribute that is on."""

    def follow(draft: Draft, args: list[str], command: Command) -> None:
        need(args, 1, f"node {attribute} NODE...")
        for name in args:
            value = "on" if attribute == "standby" else "true"
            _node_values(draft, name, ((attribute, value),), command)

    return follow
