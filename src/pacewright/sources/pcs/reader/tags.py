"""``pcs tag create``"""

from __future__ import annotations

from pacewright.model.configuration import Tag
from pacewright.sources.pcs.reader.command import Command, Mistake, need
from pacewright.sources.pcs.reader.draft import Draft


def tag_create(draft: Draft, args: list[str], command: Command) -> None:
    need(args, 2, "tag create TAG ID...")
    name = draft.new_id(args[0], "tag")
    for each in args[1:]:
        draft.resource(each)
    if len(set(args[1:])) < len(args[1:]):
        raise Mistake("pcs-duplicate-option", "an id is named twice")
    draft.tags[name] = Tag(id=name, objects=tuple(args[1:]))
    draft.put(f"tag {name}", command.place)
