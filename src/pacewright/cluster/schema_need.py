"""Which objects a schema refuses, and which newer schema would take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pacewright.cib.document import cib_document
from pacewright.cluster.schema import check_schema, installed_schemas
from pacewright.model.configuration import Configuration
from pacewright.model.configuration import configuration as make
from pacewright.model.report import Report

UPGRADE = "'cibadmin --upgrade --force' upgrades the CIB, once every node runs a Pacemaker that knows the schema"
_SECTIONS = {
    "crm_config": "properties", "rsc_defaults": "resource_defaults", "op_defaults": "operation_defaults",
    "node_section": "nodes", "resource_section": "resources", "constraint_section": "constraints",
    "fencing_topology": "levels", "acl_section": "acls", "tag_section": "tags", "alert_section": "alerts",
}  # fmt: skip


def needing_newer(configuration: Configuration, schema: str, folder: str) -> list[Report]:
    """One report for each object that ``schema`` refuses and a newer one of the folder takes (``schema-too-old``)."""
    newer = _after(schema, folder)
    found = []
    for subject, alone in _one_by_one(configuration):
        if not newer or _valid(alone, schema, folder):
            continue
        needed = next((name for name in newer if _valid(alone, name, folder)), None)
        if needed is not None:
            message = f"{subject} needs the schema {needed}; the cluster's CIB has {schema}"
            found.append(Report("schema-too-old", message, suggestion=UPGRADE, subject=subject))
    return found


def _after(schema: str, folder: str) -> list[str]:
    known = installed_schemas(folder)
    return known[known.index(schema) + 1 :] if schema in known else []


def _valid(alone: Configuration, schema: str, folder: str) -> bool:
    """References to what is not in the document do not count."""
    document = cib_document(replace(alone, schema=schema))
    return not any(r.code == "schema" for r in check_schema(document, schema, folder))


def _one_by_one(configuration: Configuration) -> Iterator[tuple[str, Configuration]]:
    """Each outermost object in a configuration of its own, with its address or a word for it."""
    from pacewright.cib.address import address_of

    for field, argument in _SECTIONS.items():
        section = getattr(configuration, field)
        for item in section.items if section else ():
            subject = address_of(item) or f"{section.tag} set {item.id or ''}".strip()
            yield subject, make(**{argument: (item,)})  # type: ignore[arg-type]
