"""Judges a configuration with all that is at hand: our own rules, agents' descriptions, Pacemaker's schema."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pacewright.cib.checks.check import check
from pacewright.cib.desired.patch import without_status
from pacewright.cib.xml import Node
from pacewright.cluster.agents import InstalledAgents, similar_agent
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.runner import LocalRunner, Runner
from pacewright.cluster.schema import DANGLING, check_schema
from pacewright.cluster.schema_files import schema_folder
from pacewright.cluster.schema_need import needing_newer
from pacewright.model.configuration import Configuration
from pacewright.model.plan import Options
from pacewright.model.report import Report, Severity


def judge(
    configuration: Configuration,
    document: Node,
    *,
    schema: str | None = None,
    nodes: Collection[str] | None = None,
    runner: Runner | None = None,
) -> list[Report]:
    """Everything to be said against a configuration and the CIB document that it makes.

    ``runner``: whose agents and schemas judge; default is this machine's.
    """
    place = LocalRunner() if runner is None else runner
    judged = check(configuration, metadata=InstalledAgents(place), schema=schema, nodes=nodes)
    found = [_with_similar_agent(r, place) for r in judged]
    return [*found, *(r for r in check_schema(document, schema, schema_folder(place)) if not _told(r, found))]


def validate(
    cluster: Cluster, snapshot: Snapshot, desired: Configuration, document: Node, _options: Options
) -> list[Report]:
    """What is wrong with ``desired``. What was wrong before is a warning: others' objects stop nobody.

    Nothing is said of secrets, which a cluster has in plain text, nor of missing agents where nothing really starts.
    """
    schema = document.get("validate-with")
    nodes = [n.name or n.id or "" for n in snapshot.configuration.nodes]
    runner, schemas = cluster.runner, schema_folder(cluster.runner)
    found = judge(desired, document, schema=schema, nodes=nodes or None, runner=runner)
    beside_the_point = {"plain-secret", "agent-missing"} if cluster.simulated else {"plain-secret"}
    found = [r for r in found if r.code not in beside_the_point]
    if not any(r.severity is Severity.ERROR for r in found):
        return found
    if any(r.code == "schema" for r in found) and (newer := needing_newer(desired, schema or "", schemas)):
        found = [*(r for r in found if r.code != "schema"), *newer]
    live = without_status(snapshot.root)
    before = {_key(r) for r in judge(snapshot.configuration, live, schema=schema, nodes=nodes or None, runner=runner)}
    return [replace(r, severity=Severity.WARNING) if _is_old(r, before) else r for r in found]


def _with_similar_agent(report: Report, runner: Runner) -> Report:
    """A missing agent may be a misspelt one."""
    if report.code != "agent-missing":
        return report
    agent = next((word for word in report.message.split() if word.count(":") == 2), "")
    hint = similar_agent(agent, runner)
    return replace(report, suggestion=hint) if hint else report


def _key(report: Report) -> tuple[str, str | None]:
    return report.code, report.subject


def _is_old(report: Report, before: set[tuple[str, str | None]]) -> bool:
    return report.severity is Severity.ERROR and _key(report) in before


def _told(report: Report, found: list[Report]) -> bool:
    """Whether an error about the same object says it better than the schema does."""
    if report.code == DANGLING:
        return any(r.code == "dangling-reference" for r in found)
    return any(
        r.severity is Severity.ERROR and r.subject is not None and r.subject.partition("/")[0] == report.subject
        for r in found
    )
