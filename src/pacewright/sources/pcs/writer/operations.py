"""Operations as words of a command."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.cib.normal import normal
from pacewright.model.attributes import PARAMS
from pacewright.model.element import Kind, attributes_of
from pacewright.model.resources import ON_FAIL, Operation
from pacewright.model.values import boolean, role
from pacewright.sources.pcs.words import CHECK_LEVEL, OPERATION_OPTIONS
from pacewright.sources.pcs.writer.script import RESERVED, Script

_CLOSED = ("on_fail", "role", "enabled", "record_pending")  # pcs takes only some words for these


def operation_words(script: Script, operation: Operation, subject: str) -> list[str]:
    """``monitor interval=10s timeout=20s``, checked as strictly as pcs checks."""
    name = operation.name or ""
    if not name or "=" in name or name in RESERVED:
        script.refuse(subject, f"an operation called {name!r}")
    script.absent(subject, operation, "requires", "meta")
    if operation.start_delay and operation.interval_origin:
        script.refuse(subject, f"start-delay together with interval-origin in <op name='{name}'>")
    if any(value == "" for value in _values(operation)):
        script.refuse(subject, f"an empty attribute of <op name='{name}'>")
    words = [name, f"interval={operation.interval or '0s'}"]
    for option, field in OPERATION_OPTIONS.items():
        value = getattr(operation, field)
        if field in ("id", "interval") or value is None:
            continue
        if field in _CLOSED and (value := _checked(field, value)) is None:
            script.refuse(subject, f"{option}='{getattr(operation, field)}' of <op name='{name}'>")
        words.append(f"{option}={value}")
    return words + _check_level(script, operation, subject)


def _values(operation: Operation) -> list[str | None]:
    return [getattr(operation, field) for field, _ in attributes_of(Operation)]


def _checked(field: str, value: str) -> str | None:
    if field == "on_fail":
        return value.lower() if value.lower() in ON_FAIL else None
    if field == "role":
        return role(value)
    flag = boolean(value)
    return None if flag is None else str(flag).lower()


def _check_level(script: Script, operation: Operation, subject: str) -> list[str]:
    words = script.one_set(subject, operation.params)
    if any(not word.startswith(f"{CHECK_LEVEL}=") for word in words):
        script.refuse(subject, f"<{PARAMS}> of <op name='{operation.name}'> other than {CHECK_LEVEL}")
    return words


def refuse_same_twice(script: Script, operations: Iterable[Operation], subject: str) -> None:
    seen = set()
    for each in operations:
        key = (each.name, normal(Kind.TIME, each.interval or "0"))
        if key in seen:
            script.refuse(subject, f"a second <op name='{each.name}'> with the interval {each.interval or '0'}")
        seen.add(key)
