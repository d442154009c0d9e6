"""Shapes of the smaller sections, and of what only one section has."""

from __future__ import annotations

from typing import Any

from pacewright.cib.xml import to_text
from pacewright.model.access import AclRole, AclSubject
from pacewright.model.alerts import SelectedAttribute, SelectedAttributes
from pacewright.model.configuration import Tag
from pacewright.model.immutable import immutable
from pacewright.model.values import is_true
from pacewright.sources.spec.kept import without_kept
from pacewright.sources.spec.named import ID_PATTERN, Named, label, load_named
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.records import XML_ONLY, Record, xml_text
from pacewright.sources.spec.scalars import Ids, Json, Shape
from pacewright.sources.spec.tree import NoPlace, Tree, Writing, is_carrying


@immutable(frozen=True, slots=True)
class Section:
    """A top-level key. ``tag``: the XML section where entries of unknown XML are kept."""

    name: str
    shape: Shape
    tag: str | None = None


@immutable(frozen=True, slots=True)
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


@immutable(frozen=True, slots=True)
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


@immutable(frozen=True, slots=True)
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


@immutable(frozen=True, slots=True)
class Extra:
    """XML that stands directly in ``<configuration>`` and is not known."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        roots = [reader.xml(item, path) for item in reader.items(node, path)]
        return tuple(to_text(root, pretty=False) for root in roots if root is not None)

    def dump(self, value: Any, writing: Writing) -> Tree:
        return list(value)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": {"type": "string"}}
