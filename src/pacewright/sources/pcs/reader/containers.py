"""Commands that put resources into groups and clones."""

from __future__ import annotations

from pacewright.model.attributes import META
from pacewright.model.report import did_you_mean
from pacewright.model.resources import Clone, Group, Primitive
from pacewright.sources.pcs.reader.command import Command, Mistake, Pairs, grouped, need, only, pairs
from pacewright.sources.pcs.reader.draft import Draft, plain_set


def disabled(meta: Pairs, command: Command, *, unless: bool = False) -> Pairs:
    """The meta attributes with what ``--disabled`` adds."""
    if "--disabled" not in command.options or unless:
        return meta
    return (*(pair for pair in meta if pair[0] != "target-role"), ("target-role", "Stopped"))


def group_add(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "resource group add GROUP ID...")
    put_into_group(draft, args[0], args[1:], command)


def put_into_group(draft: Draft, name: str, members: list[str], command: Command) -> None:
    """Members go to the end of the group, or beside the one that ``--before`` or ``--after`` names."""
    for member in members:
        draft.typed(member, Primitive)
        if (holder := draft.container(member)) is not None:
            raise Mistake("pcs-member-twice", f"'{member}' is inside '{holder}' already")
    if len(set(members)) < len(members):
        raise Mistake("pcs-member-twice", "a member is named twice")
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
                hint = did_you_mean(beside, present)
                raise Mistake("pcs-unknown-resource", f"'{beside}' is not in the group '{name}'", hint)
            at = present.index(beside) + offset
    present[at:at] = members


def clone(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 1, "resource clone ID [CLONE] [name=value]...")
    make_clone(draft, args[0], args[1:], command, promotable=False)


def promotable(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 1, "resource promotable ID [CLONE] [name=value]...")
    make_clone(draft, args[0], args[1:], command, promotable=True)


def make_clone(draft: Draft, inner: str, words: list[str], command: Command, *, promotable: bool) -> None:
    """``words``: what follows the id: the clone's id, if given, and its meta attributes."""
    found = draft.resource(inner)
    if not isinstance(found, Primitive | Group):
        raise Mistake("pcs-wrong-kind", f"'{inner}' is a {found.tag}: only a resource or group can be cloned")
    if (holder := draft.container(inner)) is not None:
        raise Mistake("pcs-member-twice", f"'{inner}' is inside '{holder}' already")
    words = list(words)
    named = words and "=" not in words[0] and words[0] != "meta"
    name = draft.new_id(words.pop(0), "clone") if named else draft.free_id(f"{inner}-clone")
    groups = grouped(words, ("meta",))
    values = pairs([*only(groups, ""), *only(groups, "meta")])
    if promotable:
        values = (*(v for v in values if v[0] != "promotable"), ("promotable", "true"))
    draft.resources[name] = Clone(id=name, meta=plain_set(META, disabled(values, command)))
    draft.inside[name] = [inner]
    draft.put(f"resource {name}", command.place)
    draft.constraints_follow(inner, name)
