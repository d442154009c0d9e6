"""Values that are not of their kind: times, scores, booleans, words of a closed list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pacewright.catalogue.data import load
from pacewright.catalogue.options import choices_of, kind_of, known_options, present_name
from pacewright.cib.checks.index import Index, objects, owned_parts, subject
from pacewright.model.attributes import META, PROPERTIES, AttributeSet, NvPair
from pacewright.model.element import Element, Kind, attributes_of
from pacewright.model.report import Report, Severity, did_you_mean
from pacewright.model.resources import ROLES
from pacewright.model.rules import Rule
from pacewright.model.values import boolean, milliseconds, role, score

UNSET = "#default"  # as a value: as if the option were not there
_NUMBER = re.compile(r"[+-]?\d+%?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+\.\d+", re.ASCII)  # as a score: Pacemaker takes what stands before the point
_DURATION = re.compile(r"P[\dWDTHMYS]+", re.ASCII)  # Pacemaker reads ISO 8601 without its T too
_EXPECTED = {
    Kind.TIME: "a time such as 30s", Kind.SCORE: "a score: a whole number, INFINITY or -INFINITY",
    Kind.BOOLEAN: "true or false", Kind.INTEGER: "a whole number", Kind.ROLE: f"one of {', '.join(ROLES[:4])}",
}  # fmt: skip


def check_values(index: Index) -> Iterator[Report]:
    """XML attributes, properties and meta attributes."""
    for address, element in objects(index.configuration):
        for part, path in owned_parts(element):
            yield from _attributes(part, subject(address, path))
            if isinstance(part, AttributeSet):
                yield from _options(part, address, path)


def _attributes(element: Element, where: str) -> Iterator[Report]:
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if value is None or (isinstance(element, Rule) and declared.kind is Kind.SCORE):
            continue  # a rule's score in its old place may be the name of a node attribute
        if not _fits(declared.kind, value, declared.choices):
            yield _bad(f"{where}/{declared.name}", declared.name, value, declared.kind, declared.choices)


def _options(each: AttributeSet, address: str, path: str) -> Iterator[Report]:
    if each.tag not in (META, PROPERTIES):
        return
    known = known_options(each.tag)
    ours = each.tag == META or any(p.name in known for p in each.pairs)
    for pair in each.pairs:
        if not pair.name:
            continue
        where = subject(address, f"{path}/{pair.name}")
        if pair.name not in known and ours and not _formerly_known(each.tag, pair.name):
            yield _unknown(each.tag, pair.name, known, where)
        yield from _option(each.tag, pair, where)


def _option(tag: str, pair: NvPair, where: str) -> Iterator[Report]:
    name, value = pair.name or "", pair.value
    if value is None or value == UNSET or pair.secret is not None:
        return
    present = present_name(name) if tag == META else name
    kind, choices = kind_of(tag, present), choices_of(tag, present)
    if not _fits(kind, value, choices):
        yield _bad(where, name, value, kind, choices)


def _formerly_known(tag: str, name: str) -> bool:
    """Names that the check for removed options tells about."""
    data = load("modernize")
    sections = ("properties", "gone-properties") if tag == PROPERTIES else ("meta", "gone-meta")
    return any(name in data[section] for section in sections)


def _unknown(tag: str, name: str, known: Sequence[str], where: str) -> Report:
    code, word = ("unknown-property", "cluster property") if tag == PROPERTIES else ("unknown-meta", "meta attribute")
    message = f"Pacemaker has no {word} '{name}'"
    return Report(code, message, Severity.WARNING, suggestion=did_you_mean(name, known), subject=where)


def _bad(where: str, name: str, value: str, kind: Kind, choices: Sequence[str]) -> Report:
    expected = f"one of {', '.join(choices)}" if choices and kind is Kind.NAME else _EXPECTED[kind]
    hint = did_you_mean(value, choices) if choices else None
    return Report("bad-value", f"{name}: '{value}' is not {expected}", suggestion=hint, subject=where)


def _fits(kind: Kind, value: str, choices: Sequence[str]) -> bool:
    match kind:
        case Kind.TIME:
            return milliseconds(value) is not None or score(value) is not None or bool(_DURATION.fullmatch(value))
        case Kind.SCORE:
            return score(value) is not None or bool(_DECIMAL.fullmatch(value))
        case Kind.BOOLEAN:
            return boolean(value) is not None
        case Kind.INTEGER:
            return bool(_NUMBER.fullmatch(value.strip())) or score(value) is not None
        case Kind.ROLE:
            return role(value) is not None
        case Kind.NAME:
            return not choices or value.lower() in map(str.lower, choices)
        case _:
            return True
