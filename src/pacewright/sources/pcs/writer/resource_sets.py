"""Sets of resources as words of a command."""

from __future__ import annotations

from pacewright.model.constraints import ACTIONS, Constraint, ResourceSet
from pacewright.sources.pcs.writer.script import Script
from pacewright.sources.pcs.writer.values import flag, one_of, reference, role_word


def set_words(script: Script, constraint: Constraint, subject: str, options: list[str]) -> list[str]:
    words: list[str] = []
    for each in constraint.sets:
        words += ["set"] if words else []
        words += _set(script, each, subject)
    return [*words, "setoptions", *options]


def _set(script: Script, each: ResourceSet, subject: str) -> list[str]:
    if each.id_ref is not None:
        script.refuse(subject, f"<resource_set id-ref='{each.id_ref}'>")
    if not each.resources and each.id_ref is None:
        script.refuse(subject, "a <resource_set> without resources")
    if len(set(each.resources)) < len(each.resources):
        script.refuse(subject, "a resource twice in one <resource_set>")
    script.absent(subject, each, "ordering", "score", "kind")
    words = [reference(script, subject, name) for name in each.resources]
    for name, text in (("sequential", each.sequential), ("require-all", each.require_all)):
        words += [flag(script, subject, name, text)] if text is not None else []
    words += [f"action={one_of(script, subject, 'action', each.action, ACTIONS)}"] if each.action else []
    words += [f"role={role_word(script, subject, each.role)}"] if each.role else []
    return words
