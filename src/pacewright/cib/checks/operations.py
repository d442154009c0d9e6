"""Operations: repeated, missing, too short."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.checks.index import Index
from pacewright.model.attributes import first_value
from pacewright.model.report import Report, Severity
from pacewright.model.resources import Operation, Primitive
from pacewright.model.values import boolean, milliseconds, role


def check_operations(index: Index) -> Iterator[Report]:
    for primitive in index.primitives:
        operations = index.operations_of(primitive)
        yield from _repeated(primitive, operations)
        yield from _monitors(index, primitive, operations)
        for each in operations:
            yield from _on_fail(primitive, each)


def _on_fail(primitive: Primitive, operation: Operation) -> Iterator[Report]:
    """Pacemaker puts the default in place of what is not allowed for the operation."""
    value = (operation.on_fail or first_value(operation.meta, "on-fail") or "").lower()
    stopping = operation.name == "stop" and value in ("stop", "standby")
    promoted = role(operation.role or "") == "Promoted" and (milliseconds(operation.interval or "0") or 0) > 0
    may_demote = operation.name == "promote" or (operation.name == "monitor" and promoted)
    if stopping or (value == "demote" and not may_demote):
        where = "" if operation.name == "stop" else ", only for promote and a recurring monitor of the role Promoted"
        message = f"on-fail={value} is not allowed for {operation.name}{where}: Pacemaker takes the default"
        subject = f"resource {primitive.id}/operations/{operation.name}"
        yield Report("value-ignored", message, Severity.WARNING, subject=subject)


def _repeated(primitive: Primitive, operations: tuple[Operation, ...]) -> Iterator[Report]:
    """Pacemaker tells operations apart by name and interval alone."""
    seen: dict[tuple[str | None, int], Operation] = {}
    for each in operations:
        interval = milliseconds(each.interval or "0") or 0
        other = seen.setdefault((each.name, interval), each)
        if other is each:
            continue
        where = f"resource {primitive.id}/operations/{each.name}"
        if interval and role(each.role or "Started") != role(other.role or "Started"):
            message = f"'{each.name}' has the interval {each.interval} for two roles: Pacemaker heeds only one of them"
            yield Report("equal-intervals", message, suggestion="make one a second longer", subject=where)
        else:
            severity = Severity.ERROR if interval else Severity.WARNING
            message = f"'{each.name}' with interval {each.interval or 0} is given twice"
            yield Report("duplicate-operation", message, severity, subject=where)


def _monitors(index: Index, primitive: Primitive, operations: tuple[Operation, ...]) -> Iterator[Report]:
    recurring = [o for o in operations if o.name == "monitor" and (milliseconds(o.interval or "0") or 0) > 0]
    enabled = [o for o in recurring if boolean(o.enabled or "true") is not False]
    if not enabled and index.effective(primitive).agent_class is not None:
        message = "no monitor: Pacemaker will not notice when it fails"
        yield Report("no-monitor", message, Severity.INFO, subject=f"resource {primitive.id}")
