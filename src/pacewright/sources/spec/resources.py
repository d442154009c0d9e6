"""Shapes that only resources have: agents, operations, members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.model.attributes import META, AttributeSet, NvPair
from pacewright.model.immutable import immutable
from pacewright.model.report import did_you_mean
from pacewright.model.resources import CLASSES, Clone, Operation, Operations
from pacewright.model.values import is_true
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import BAD, Members, Reader
from pacewright.sources.spec.records import Record, keys_of, xml_text
from pacewright.sources.spec.scalars import ANY_TEXT, Json
from pacewright.sources.spec.sets import is_simple, sets_written
from pacewright.sources.spec.tree import NoPlace, Tree, Writing, is_carrying

_WITH_PROVIDER = ("ocf",)
_PLAIN_TYPE = ("systemd", "service", "upstart")  # a unit's name may have colons
OPERATION = Record("operation", Operation, keys_of(Operation, leave_out=("name",)), ("op",))
_OPERATIONS = Record("operations", Operations, (), ("operations",))
_RESERVED = ("id", "ref", "xml")


def split_agent(text: str) -> tuple[str, str | None, str]:
    """``class:provider:type`` or ``class:type`` as (class, provider, type). Raises ValueError with a sentence."""
    cls, _, rest = text.partition(":")
    provider, colon, kind = rest.partition(":")
    if cls not in CLASSES:
        raise ValueError(f"'{cls[:100]}' is no class of agents: {', '.join(CLASSES)}")
    if not colon or cls in _PLAIN_TYPE:
        provider, kind = "", rest
    if not kind or (colon and not provider and cls not in _PLAIN_TYPE):
        raise ValueError("an agent is class:provider:type or class:type")
    if cls in _WITH_PROVIDER and not provider:
        raise ValueError("an ocf agent needs its provider")
    return cls, provider or None, kind


@immutable(frozen=True, slots=True)
class Agent:
    """(class, provider, type) as one word."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        reader.place(path, node)
        try:
            return split_agent(text)
        except ValueError as error:
            reader.error("bad-agent", str(error), node, path, _agent_suggestion(text))
            return BAD

    def dump(self, value: Any, writing: Writing) -> Tree:
        text = ":".join(part for part in value if part)
        try:
            if split_agent(text) == value:
                return text
        except ValueError as error:
            raise NoPlace(str(error)) from None
        raise NoPlace(f"agent {text}")

    def schema(self, definitions: dict[str, Json]) -> Json:
        others = "|".join(c for c in CLASSES if c not in _WITH_PROVIDER)
        return {"type": "string", "pattern": f"^(ocf:[^:]+:.+|({others}):.+)$"}


def _agent_suggestion(text: str) -> str | None:
    cls, colon, rest = text.partition(":")
    if cls == "ocf":
        return f"ocf:heartbeat:{rest[:100]}" if rest else None
    return did_you_mean(cls[:100], CLASSES) if colon else f"ocf:heartbeat:{cls[:100]}"


