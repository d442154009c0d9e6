"""Bans with a lifetime: they end by themselves where whoever wrote them cannot take them away.

They are what ``crm_resource --ban --lifetime`` writes, under ids of our own: ``crm_resource --clear --expired`` removes
them as well, and status tells of them as of any ban.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import replace

from pacewright.cluster.base import Cluster
from pacewright.model.configuration import Configuration, ConstraintSection
from pacewright.model.constraints import Constraint, Location
from pacewright.model.errors import ToolError
from pacewright.model.rules import DateExpression, Expression, Rule

_TIME = "%Y-%m-%d %H:%M:%SZ"


def ban_id(resource: str, node: str) -> str:
    return f"cli-ban-{resource}-on-{node}-restart"


def end_of_ban(cluster: Cluster, seconds: float) -> str:
    """By the clock of a node of the cluster: ours may be another's."""
    done = cluster.runner.run(["date", "--utc", "+%s"], timeout=20)
    try:
        now = int(done.stdout)
    except ValueError:
        raise ToolError(["date"], done.code, done.stderr) from None
    return datetime.datetime.fromtimestamp(now + seconds, datetime.UTC).strftime(_TIME)


def with_bans(live: Configuration, resource: str, nodes: Iterable[str], end: str) -> Configuration:
    """Keeps a resource from these nodes until ``end``."""
    new = {ban.id: ban for node in nodes for ban in (_ban(resource, node, end),)}
    kept = tuple(c for c in live.constraints if c.id not in new)
    return _with_constraints(live, (*kept, *new.values()))


def without_bans(live: Configuration, resource: str, nodes: Collection[str] | None = None) -> Configuration:
    """Takes our bans of a resource away, expired or not: of these nodes, or all."""
    gone = {ban_id(resource, node) for node in (banned(live, resource) if nodes is None else nodes)}
    if not gone & {c.id for c in live.constraints}:
        return live
    return _with_constraints(live, tuple(c for c in live.constraints if c.id not in gone))


def banned(live: Configuration, resource: str) -> list[str]:
    """Nodes of which a restart has banned the resource."""
    found = []
    for each in live.constraints:
        if isinstance(each, Location) and each.resource == resource:
            named = (c.value for r in each.rules for c in r.conditions if isinstance(c, Expression))
            node = next(named, None)
            if node and each.id == ban_id(resource, node):
                found.append(node)
    return found


def _with_constraints(live: Configuration, items: tuple[Constraint, ...]) -> Configuration:
    section = live.constraint_section or ConstraintSection()
    return replace(live, constraint_section=replace(section, items=items))


def _ban(resource: str, node: str, end: str) -> Location:
    identity = ban_id(resource, node)
    conditions = (
        Expression(id=f"{identity}-expr", attribute="#uname", operation="eq", value=node, type="string"),
        DateExpression(id=f"{identity}-lifetime", operation="lt", end=end),
    )
    rule = Rule(id=f"{identity}-rule", score="-INFINITY", boolean_op="and", conditions=conditions)
    return Location(id=identity, resource=resource, role="Started", rules=(rule,))
