"""ATTRIBUTES: name-value pairs as a mapping, or as a list of sets with rules, scores and references."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.model.immutable import immutable
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.records import Items, Key, Record, keys_of
from pacewright.sources.spec.rules import SET_RULE, RuleForm
from pacewright.sources.spec.scalars import Json
from pacewright.sources.spec.secrets import SecretError, parse_secret
from pacewright.sources.spec.tree import NoPlace, Tree, Writing, is_carrying

_VALUE: Json = {"type": ["string", "number", "boolean", "null"]}


@immutable(frozen=True, slots=True)
class Value:
    """A pair's (value, secret): text, nothing, or a reference to a secret."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if not isinstance(node, Scalar):
            reader.error("wrong-type", "a single value is expected", node, path)
            return BAD
        if not node.secret:
            return (None if node.is_null else node.text), None
        try:
            return None, parse_secret(node.text)
        except SecretError as error:
            reader.error("bad-secret", str(error), node, path)
            return BAD

    def dump(self, value: Any, writing: Writing) -> Tree:
        text, secret = value
        return secret if secret is not None else text  # type: ignore[no-any-return]

    def schema(self, definitions: dict[str, Json]) -> Json:
        return _VALUE


_VALUE_KEY = Key("value", ("value", "secret"), Value())
_PAIR_KEYS = keys_of(NvPair, value=_VALUE_KEY)
LISTED_PAIR = Record("listed-pair", NvPair, _PAIR_KEYS, ("nvpair",), required=(("name", "ref"),), allows_xml=False)
PAIR = Record(
    "pair", NvPair, tuple(k for k in _PAIR_KEYS if k.name != "name"), ("nvpair",), required=(("value", "ref"),),
    allows_xml=False,
)  # fmt: skip


@immutable(frozen=True, slots=True)
class Pairs:
    """The pairs of one set: a mapping name to value; a list where a name repeats or is missing."""

    word: str = "/"

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            return ()
        if isinstance(node, Sequence):
            return Items(LISTED_PAIR).load(node, reader, path)
        mapping = reader.mapping(node, path)
        return () if mapping is None else self.from_mapping(mapping, reader, pairs_path(path, self.word))

    def from_mapping(self, mapping: Mapping, reader: Reader, prefix: str) -> tuple[NvPair, ...]:
        pairs = []
        for name, value in mapping.pairs:
            path = prefix + name.text
            reader.place(path, name)
            if isinstance(value, Mapping):
                pair = PAIR.from_mapping(value, reader, path, name=name.text)
            elif (loaded := _VALUE_KEY.shape.load(value, reader, path)) is not BAD:
                pair = NvPair(name=name.text, value=loaded[0], secret=loaded[1])
            else:
                continue
            pairs.append(pair)
        return tuple(pairs)

    def dump(self, value: Any, writing: Writing) -> Tree:
        names = [pair.name for pair in value]
        if None in names or len(set(names)) < len(names):
            return Items(LISTED_PAIR).dump(value, writing)
        return {pair.name: _pair_tree(pair, writing) for pair in value}

    def schema(self, definitions: dict[str, Json]) -> Json:
        listed = Items(LISTED_PAIR).schema(definitions)
        mapping = {"type": ["object", "null"], "additionalProperties": {"anyOf": [_VALUE, PAIR.schema(definitions)]}}
        return {"anyOf": [mapping, listed]}


def _pair_tree(pair: NvPair, writing: Writing) -> Tree:
    if is_carrying(pair):
        raise NoPlace("a pair with unknown parts")
    if pair.id_ref is not None or pair.id in writing.referenced:
        tree: dict[str, Tree] = {}
        if pair.id in writing.referenced:
            tree["id"] = pair.id
        if pair.id_ref is not None:
            tree["ref"] = pair.id_ref
        if pair.value is not None or pair.secret is not None or pair.id_ref is None:
            tree["value"] = _VALUE_KEY.shape.dump((pair.value, pair.secret), writing)
        return tree
    return _VALUE_KEY.shape.dump((pair.value, pair.secret), writing)


def pairs_path(path: str, word: str) -> str:
    """What precedes a pair's name: ``resource p/params/``, ``property ``, ``node alice attribute ``."""
    return path + word if word == "/" else path.partition("/")[0] + word


@cache
def set_record(tag: str, word: str = "/") -> Record:
    """One set of a list."""
    keys = keys_of(AttributeSet, leave_out=("pairs",), rule=RuleForm(SET_RULE))
    pairs = Key("attributes", ("pairs",), Pairs(word))
    return Record(f"set-of-{tag}{'' if word == '/' else word.replace(' ', '-')}", AttributeSet, (*keys, pairs), (tag,))


@immutable(frozen=True, slots=True)
class Sets:
    """All sets of one tag. ``word``: what stands between an object's address and a pair's name in its address."""

    tag: str
    word: str = "/"

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            return ()
        if isinstance(node, Sequence):
            return Items(set_record(self.tag, self.word)).load(node, reader, path)
        mapping = reader.mapping(node, path)
        if mapping is None:
            return BAD
        reader.place(path, node)
        pairs = Pairs().from_mapping(mapping, reader, pairs_path(path, self.word))
        return (AttributeSet(tag=self.tag, pairs=pairs),) if pairs else ()

    def dump(self, value: Any, writing: Writing) -> Tree:
        sets = sets_written(value, writing)
        if len(sets) == 1 and is_simple(sets[0], writing):
            with suppress(NoPlace):
                pairs = Pairs().dump(sets[0].pairs, writing)
                if isinstance(pairs, dict):
                    return pairs
        return Items(set_record(self.tag, self.word)).dump(sets, writing)

    def schema(self, definitions: dict[str, Json]) -> Json:
        name = f"attributes-of-{self.tag}"
        if name not in definitions:
            listed = Items(set_record(self.tag)).schema(definitions)
            definitions[name] = {"anyOf": [Pairs().schema(definitions)["anyOf"][0], listed]}
        return {"$ref": f"#/$defs/{name}"}


def sets_written(sets: Iterable[AttributeSet], writing: Writing) -> list[AttributeSet]:
    """Those that say something."""
    return [each for each in sets if each.pairs or not is_simple(each, writing)]


def is_simple(each: AttributeSet, writing: Writing) -> bool:
    """Whether its pairs say all of it."""
    conditional = each.rule is not None or each.score is not None or each.id_ref is not None
    return not (conditional or is_carrying(each) or each.id in writing.referenced)
