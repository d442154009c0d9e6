"""Commands that make location constraints: ``pcs constraint location ...``, ``pcs constraint rule add``."""

from __future__ import annotations

import re
from dataclasses import replace

from pacewright.model.constraints import Location
from pacewright.model.report import did_you_mean
from pacewright.model.rules import Rule
from pacewright.model.values import role
from pacewright.sources.pcs.reader.command import Command, Mistake, need, pairs
from pacewright.sources.pcs.reader.constraints import checked_score, fields_of, put_constraint
from pacewright.sources.pcs.reader.draft import Draft
from pacewright.sources.pcs.reader.rules import location_rule

_LOCATION_FIELDS = {"resource-discovery": "discovery", "role": "role", "score": "score"}


def _target(draft: Draft, text: str) -> tuple[str | None, str | None]:
    """``ID``, ``resource%ID`` or ``regexp%PATTERN``: (resource, pattern)."""
    kind, percent, name = text.partition("%")
    if not percent:
        kind, name = "resource", text
    if kind == "regexp":
        return None, name
    if kind not in ("resource", ""):
        raise Mistake("pcs-bad-value", f"a resource is ID, resource%ID or regexp%PATTERN, not '{text}'")
    draft.resource(name)
    return name, None


def location_add(draft: Draft, args: list[str], command: Command) -> None:
    """``location add ID RESOURCE NODE SCORE [resource-discovery=...] [role=...]``; replaces, as pcs does."""
    need(args, 4, "constraint location add ID RESOURCE NODE SCORE")
    resource, pattern = _target(draft, args[1])
    value = args[3].removeprefix("score=")  # pcs 0.12 prints it so
    options = fields_of(pairs(args[4:], ("resource-discovery", "role")), _LOCATION_FIELDS)
    new = Location(id=args[0], resource=resource, pattern=pattern, node=args[2], score=checked_score(value), **options)
    _locate(draft, new, command)


def _locate(draft: Draft, new: Location, command: Command) -> None:
    """pcs drops a constraint of the same id, or of the same resource and node."""
    old = draft.constraints.get(str(new.id))
    if old is not None and isinstance(old, Location):
        del draft.constraints[str(old.id)]
    draft.new_id(str(new.id), "constraint")
    same = (new.resource, new.pattern, new.node)
    for name, each in list(draft.constraints.items()):
        if isinstance(each, Location) and (each.resource, each.pattern, each.node) == same:
            del draft.constraints[name]
    put_constraint(draft, "location", new, command)


def location(draft: Draft, args: list[str], command: Command) -> None:
    """``location RESOURCE prefers|avoids NODE[=SCORE] ...`` and ``location RESOURCE rule ...``"""
    need(args, 3, "constraint location RESOURCE prefers|avoids|rule ...")
    if args[1] == "rule":
        _location_rule(draft, args, command)
        return
    if args[1] not in ("prefers", "avoids"):
        raise Mistake("pcs-unsupported-command", f"prefers, avoids or rule expected, not '{args[1]}'")
    resource, pattern = _target(draft, args[0])
    for word in args[2:]:
        node, equals, value = word.partition("=")
        value = checked_score(value) if equals else "INFINITY"
        if args[1] == "avoids":
            value = value[1:] if value.startswith("-") else f"-{value}"
        wanted = f"location-{resource or pattern}-{node}-{value}"
        name = re.sub(r"[^\w.\-]", "", wanted, flags=re.ASCII)
        _locate(draft, Location(id=name, resource=resource, pattern=pattern, node=node, score=value), command)


def _location_rule(draft: Draft, args: list[str], command: Command) -> None:
    resource, pattern = _target(draft, args[0])
    options, words = _rule_options(args[2:], ("constraint-id", "resource-discovery"))
    given = options.get("constraint-id")
    name = draft.new_id(given, "constraint") if given else draft.free_id(f"location-{resource or pattern}")
    rule = _rule(options, words)
    discovery = options.get("resource-discovery")
    put_constraint(
        draft,
        "location",
        Location(id=name, resource=resource, pattern=pattern, discovery=discovery, rules=(rule,)),
        command,
    )


def rule_add(draft: Draft, args: list[str], command: Command) -> None:
    """``constraint rule add CONSTRAINT [options] EXPRESSION``: one more rule; node and score make way for it."""
    need(args, 2, "constraint rule add CONSTRAINT [options] EXPRESSION")
    found = draft.constraints.get(args[0])
    if not isinstance(found, Location):
        hint = did_you_mean(args[0], (n for n, c in draft.constraints.items() if isinstance(c, Location)))
        raise Mistake("pcs-unknown-constraint", f"no location constraint '{args[0]}' was made before", hint)
    rule = _rule(*_rule_options(args[1:], ()))
    draft.constraints[args[0]] = replace(found, node=None, score=None, rules=(*found.rules, rule))


def _rule_options(words: list[str], more: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Options stand before the expression."""
    known = ("id", "role", "score", "score-attribute", *more)
    at = 0
    while at < len(words) and words[at].partition("=")[0] in known and "=" in words[at]:
        at += 1
    return dict(pairs(words[:at], known)), words[at:]


def _rule(options: dict[str, str], words: list[str]) -> Rule:
    if not words:
        raise Mistake("pcs-bad-rule", "an expression is missing")
    parsed = location_rule(words)
    attribute = options.get("score-attribute")
    value = options.get("score")
    if attribute and value:
        raise Mistake("pcs-conflicting-options", "only one of score and score-attribute can be given")
    if options.get("role") and role(options["role"]) not in ("Promoted", "Unpromoted"):
        raise Mistake("pcs-bad-value", f"the role of a rule is Promoted or Unpromoted, not '{options['role']}'")
    return replace(
        parsed, id=options.get("id"), role=options.get("role"), score_attribute=attribute,
        score=None if attribute else checked_score(value or "INFINITY"),
    )  # fmt: skip
