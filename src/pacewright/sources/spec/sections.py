"""Shapes of whole sections, and of what only one section has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pacewright.cib.xml import to_text
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.alerts import SelectedAttribute, SelectedAttributes
from pacewright.model.configuration import Configuration, Tag
from pacewright.model.element import Element, children_of, per_class
from pacewright.model.report import did_you_mean
from pacewright.model.resources import Clone, members
from pacewright.model.values import is_true
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import BAD, NCNAME, Reader
from pacewright.sources.spec.records import XML_ONLY, Record, is_carrying, xml_text
from pacewright.sources.spec.resources import with_promotable, without_promotable
from pacewright.sources.spec.scalars import ANY_TEXT, Ids, Json, Shape
from pacewright.sources.spec.tree import NoPlace, Tree, Writing

ID_PATTERN = f"^{NCNAME}$"


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level key. ``tag``: the XML section where entries of unknown XML are kept."""

    name: str
    shape: Shape
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text, one of ``choices`` if there are any."""

    choices: tuple[str, ...] = ()

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        if self.choices and text not in self.choices:
            listed = ", ".join(self.choices)
            message = f"'{text[:100]}' is not one of {listed}"
            reader.error("bad-choice", message, node, path, did_you_mean(text[:100], self.choices))
            return BAD
        return text

    def dump(self, value: Any, writing: Writing) -> Tree:
        return str(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"enum": list(self.choices)} if self.choices else ANY_TEXT


@dataclass(frozen=True, slots=True)
class Named:
    """Records by id (nodes: by name). ``word`` begins their addresses; without it they are found by path only.

    ``claims``: the keys are ids of the CIB, which are unique; names of nodes and users are not.
    """

    record: Record
    word: str = ""
    key_field: str = "id"
    claims: bool = True

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found = []
        mapping = reader.mapping(node, path)
        for key, value in mapping.pairs if mapping else ():
            address = f"{self.word} {key.text}" if self.word else f"{path}/{key.text}"
            element = load_named(self.record, key, value, reader, address, self)
            if element is not BAD:
                found.append(element)
        return tuple(found)

    def dump(self, value: Any, writing: Writing) -> Tree:
        tree: dict[str, Tree] = {}
        for each in value:
            key = getattr(each, self.key_field)
            if not key or key in tree:
                if not self.word:
                    raise NoPlace(f"<{each.tag}> without an id of its own")
                tree[label(tree)] = {"xml": xml_text(each)}
            else:
                tree[key] = self.record.dump(each, writing)
        return tree

    def schema(self, definitions: dict[str, Json]) -> Json:
        names: Json = {"propertyNames": {"pattern": ID_PATTERN}} if self.claims else {}
        return {"type": "object", **names, "additionalProperties": self.record.schema(definitions)}


def load_named(record: Record, key: Scalar, value: Node, reader: Reader, address: str, form: Named) -> Any:
    """The object of one key of a table."""
    reader.place(address, key)
    if isinstance(value, Mapping) and value.get("xml") is not None:
        element = record.load(value, reader, address)
        if form.claims and element is not BAD and element.id not in (None, key.text):
            reader.error("bad-xml", f"the element's id is '{element.id}', its key '{key.text}'", key, address)
        return element
    valid = reader.claim(key.text, key, address) if form.claims else True
    mapping = Mapping(key.line) if isinstance(value, Scalar) and value.is_null else reader.mapping(value, address)
    if mapping is None:
        return BAD
    element = record.from_mapping(mapping, reader, address, **{form.key_field: key.text})
    return element if valid else BAD


def label(tree: dict[str, Tree]) -> str:
    """A key for XML that has no id."""
    number = 1
    while f"xml-{number}" in tree:
        number += 1
    return f"xml-{number}"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class TagSection:
    """Tags by id: lists of ids."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found = []
        record = Record("tag", Tag, (), ("tag",))
        mapping = reader.mapping(node, path)
        for key, value in mapping.pairs if mapping else ():
            address = f"tag {key.text}"
            reader.place(address, key)
            if isinstance(value, Mapping):
                element = load_named(record, key, value, reader, address, Named(record, "tag"))
                if element is not BAD:
                    found.append(element)
            elif reader.claim(key.text, key, address):
                found.append(Tag(id=key.text, objects=Ids().load(value, reader, address)))
        return tuple(found)

    def dump(self, value: Any, writing: Writing) -> Tree:
        tree: dict[str, Tree] = {}
        for each in value:
            if not each.id or each.id in tree or is_carrying(each):
                tree[label(tree) if not each.id or each.id in tree else each.id] = {"xml": xml_text(each)}
            else:
                tree[each.id] = list(each.objects)
        return tree

    def schema(self, definitions: dict[str, Json]) -> Json:
        each = {"anyOf": [Ids().schema(definitions), XML_ONLY]}
        return {"type": "object", "propertyNames": {"pattern": ID_PATTERN}, "additionalProperties": each}


