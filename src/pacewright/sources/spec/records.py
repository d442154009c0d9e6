"""Mappings of the spec that stand for one element of the model each; their keys are derived from its declarations."""

from __future__ import annotations

from collections.abc import Mapping as Table
from typing import Any, Literal

from pacewright.cib.codec import decode, encode
from pacewright.cib.ids import ids_in
from pacewright.cib.meaning import spec_key
from pacewright.cib.xml import to_text
from pacewright.model.access import AclSubject
from pacewright.model.attributes import AttributeSet
from pacewright.model.element import Element, attributes_of, children_of
from pacewright.model.immutable import immutable
from pacewright.model.nodes import Node
from pacewright.sources.spec.nodes import Mapping, Scalar
from pacewright.sources.spec.nodes import Node as YamlNode
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.scalars import Ids, Json, Shape, Text
from pacewright.sources.spec.tree import NoPlace, Tree, Writing, is_carrying

FREELY_NAMED = (Node, AclSubject)  # their ids are no XML ids: any text, not unique
XML_ONLY: Json = {
    "type": "object", "properties": {"xml": {"type": "string"}}, "required": ["xml"], "additionalProperties": False,
}  # fmt: skip


@immutable(frozen=True, slots=True)
class Key:
    """A key of a record and the model's field that it stands for. The shape of several fields takes a tuple."""

    name: str
    fields: tuple[str, ...]
    shape: Shape


def keys_of(cls: type[Element], *, leave_out: tuple[str, ...] = (), **shapes: Shape | Key) -> tuple[Key, ...]:
    """A key for each attribute and child that the model declares: ``id_ref`` is ``ref``, ``on_fail`` is ``on-fail``.

    ``shapes``: by field, where the declaration alone does not say it. ``leave_out``: fields without a key.
    """
    keys: list[Key] = []
    for field, attribute in attributes_of(cls):
        if field != "id" and field not in leave_out:
            name = "ref" if field == "id_ref" else spec_key(field)
            keys.append(_key(name, field, shapes.get(field) or Text(attribute)))
    for field, slot in children_of(cls):
        if field not in leave_out:
            tag, kind = slot.tags[0]
            derived = _sets(tag) if kind is AttributeSet else Ids()
            keys.append(_key(spec_key(field), field, shapes.get(field) or derived))
    return tuple(keys)


def _sets(tag: str) -> Shape:
    from pacewright.sources.spec.sets import Sets  # which has records in it

    return Sets(tag)


def _key(name: str, field: str, shape: Shape | Key) -> Key:
    return shape if isinstance(shape, Key) else Key(name, (field,), shape)


