"""Commands for everything that is neither resource nor constraint: properties, defaults, nodes, tags, ACLs, alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pacewright.model.access import AclRole, AclSubject, Permission
from pacewright.model.alerts import Alert, Recipient
from pacewright.model.attributes import META, PARAMS, PROPERTIES, UTILIZATION, AttributeSet
from pacewright.model.configuration import Tag
from pacewright.model.nodes import Node
from pacewright.model.values import score
from pacewright.sources.pcs.command import Command, Mistake, Pairs, grouped, need, only, pairs
from pacewright.sources.pcs.draft import Draft, plain_set, updated
from pacewright.sources.pcs.read_resources import integers
from pacewright.sources.pcs.rule_reader import default_rule

NODE_OPTIONS = {"id": "id", "type": "type", "description": "description", "score": "score"}
KINDS = ("read", "write", "deny")

# ---- properties and defaults


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


# ---- nodes


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


# ---- tags, ACLs


def tag_create(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "tag create TAG ID...")
    name = draft.new_id(args[0], "tag")
    for each in args[1:]:
        draft.resource(each)
    if len(set(args[1:])) < len(args[1:]):
        raise Mistake("pcs-duplicate-option", "an id is named twice")
    draft.tags[name] = Tag(id=name, objects=tuple(args[1:]))
    draft.put(f"tag {name}", command.place)


def role_create(draft: Draft, args: list[str], command: Command) -> None:
    """``acl role create ROLE [description=..] [(read|write|deny) (xpath XPATH | id ID)] ...``"""
    need(args, 1, "acl role create ROLE [description=TEXT] [read|write|deny xpath|id WHAT]...")
    name = draft.new_id(args[0], "role")
    rest = args[1:]
    description = None
    if rest and rest[0].startswith("description="):
        description = rest[0].partition("=")[2] or None
        rest = rest[1:]
    draft.acls.append(AclRole(id=name, description=description, permissions=_permissions(rest)))
    draft.put(f"acl-role {name}", command.place)


def permission_add(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 4, "acl permission add ROLE (read|write|deny) (xpath XPATH | id ID)...")
    for index, each in enumerate(draft.acls):
        if isinstance(each, AclRole) and each.id == args[0]:
            draft.acls[index] = replace(each, permissions=(*each.permissions, *_permissions(args[1:])))
            return
    raise Mistake("pcs-unknown-role", f"no role '{args[0]}' was created before")


def _permissions(words: list[str]) -> tuple[Permission, ...]:
    found = []
    for at in range(0, len(words), 3):
        kind, scope, what = (*words[at : at + 3], "", "")[:3]
        if kind.lower() not in KINDS or scope.lower() not in ("xpath", "id") or len(words) < at + 3:
            message = f"(read | write | deny) (xpath XPATH | id ID) expected, not '{' '.join(words[at : at + 3])}'"
            raise Mistake("pcs-missing-argument", message)
        xpath = what if scope.lower() == "xpath" else None
        found.append(Permission(kind=kind.lower(), xpath=xpath, reference=None if xpath is not None else what))
    return tuple(found)


def subject_create(tag: str) -> Callable[[Draft, list[str], Command], None]:
    """``acl user create NAME [ROLE ...]``, ``acl group create NAME [ROLE ...]``"""

    def follow(draft: Draft, args: list[str], command: Command) -> None:
        need(args, 1, f"acl {'user' if tag == 'acl_target' else 'group'} create NAME [ROLE]...")
        if any(each.tag == tag and each.id == args[0] for each in draft.acls):
            raise Mistake("pcs-duplicate-id", f"'{args[0]}' exists already")
        roles = {each.id for each in draft.acls if isinstance(each, AclRole)}
        if missing := [role for role in args[1:] if role not in roles]:
            raise Mistake("pcs-unknown-role", f"no role '{missing[0]}' was created before")
        draft.acls.append(AclSubject(tag=tag, id=args[0], roles=tuple(args[1:])))
        draft.put(f"{tag.replace('_', '-')} {args[0]}", command.place)

    return follow


# ---- alerts


def alert_create(draft: Draft, args: list[str], command: Command) -> None:
    """``alert create path=PATH [id=ID] [description=..] [options ...] [meta ...]``"""
    own, params, meta = _alert_parts(args, ("path", "id", "description"))
    if not own.get("path"):
        raise Mistake("pcs-missing-argument", "expected: pcs alert create path=PATH [id=ID]")
    name = draft.new_id(own["id"], "alert") if own.get("id") else draft.free_id("alert")
    draft.alerts[name] = Alert(
        id=name, path=own["path"], description=own.get("description") or None, params=params, meta=meta
    )
    draft.put(f"alert {name}", command.place)


def recipient_add(draft: Draft, args: list[str], command: Command) -> None:
    """``alert recipient add ALERT value=VALUE [id=ID] [description=..] [options ...] [meta ...]``"""
    need(args, 2, "alert recipient add ALERT value=VALUE")
    found = draft.alerts.get(args[0])
    if found is None:
        raise Mistake("pcs-unknown-alert", f"no alert '{args[0]}' was created before")
    own, params, meta = _alert_parts(args[1:], ("value", "id", "description"))
    if not own.get("value"):
        raise Mistake("pcs-missing-argument", "expected: pcs alert recipient add ALERT value=VALUE")
    new = Recipient(
        id=own.get("id"), value=own["value"], description=own.get("description") or None, params=params, meta=meta
    )
    draft.alerts[args[0]] = replace(found, recipients=(*found.recipients, new))


def _alert_parts(
    words: list[str], names: tuple[str, ...]
) -> tuple[dict[str, str], tuple[AttributeSet, ...], tuple[AttributeSet, ...]]:
    groups = grouped(words, ("options", "meta"))
    params, meta = (
        plain_set(tag, tuple((n, v) for n, v in pairs(only(groups, key)) if v))
        for key, tag in (("options", PARAMS), ("meta", META))
    )
    return dict(pairs(only(groups, ""), names)), params, meta