@dataclass(frozen=True, slots=True)
class AclSection:
    """``roles``, ``users``, ``groups`` by id, and ``other`` XML."""

    roles: Named
    users: Named
    groups: Named

    def _tables(self) -> dict[str, Named]:
        return {"roles": self.roles, "users": self.users, "groups": self.groups}

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        found: list[Any] = []
        mapping = reader.mapping(node, path)
        for key, value in mapping.pairs if mapping else ():
            if key.text == "other":
                for item in without_kept(Sequence(value.line, reader.items(value, path)), "acls", reader).items:
                    reader.error("bad-xml", "unknown XML is expected: {xml: ...}", item, path)
            elif (table := self._tables().get(key.text)) is None:
                reader.unknown_key(key, (*self._tables(), "other"), path)
            elif not (isinstance(value, Scalar) and value.is_null):
                found.extend(table.load(value, reader, path))
        return tuple(found)

    def dump(self, value: Any, writing: Writing) -> Tree:
        kinds: dict[str, list[Any]] = {
            "roles": [a for a in value if isinstance(a, AclRole)],
            "users": [a for a in value if isinstance(a, AclSubject) and a.tag == "acl_target"],
            "groups": [a for a in value if isinstance(a, AclSubject) and a.tag == "acl_group"],
        }
        return {name: self._tables()[name].dump(tuple(each), writing) for name, each in kinds.items() if each}

    def schema(self, definitions: dict[str, Json]) -> Json:
        properties = {name: table.schema(definitions) for name, table in self._tables().items()}
        properties["other"] = {"type": "array", "items": XML_ONLY}
        return {"type": "object", "properties": properties, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class SelectedNames:
    """Node attributes that an alert wants: names, or ``true`` for any."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar):
            if not is_true(node.text):
                reader.error("wrong-type", "a list of node attributes, or true for any", node, path)
                return BAD
            return SelectedAttributes()
        return SelectedAttributes(names=tuple(SelectedAttribute(name=n) for n in Ids().load(node, reader, path)))

    def dump(self, value: Any, writing: Writing) -> Tree:
        if is_carrying(value) or any(is_carrying(n) or not n.name or n.id in writing.referenced for n in value.names):
            raise NoPlace("selected attributes with more than names")
        return [n.name for n in value.names] or "true"

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"anyOf": [{"enum": [True, "true"]}, Ids().schema(definitions)]}


@dataclass(frozen=True, slots=True)
class Extra:
    """XML that stands directly in ``<configuration>`` and is not known."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        roots = [reader.xml(item, path) for item in reader.items(node, path)]
        return tuple(to_text(root, pretty=False) for root in roots if root is not None)

    def dump(self, value: Any, writing: Writing) -> Tree:
        return list(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": {"type": "string"}}


# ---- XML of a section that no class holds


@per_class
def section_fields(cls: type) -> dict[str, tuple[str, type[Element]]]:
    """Tag of a section to (field of Configuration, class)."""
    return {tag: (field, kind) for field, slot in children_of(cls) for tag, kind in slot.tags}


def known_tags(section: str) -> set[str]:
    """The tags that the model has a class for in a section."""
    _, kind = section_fields(Configuration)[section]
    return {tag for _, slot in children_of(kind) for tag, _ in slot.tags}


def without_kept(node: Any, section: str, reader: Reader) -> Any:
    """The section's list or mapping without entries of unknown XML, which go to ``Reader.kept``."""
    if isinstance(node, Sequence):
        return replace(node, items=[each for each in node.items if not _kept(each, section, reader)])
    if isinstance(node, Mapping):
        return replace(node, pairs=[(k, v) for k, v in node.pairs if not _kept(v, section, reader)])
    return node


def _kept(entry: Node, section: str, reader: Reader) -> bool:
    xml = entry.get("xml") if isinstance(entry, Mapping) and len(entry.pairs) == 1 else None
    if not isinstance(xml, Scalar) or any(xml.text.lstrip().startswith(f"<{tag}") for tag in known_tags(section)):
        return False
    root = reader.xml(xml, "")
    if root is None:
        return True
    if root.tag in known_tags(section):
        return False
    reader.kept.setdefault(section, []).append(to_text(root, pretty=False))
    return True