@immutable(frozen=True, slots=True)
class Record:
    """One element as a mapping.

    ``tags``: the XML tags allowed in ``xml:``; the first is what the element gets. ``tag_key``: the key that says which
    tag. ``required``: groups of keys of which one must be there; ``exclusive``: groups of which only one may be;
    ``together``: pairs where the first needs the second.
    ``identity``: its id is a key of its own, the key that it stands under, or it has none.
    ``absent``: fields of the class that this record has no key for.
    """

    name: str
    cls: type[Element]
    keys: tuple[Key, ...]
    tags: tuple[str, ...]
    tag_key: str | None = None
    required: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    identity: Literal["own", "key", "none"] = "own"
    allows_xml: bool = True
    absent: tuple[str, ...] = ()

    # ---- reading

    def load(self, node: YamlNode, reader: Reader, path: str) -> Any:
        mapping = reader.mapping(node, path)
        if mapping is None:
            return BAD
        reader.place(path, node)
        if self.allows_xml and (xml := mapping.get("xml")) is not None:
            return self.from_xml(mapping, xml, reader, path)
        return self.from_mapping(mapping, reader, path)

    def from_mapping(self, mapping: Mapping, reader: Reader, path: str, **given: Any) -> Any:
        """``given``: values of fields that stand elsewhere, such as the id of a mapping's key."""
        values: dict[str, Any] = dict(given)
        table = self.table()
        complete = True
        for name, value in mapping.pairs:
            key = table.get(name.text)
            if key is not None:
                loaded = key.shape.load(value, reader, f"{path}/{name.text}")
                if loaded is BAD:
                    complete = False
                elif len(key.fields) == 1:
                    values[key.fields[0]] = loaded
                else:
                    values.update(zip(key.fields, loaded, strict=True))
            elif name.text == "id" and self.identity == "own":
                values["id"] = self._id(value, reader, path)
            else:
                complete = False
                reader.unknown_key(name, self.key_names(), path)
        self._check_keys(mapping, reader, path, complete)
        tag = values.pop("tag", None) or self.tags[0]
        return self.cls(tag=tag, **values)

    def _id(self, value: YamlNode, reader: Reader, path: str) -> str | None:
        text = reader.text(value, path)
        return text if text is not None and reader.claim(text, value, path) else None

    def _check_keys(self, mapping: Mapping, reader: Reader, path: str, complete: bool) -> None:
        present = {name.text for name, _ in mapping.pairs}
        for code, message in self.key_problems(present, complete):
            reader.error(code, message, mapping, path)

    def key_problems(self, present: set[str], complete: bool = True) -> list[tuple[str, str]]:
        """Missing and conflicting keys as (code, sentence). A misspelt key is not reported as missing too."""
        found = []
        for group in self.required:
            if complete and present.isdisjoint(group):
                found.append(("missing-key", f"key {' or '.join(repr(k) for k in group)} is missing"))
        for first, second in self.together:
            if complete and first in present and second not in present:
                found.append(("missing-key", f"key '{first}' needs '{second}'"))
        for group in self.exclusive:
            if len(both := [k for k in group if k in present]) > 1:
                found.append(("conflicting-keys", f"only one of {', '.join(repr(k) for k in both)} can be given"))
        return found

    def from_xml(self, mapping: Mapping, xml: YamlNode, reader: Reader, path: str) -> Any:
        if len(mapping.pairs) > 1:
            reader.error("conflicting-keys", "'xml' stands instead of all other keys", mapping, path)
        root = reader.xml(xml, path)
        if root is None:
            return BAD
        if root.tag not in self.tags:
            wanted = " or ".join(f"<{tag}>" for tag in self.tags)
            reader.error("bad-xml", f"{wanted} is expected, not <{root.tag}>", xml, path)
            return BAD
        element = decode(self.cls, root)
        for identity in ids_in(element):
            if identity != element.id or not isinstance(element, FREELY_NAMED):
                reader.claim(identity, xml, path)
        return element

    # ---- writing

    def dump(self, element: Any, writing: Writing) -> Tree:
        try:
            return self.dump_keys(element, writing)
        except NoPlace:
            if not self.allows_xml:
                raise
            return {"xml": xml_text(element)}

    def dump_keys(self, element: Any, writing: Writing) -> dict[str, Tree]:
        """The element as keys; NoPlace where they cannot say all of it."""
        if is_carrying(element):
            raise NoPlace("what the model does not know")
        if any(getattr(element, field) is not None for field in self.absent):
            raise NoPlace(f"a {self.name} with a field that it cannot have")
        tree: dict[str, Tree] = {}
        if self.identity != "key" and element.id in writing.referenced:
            if self.identity == "none":
                raise NoPlace("an id that something refers to")
            tree["id"] = element.id
        if self.tag_key is not None:
            tree[self.tag_key] = element.tag
        elif element.tag != self.tags[0]:
            raise NoPlace(f"<{element.tag}>")
        for key in self.keys:
            values = tuple(getattr(element, f) for f in key.fields)
            if key.name != self.tag_key and any(v is not None and v != () for v in values):
                value = key.shape.dump(values[0] if len(values) == 1 else values, writing)
                if value != []:
                    tree[key.name] = value
        if problems := self.key_problems(set(tree)):
            raise NoPlace(problems[0][1])
        return tree

    # ---- describing

    def table(self) -> Table[str, Key]:
        if self.name not in _TABLES:
            _TABLES[self.name] = {key.name: key for key in self.keys}
        return _TABLES[self.name]

    def key_names(self) -> tuple[str, ...]:
        return (*(key.name for key in self.keys), *(("id",) if self.identity == "own" else ()))

    def schema(self, definitions: dict[str, Json]) -> Json:
        if self.name not in definitions:
            definitions[self.name] = {}  # holds the place while the keys are described
            own = self.keys_schema(definitions)
            definitions[self.name] = {"anyOf": [own, XML_ONLY]} if self.allows_xml else own
        return {"$ref": f"#/$defs/{self.name}"}

    def keys_schema(self, definitions: dict[str, Json]) -> Json:
        properties: Json = {key.name: key.shape.schema(definitions) for key in self.keys}
        if self.identity == "own":
            properties["id"] = {"$ref": "#/$defs/id"}
        rules: list[Json] = [{"anyOf": [{"required": [k]} for k in group]} for group in self.required]
        rules += [{"if": {"required": [a]}, "then": {"required": [b]}} for a, b in self.together]
        for group in self.exclusive:
            pairs = [(a, b) for i, a in enumerate(group) for b in group[i + 1 :]]
            rules += [{"not": {"required": [a, b]}} for a, b in pairs]
        described: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**described, "allOf": rules} if rules else described


_TABLES: dict[str, Table[str, Key]] = {}


def xml_text(element: Element) -> str:
    """The element as one line of XML."""
    return to_text(encode(element), pretty=False)


@immutable(frozen=True, slots=True)
class Items:
    """A list of records."""

    record: Record

    def load(self, node: YamlNode, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            return ()
        loaded = [self.record.load(item, reader, f"{path}/{n}") for n, item in enumerate(reader.items(node, path))]
        return tuple(each for each in loaded if each is not BAD)

    def dump(self, value: Any, writing: Writing) -> Tree:
        return [self.record.dump(each, writing) for each in value]

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": self.record.schema(definitions)}


@immutable(frozen=True, slots=True)
class Wrapped:
    """A list that stands for an element with nothing but repeated children: storage, lifetime."""

    cls: type[Element]
    field: str
    items: Items

    def load(self, node: YamlNode, reader: Reader, path: str) -> Any:
        return self.cls(**{self.field: self.items.load(node, reader, path)})

    def dump(self, value: Any, writing: Writing) -> Tree:
        if is_carrying(value) or value.id in writing.referenced:
            raise NoPlace(f"<{value.tag}> with more than its items")
        return self.items.dump(getattr(value, self.field), writing)

    def schema(self, definitions: dict[str, Json]) -> Json:
        return self.items.schema(definitions)
