"""Everything that can be said against a configuration without asking a cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from pacewright.cib.agent_metadata import AgentMetadata
from pacewright.cib.checks.agents import check_agents
from pacewright.cib.checks.identity import check_ids
from pacewright.cib.checks.index import Index
from pacewright.cib.checks.operations import check_operations
from pacewright.cib.checks.ordering import check_orders
from pacewright.cib.checks.placement import check_placement
from pacewright.cib.checks.references import check_references
from pacewright.cib.checks.removed import check_removed
from pacewright.cib.checks.safety import check_fencing, check_secrets
from pacewright.cib.checks.storage import check_storage
from pacewright.cib.checks.structure import check_structure
from pacewright.cib.checks.values import check_values
from pacewright.model.configuration import Configuration
from pacewright.model.report import Report

Metadata = Callable[[str], AgentMetadata | None]


def check(
    configuration: Configuration,
    *,
    metadata: Metadata | None = None,
    schema: str | None = None,
    nodes: Collection[str] | None = None,
) -> list[Report]:
    """All problems, by theme. Subjects are addresses; places are for whoever knows the source.

    ``metadata``: an agent's description, None for one that is not installed; without it agents are not looked at.
    ``schema``: the cluster's ``validate-with``. ``nodes``: the cluster's nodes, where they are known for certain.
    """
    index = Index(configuration, frozenset(nodes) if nodes is not None else None)
    return list(_problems(index, metadata, schema or configuration.schema))


def _problems(index: Index, metadata: Metadata | None, schema: str | None) -> Iterator[Report]:
    yield from check_ids(index)
    yield from check_references(index)
    yield from check_values(index)
    yield from check_structure(index)
    yield from check_storage(index)
    yield from check_operations(index)
    yield from check_orders(index)
    yield from check_placement(index)
    if metadata is not None:
        yield from check_agents(index, metadata)
    yield from check_fencing(index)
    yield from check_secrets(index)
    yield from check_removed(index, schema)
