"""From a spec's bytes to a configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.model.configuration import Configuration, configuration
from pacewright.model.element import Carried
from pacewright.model.errors import SpecError
from pacewright.model.report import Reports
from pacewright.sources.loaded import Loaded
from pacewright.sources.spec.assembly import assemble
from pacewright.sources.spec.description import OPENSTACK, SECTIONS
from pacewright.sources.spec.kept import section_fields, without_kept
from pacewright.sources.spec.nodes import Mapping, Scalar, parse_yaml
from pacewright.sources.spec.reader import BAD, Reader

_SECTIONS = {section.name: section for section in SECTIONS}


def load(data: bytes, name: str) -> Loaded:
    """Raises SpecError with every mistake, in the order of lines."""
    reader = Reader(name, Reports())
    root = reader.mapping(parse_yaml(data, name, reader.reports), "")
    if root is not None and root.get(OPENSTACK) is not None:
        from pacewright.sources.spec.mixing import mixed  # which plain specs do without

        root = mixed(root, reader)
    values = _section_values(root, reader) if root is not None else {}
    loaded = _composed(values, reader)
    result = Loaded(loaded, tuple(reader.reports), reader.places, origins=reader.origins, deployment=reader.deployment)
    if reader.reports.errors:
        raise SpecError(reader.reports.by_line(), partial=result)
    return result


def _section_values(root: Mapping, reader: Reader) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, node in root.pairs:
        section = _SECTIONS.get(key.text)
        if section is None:
            reader.unknown_key(key, (OPENSTACK, *_SECTIONS), "")
        elif section.tag is None or not (isinstance(node, Scalar) and node.is_null):
            inner = without_kept(node, section.tag, reader) if section.tag not in (None, "configuration") else node
            loaded = section.shape.load(inner, reader, f"/{key.text}")
            if loaded is not BAD:
                values[key.text] = loaded
    return values


def _composed(values: dict[str, Any], reader: Reader) -> Configuration:
    constraints = (
        *values.get("locations", ()), *values.get("colocations", ()),
        *values.get("orders", ()), *values.get("tickets", ()),
    )  # fmt: skip
    made = configuration(
        name=values.get("deployment"), schema=values.get("schema"), properties=values.get("properties", ()),
        resource_defaults=values.get("resource-defaults", ()), operation_defaults=values.get("operation-defaults", ()),
        nodes=values.get("nodes", ()),
        resources=(*values.get("templates", ()), *assemble(values.get("resources", ()), reader)),
        constraints=constraints, levels=values.get("fencing-topology", ()), acls=values.get("acls", ()),
        tags=values.get("tags", ()), alerts=values.get("alerts", ()),
    )  # fmt: skip
    return _with_kept(made, values.get("extra", ()), reader)


def _with_kept(made: Configuration, extra: tuple[str, ...], reader: Reader) -> Configuration:
    """With the XML that no class holds, in the sections where it stood."""
    changes: dict[str, Any] = {"carried": Carried(children=extra)} if extra else {}
    for tag, texts in reader.kept.items():
        field, kind = section_fields(Configuration)[tag]
        section = getattr(made, field) or kind(tag=tag)
        changes[field] = replace(section, carried=Carried(children=tuple(texts)))
    return replace(made, **changes) if changes else made
