"""Rules as expressions: under a set of attributes, in location constraints, in lifetimes."""

from __future__ import annotations

from typing import Any

from pacewright.cib.ids import ids_in
from pacewright.model.expression import ExpressionError, Inexpressible, expression_text, parse_expression
from pacewright.model.immutable import immutable
from pacewright.model.rules import Rule
from pacewright.sources.spec.nodes import Node, Scalar
from pacewright.sources.spec.reader import BAD, Reader
from pacewright.sources.spec.records import Key, Record, keys_of
from pacewright.sources.spec.scalars import Json
from pacewright.sources.spec.tree import NoPlace, Tree, Writing


@immutable(frozen=True, slots=True)
class Condition:
    """(boolean-op, conditions) as an expression."""

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        text = reader.text(node, path)
        if text is None:
            return BAD
        reader.place(path, node)
        try:
            rule = parse_expression(text)
        except ExpressionError as error:
            reader.error("bad-rule", f"{error}, at character {error.position + 1} of the rule", node, path)
            return BAD
        return rule.boolean_op, rule.conditions

    def dump(self, value: Any, writing: Writing) -> Tree:
        operator, conditions = value
        if any(i in writing.referenced for each in conditions for i in ids_in(each)):
            raise NoPlace("a condition that something refers to")
        try:
            text = expression_text(Rule(boolean_op=operator, conditions=conditions))
            if expression_text(parse_expression(text)) == text:
                return text
        except (Inexpressible, ExpressionError) as error:
            raise NoPlace(str(error)) from None
        raise NoPlace("an expression that reads back differently")

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "string", "minLength": 1}


def _rule_record(name: str, condition: str) -> Record:
    keys = keys_of(Rule, leave_out=("boolean_op", "conditions"))
    expression = Key(condition, ("boolean_op", "conditions"), Condition())
    return Record(
        name, Rule, (expression, *keys), ("rule",), required=((condition, "ref"),), exclusive=((condition, "ref"),)
    )


SET_RULE = _rule_record("set-rule", "expression")
LOCATION_RULE = _rule_record("location-rule", "rule")


@immutable(frozen=True, slots=True)
class RuleForm:
    """The rule of a set: an expression, or a mapping where it has more than that."""

    record: Record

    def load(self, node: Node, reader: Reader, path: str) -> Any:
        if not isinstance(node, Scalar):
            return self.record.load(node, reader, path)
        loaded = Condition().load(node, reader, path)
        return BAD if loaded is BAD else Rule(boolean_op=loaded[0], conditions=loaded[1])

    def dump(self, value: Any, writing: Writing) -> Tree:
        tree = self.record.dump(value, writing)
        if isinstance(tree, dict) and set(tree) == {"expression"}:
            return tree["expression"]
        return tree

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"anyOf": [Condition().schema(definitions), self.record.schema(definitions)]}
