"""Follows a script of pcs commands. No shell evaluates anything; commands that are not known are refused by line."""

from __future__ import annotations

from pathlib import PurePosixPath

from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Reports, did_you_mean
from pacewright.sources.loaded import Loaded
from pacewright.sources.pcs.reader.cluster import existing
from pacewright.sources.pcs.reader.command import EVERYWHERE, Command, Mistake, parse_command
from pacewright.sources.pcs.reader.commands import COMMANDS, OPTIONS
from pacewright.sources.pcs.reader.draft import Draft, Skipped
from pacewright.sources.pcs.shell import Line, split_script
from pacewright.sources.text import NOT_XML, decoded, without

EXISTS = "exists:"


def read_script(data: bytes, name: str) -> Loaded:
    """Raises SpecError with all problems of the script."""
    reports = Reports()
    draft = Draft(reports)
    for line in split_script(without(NOT_XML, decoded(data, name), name), name, reports):
        try:
            _follow(draft, line)
        except Skipped:
            continue
        except Mistake as mistake:
            reports.error(mistake.code, mistake.message, line.place, suggestion=mistake.suggestion)
            draft.refused.update(_would_create(line.words))
    if reports.errors:
        raise SpecError(reports.by_line())
    return Loaded(draft.configuration(), tuple(reports), draft.places)


def _follow(draft: Draft, line: Line) -> None:
    if line.comment is not None:
        _follow_comment(draft, line)
        return
    words = line.words
    if words[0] == "set" and all(w[:1] in "-+" or w == "pipefail" for w in words[1:]):
        return
    if words[0] == "sudo":
        words = words[1:]
    if not words or PurePosixPath(words[0]).name != "pcs":
        start = words[0] if words else "sudo"
        raise Mistake("pcs-unsupported-command", f"not a pcs command: '{start}'", did_you_mean(start, ("pcs", "sudo")))
    command = parse_command(words[1:], line.place)
    known = _known(command.words)
    allowed = EVERYWHERE | set(OPTIONS.get(known, ()))
    if extra := min(set(command.options) - allowed, default=None):
        hint = did_you_mean(extra, sorted(allowed))
        raise Mistake("pcs-unknown-option", f"'pcs {known}' has no option {extra}", hint)
    COMMANDS[known](draft, list(command.words[known.count(" ") + 1 :]), command)


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
        if (wanted := " ".join(words[:length])) in COMMANDS:
            return wanted
    asked = " ".join(words[:3])
    hint = did_you_mean(asked, COMMANDS) or did_you_mean(" ".join(words[:2]), COMMANDS)
    raise Mistake("pcs-unsupported-command", f"'pcs {asked}' is not followed", hint)


def _follow_comment(draft: Draft, line: Line) -> None:
    text = str(line.comment)
    if not text.startswith(EXISTS):
        return
    inner = Reports()
    for each in split_script(text.removeprefix(EXISTS), line.place.file, inner):
        existing(draft, each.words, Command(tuple(each.words), {}, line.place))
    draft.reports.extend(_moved(inner, line.place))


def _moved(reports: Reports, place: Place) -> Reports:
    """The same problems at the line where the comment stands."""
    moved = Reports()
    for each in reports:
        moved.error(each.code, each.message, place)
    return moved
