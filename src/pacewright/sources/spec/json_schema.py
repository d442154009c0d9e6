"""The published JSON Schema, made of the tables that the loader checks by."""

from __future__ import annotations

from pacewright.sources.spec.deployments import SECTION
from pacewright.sources.spec.description import OPENSTACK, SECTIONS
from pacewright.sources.spec.named import ID_PATTERN
from pacewright.sources.spec.scalars import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Json:
    """For the spec as a YAML reader sees it, with ``!secret`` read as a string."""
    definitions: dict[str, Json] = {"id": {"type": "string", "pattern": ID_PATTERN}}
    properties: Json = {}
    properties[OPENSTACK] = SECTION.schema(definitions)
    for section in SECTIONS:
        described = section.shape.schema(definitions)
        properties[section.name] = described if section.tag is None else {"anyOf": [described, {"type": "null"}]}
    return {
        "$schema": DIALECT,
        "title": "pacewright spec",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }
