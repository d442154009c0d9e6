"""A migration as a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pacewright.cli.plan_document import change_document, effect_document
from pacewright.cli.session import Document, report_document

if TYPE_CHECKING:
    from pacewright.operations.migrate.migration import Migrated
    from pacewright.operations.migrate.preparing import Migration
    from pacewright.operations.migrate.stages import Unit

FORMAT, VERSION = "pacewright-migration", 1


def migration_document(migration: Migration) -> Document:
    """What is to be done. ``done`` and ``findings`` are null until it is."""
    stages, foreseen = migration.stages, migration.foreseen
    return {
        "format": FORMAT,
        "version": VERSION,
        "deployment": migration.task.deployment,
        "first": list(stages.first),
        "to_systemd": [_unit(migration, unit) for unit in stages.leaving],
        "to_pacemaker": [_unit(migration, unit) for unit in stages.joining],
        "unfinished": {node: list(units) for node, units in migration.unfinished.items()},
        "changes": [change_document(change) for change in migration.changes],
        "effects": [effect_document(effect) for effect in foreseen.all],
        "pending": [effect_document(effect) for effect in foreseen.pending],
        "interrupted": [
            {
                "resource": name,
                "agreed": name not in migration.refused,
                "effects": [effect_document(e) for e in effects],
            }
            for name, effects in migration.interrupted.items()
        ],
        "nothing_to_do": migration.nothing_to_do,
        "reports": [report_document(report) for report in migration.reports],
        "done": None,
        "findings": None,
        "not_as_desired": None,
    }


def result_document(done: Migrated) -> Document:
    undesired = done.applied.undesired() if done.applied else []
    status = done.applied.status if done.applied else None
    return {
        **migration_document(done.migration),
        "done": done.applied is not None,
        "findings": [report_document(report) for report in done.findings],
        "not_as_desired": [
            {"resource": name, "why": list(status.resources[name].why_not) if status else []} for name in undesired
        ],
    }


def _unit(migration: Migration, unit: Unit) -> Document:
    running = migration.running(unit)
    return {
        "resource": unit.resource, "primitive": unit.primitive, "unit": unit.name, "nodes": list(unit.nodes),
        "running": list(running),
    }  # fmt: skip