@immutable(frozen=True, slots=True)
class OperationsShape:
    """Operations by name; a list where a name repeats. ``ref`` shares those of another resource."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            return None
        mapping = reader.mapping(node, path)
        if mapping is None:
            return BAD
        reader.place(path, node)
        values: dict[str, Any] = {}
        items: list[Operation] = []
        for name, value in mapping.pairs:
            if name.text in _RESERVED and isinstance(value, Scalar) and not value.is_null:
                values[name.text] = value
            else:
                items.extend(self._named(name, value, reader, f"{path}/{name.text}"))
        if "xml" in values:
            return _OPERATIONS.from_xml(mapping, values["xml"], reader, path)
        reference = reader.text(values["ref"], path) if "ref" in values else None
        identity = reader.text(values["id"], path) if "id" in values else None
        if identity is not None:
            reader.claim(identity, values["id"], path)
        return Operations(id=identity, id_ref=reference, items=tuple(items))

    def _named(self, name: Scalar, value: Node, reader: Reader, path: str) -> list[Operation]:
        reader.place(path, name)
        several = isinstance(value, Sequence)
        found = []
        for number, each in enumerate(value.items if isinstance(value, Sequence) else [value]):
            where = f"{path}/{number}" if several else path
            if isinstance(each, Scalar) and each.is_null:
                found.append(Operation(name=name.text))
            elif isinstance(each, Mapping) and each.get("xml") is None:
                found.append(OPERATION.from_mapping(each, reader, where, name=name.text))
            elif (loaded := OPERATION.load(each, reader, where)) is not BAD:
                found.append(loaded)
        return found

    def dump(self, value: Any, writing: Writing) -> Tree:
        if is_carrying(value) or any(op.name is None for op in value.items):
            return {"xml": xml_text(value)}
        tree: dict[str, Tree] = {}
        if value.id is not None and value.id in writing.referenced:
            tree["id"] = value.id
        if value.id_ref is not None:
            tree["ref"] = value.id_ref
        named: dict[str, list[Tree]] = {}
        for op in value.items:
            named.setdefault(op.name, []).append(OPERATION.dump(op, writing))
        for name, trees in named.items():
            tree[name] = trees[0] if len(trees) == 1 else list(trees)
        return tree or []

    def schema(self, definitions: dict[str, Json]) -> Json:
        one = OPERATION.schema(definitions)
        several: Json = {"anyOf": [one, {"type": "null"}, {"type": "array", "items": one}]}
        reserved: Json = {name: {"anyOf": [{"type": "string"}, several]} for name in _RESERVED}
        return {"type": ["object", "null"], "properties": reserved, "additionalProperties": several}


@immutable(frozen=True, slots=True)
class MembersShape:
    """Ids of the resources inside; the resources themselves stand beside. Read into ``Reader.members``."""

    key: str
    many: bool = False

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        reader.place(path, node)
        names = [
            item
            for item in (reader.items(node, path) if self.many else [node])
            if reader.text(item, path) is not None and isinstance(item, Scalar)
        ]
        if self.many and isinstance(node, Sequence) and not node.items:
            reader.error("missing-member", "a group needs a member", node, path)
        reader.members[path.rpartition("/")[0]] = Members(self.key, names)
        return () if self.many else None

    def dump(self, value: Any, writing: Writing) -> Tree:
        members = value if self.many else (value,)
        if any(each.id is None for each in members):
            raise NoPlace("a member without id")
        return [each.id for each in members] if self.many else members[0].id

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "array", "items": ANY_TEXT, "minItems": 1} if self.many else ANY_TEXT


# ---- promotable clones: a clone whose meta attributes say promotable


def with_promotable(clone: Clone) -> Clone:
    """What the key ``promotable`` stands for, added to the first set that always applies."""
    pair = NvPair(name="promotable", value="true")
    for number, each in enumerate(clone.meta):
        if each.is_plain:
            changed = replace(each, pairs=(pair, *each.pairs))
            return replace(clone, meta=(*clone.meta[:number], changed, *clone.meta[number + 1 :]))
    return replace(clone, meta=(AttributeSet(tag=META, pairs=(pair,)), *clone.meta))


def without_promotable(clone: Clone, writing: Writing) -> Clone | None:
    """The reverse; None where only ``clone`` with its meta attributes can say it."""
    sets = sets_written(clone.meta, writing)
    if clone.tag != "clone" or len(sets) != 1 or not is_simple(sets[0], writing):
        return None
    pairs = [pair for pair in sets[0].pairs if pair.name == "promotable"]
    if len(pairs) != 1 or pairs[0].id in writing.referenced or pairs[0].id_ref is not None:
        return None
    if pairs[0].secret is not None or not is_true(pairs[0].value) or any(is_carrying(p) for p in sets[0].pairs):
        return None  # a set that has to be kept as XML keeps all of its pairs
    rest = tuple(pair for pair in sets[0].pairs if pair is not pairs[0])
    return replace(clone, meta=(replace(sets[0], pairs=rest),) if rest else ())
