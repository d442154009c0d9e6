"""Follows a script of pcs commands. No shell evaluates anything; commands that are not known are refused by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Reports, did_you_mean
from pacewright.sources.loaded import Loaded
from pacewright.sources.pcs import read_constraints as constraints
from pacewright.sources.pcs import read_resources as resources
from pacewright.sources.pcs import read_sections as sections
from pacewright.sources.pcs.command import EVERYWHERE, Command, Mistake, parse_command
from pacewright.sources.pcs.draft import Draft, Skipped
from pacewright.sources.pcs.shell import Line, split_script

LARGEST = 64 * 1024 * 1024
Handler = Callable[[Draft, list[str], Command], None]
_CREATE = ("--no-default-ops", "--disabled", "--agent-validation", "--group", "--before", "--after")
_COMMANDS: dict[str, Handler] = {
    "resource create": resources.create,
    "stonith create": resources.create_stonith,
    "resource op add": resources.op_add,
    "resource op remove": resources.op_remove,
    "resource op delete": resources.op_remove,
    "stonith op add": resources.op_add,
    "stonith op remove": resources.op_remove,
    "stonith op delete": resources.op_remove,
    "resource meta": resources.meta,
    "stonith meta": resources.meta,
    "resource update": resources.update,
    "stonith update": resources.update,
    "resource utilization": resources.utilization,
    "resource group add": resources.group_add,
    "resource clone": resources.clone,
    "resource promotable": resources.promotable,
    "resource bundle create": resources.bundle_create,
    "cib element description": resources.description,
    "stonith level add": resources.level_add,
    "constraint location add": constraints.location_add,
    "constraint location": constraints.location,
    "constraint rule add": constraints.rule_add,
    "constraint colocation add": constraints.colocation_add,
    "constraint colocation set": constraints.colocation_set,
    "constraint order set": constraints.order_set,
    "constraint order": constraints.order,
    "constraint ticket add": constraints.ticket_add,
    "constraint ticket set": constraints.ticket_set,
    "property set": sections.property_set,
    "resource defaults": sections.resource_defaults,
    "stonith defaults": sections.resource_defaults,
    "resource op defaults": sections.operation_defaults,
    "stonith op defaults": sections.operation_defaults,
    "node attribute": sections.node_attribute,
    "node utilization": sections.node_utilization,
    "node standby": sections.node_state("standby"),
    "node maintenance": sections.node_state("maintenance"),
    "tag create": sections.tag_create,
    "acl role create": sections.role_create,
    "acl permission add": sections.permission_add,
    "acl user create": sections.subject_create("acl_target"),
    "acl group create": sections.subject_create("acl_group"),
    "alert create": sections.alert_create,
    "alert recipient add": sections.recipient_add,
}
_OPTIONS: dict[str, tuple[str, ...]] = {
    "resource create": _CREATE, "stonith create": _CREATE, "resource group add": ("--before", "--after"),
    "resource bundle create": ("--disabled",),
}  # fmt: skip
EXISTS = "exists:"


def read_script(data: bytes, name: str) -> Loaded:
    """Raises SpecError with all problems of the script."""
    reports = Reports()
    if len(data) > LARGEST:
        reports.error("file-too-large", f"larger than {LARGEST} bytes", Place(name))
        raise SpecError(reports.errors)
    draft = Draft(reports)
    for line in split_script(data, name, reports):
        try:
            _follow(draft, line)
        except Skipped:
            continue
        except Mistake as mistake:
            reports.error(mistake.code, mistake.message, line.place, suggestion=mistake.suggestion)
            draft.refused.update(_would_create(line.words))
    if reports.errors:
        raise SpecError(sorted(reports.errors, key=lambda r: (r.place.line or 0) if r.place else 0))
    return Loaded(draft.configuration(), tuple(reports), draft.places)


def _follow(draft: Draft, line: Line) -> None:
    if line.comment is not None:
        _follow_comment(draft, line)
        return
    words = line.words
    if any("\0" in word for word in words):
        raise Mistake("pcs-bad-value", "a NUL character")
    if words[0] == "set" and all(w[:1] in "-+" or w == "pipefail" for w in words[1:]):
        return
    if words[0] == "sudo":
        words = words[1:]
    if not words or PurePosixPath(words[0]).name != "pcs":
        start = words[0] if words else "sudo"
        raise Mistake("pcs-unsupported-command", f"not a pcs command: '{start}'", did_you_mean(start, ("pcs", "sudo")))
    command = parse_command(words[1:], line.place)
    known = _known(command.words)
    allowed = EVERYWHERE | set(_OPTIONS.get(known, ()))
    if extra := min(set(command.options) - allowed, default=None):
        hint = did_you_mean(extra, sorted(allowed))
        raise Mistake("pcs-unknown-option", f"'pcs {known}' has no option {extra}", hint)
    _COMMANDS[known](draft, list(command.words[known.count(" ") + 1 :]), command)


def _would_create(words: list[str]) -> list[str]:
    """The id that a refused command was to create: what builds on it is not a second problem."""
    plain = [word for word in words if not word.startswith("-")]
    for keyword, place in (("create", 1), ("group", 2), ("clone", 2), ("promotable", 2)):
        if keyword in plain[:4]:
            at = plain.index(keyword) + place
            return plain[at : at + 1]
    return []


def _known(words: tuple[str, ...]) -> str:
    """The longest known command that the words begin with. Raises Mistake."""
    for length in (3, 2):
        if (wanted := " ".join(words[:length])) in _COMMANDS:
            return wanted
    asked = " ".join(words[:3])
    hint = did_you_mean(asked, _COMMANDS) or did_you_mean(" ".join(words[:2]), _COMMANDS)
    raise Mistake("pcs-unsupported-command", f"'pcs {asked}' is not followed", hint)


def _follow_comment(draft: Draft, line: Line) -> None:
    text = str(line.comment)
    if not text.startswith(EXISTS):
        return
    inner = Reports()
    for each in split_script(text.removeprefix(EXISTS).encode(), line.place.file, inner):
        sections.existing(draft, each.words, Command(tuple(each.words), {}, line.place))
    draft.reports.extend(_moved(inner, line.place))


def _moved(reports: Reports, place: Place) -> Reports:
    """The same problems at the line where the comment stands."""
    moved = Reports()
    for each in reports:
        moved.error(each.code, each.message, place)
    return moved
