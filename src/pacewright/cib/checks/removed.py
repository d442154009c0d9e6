"""What Pacemaker 3 no longer has, each with its present form."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.catalogue.data import load
from pacewright.cib.checks.index import Index
from pacewright.cib.modernization.modernize import modernize
from pacewright.model.report import Report, Severity

# Substitutions that Pacemaker 3 still reads in their old form.
_STILL_READ = frozenset(("parameter", "schema", "role", "order-score"))


def check_removed(index: Index, schema: str | None) -> Iterator[Report]:
    """Warnings; errors where ``schema`` is Pacemaker 3's own (pacemaker-4.0 and later)."""
    severity = Severity.ERROR if (schema or "").startswith("pacemaker-4") else Severity.WARNING
    for each in modernize(index.configuration)[1]:
        if each.code in _STILL_READ or (each.code == "agent" and not _gone_class(each.before)):
            continue
        hint = f"write {each.after}" if each.after is not None else each.advice
        message = f"Pacemaker 3 no longer has this: {each.before}"
        yield Report("removed-in-pacemaker-3", message, severity, suggestion=hint, subject=each.subject)


def _gone_class(agent: str) -> bool:
    return agent.partition(":")[0] in load("modernize")["gone-classes"]
