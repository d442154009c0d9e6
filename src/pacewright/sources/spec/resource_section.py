"""The table of resources: what each is follows from its keys."""

from __future__ import annotations

from typing import Any

from pacewright.model.immutable import immutable
from pacewright.model.resources import Clone, members
from pacewright.model.values import is_true
from pacewright.sources.spec.named import ID_PATTERN, Named, label, load_named
from pacewright.sources.spec.nodes import Mapping, Node, Scalar
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.records import Record, xml_text
from pacewright.sources.spec.resources import with_promotable, without_promotable
from pacewright.sources.spec.scalars import Json
from pacewright.sources.spec.tree import Tree, Writing


@immutable(frozen=True, slots=True)
class Resources:
    """Resources by id, flat; each record is recognised by its first required keys."""

    records: tuple[Record, ...]

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found = []
        mapping = reader.mapping(node, path)
        for key, value in mapping.pairs if mapping else ():
            address = f"resource {key.text}"
            record = self._record_for(value, reader, address)
            form = Named(record, "resource")
            element = load_named(record, key, value, reader, address, form)
            if record.name == "promotable" and isinstance(element, Clone):
                self._check_promotable(element, reader, key, address)
                element = element if element.promotable else with_promotable(element)
            if element is BAD:
                reader.failed.add(key.text)
            else:
                found.append((key, element))
        return tuple(found)

    def _check_promotable(self, clone: Clone, reader: Reader, key: Scalar, address: str) -> None:
        said = [pair for each in clone.meta for pair in each.pairs if pair.name == "promotable"]
        if any(not is_true(pair.value) for pair in said):
            message = "'promotable' names a member, but a meta attribute says that it is not promotable"
            reader.error("conflicting-keys", message, key, address)

    def _record_for(self, value: Node, reader: Reader, address: str) -> Record:
        if not isinstance(value, Mapping):
            return self.records[0]
        xml = value.get("xml")
        if xml is not None:
            return self._record_of_xml(xml)
        present = [name.text for name, _ in value.pairs]
        fitting = [r for r in self.records if not set(r.required[0]).isdisjoint(present)]
        if len(fitting) > 1:
            names = ", ".join(f"'{n}'" for n in present if any(n in r.required[0] for r in fitting))
            reader.error("conflicting-keys", f"only one of {names} can be given", value, address)
        return fitting[0] if fitting else self.records[0]

    def _record_of_xml(self, xml: Node) -> Record:
        text = xml.text.lstrip() if isinstance(xml, Scalar) else ""
        for record in self.records:
            if (
                text.startswith(f"<{record.tags[0]}")
                and text[len(record.tags[0]) + 1 : len(record.tags[0]) + 2] in " />\n\t"
            ):
                return record
        return self.records[0]

    def dump(self, value: Any, writing: Writing) -> Tree:
        tree: dict[str, Tree] = {}
        for each in value:
            self._add(tree, each, writing)
        return tree

    def _add(self, tree: dict[str, Tree], resource: Any, writing: Writing) -> None:
        if not resource.id or resource.id in tree:
            tree[label(tree)] = {"xml": xml_text(resource)}
            return
        record, shown = self._record_of(resource, writing)
        own = record.dump(shown, writing)
        if isinstance(own, dict) and "xml" in own:
            tree[resource.id] = {"xml": xml_text(resource)}
            return
        tree[resource.id] = own
        for member in members(resource):
            self._add(tree, member, writing)

    def _record_of(self, resource: Any, writing: Writing) -> tuple[Record, Any]:
        named = {record.name: record for record in self.records}
        if not isinstance(resource, Clone):
            return named[resource.tag], resource
        if (shown := without_promotable(resource, writing)) is not None:
            return named["promotable"], shown
        return named[resource.tag], resource

    def schema(self, definitions: dict[str, Json]) -> Json:
        each = {"anyOf": [*({"$ref": r.schema(definitions)["$ref"]} for r in self.records)]}
        return {"type": "object", "propertyNames": {"pattern": ID_PATTERN}, "additionalProperties": each}
