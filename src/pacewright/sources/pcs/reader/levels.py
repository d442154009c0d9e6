"""The fencing topology: ``pcs stonith level add``."""

from __future__ import annotations

from dataclasses import replace

from pacewright.cib.address import level_address
from pacewright.model.fencing import FencingLevel
from pacewright.sources.pcs.reader.command import Command, Mistake, need
from pacewright.sources.pcs.reader.draft import Draft


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
    if any(level_address(level) == level_address(other) for other in draft.levels):
        raise Mistake("pcs-duplicate-id", f"level {args[0]} of '{args[1]}' exists already")
    draft.levels.append(level)
    draft.put(level_address(level), command.place)
