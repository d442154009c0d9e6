"""Nodes, options and the fencing topology as crm text."""

from __future__ import annotations

import re

from pacewright.model.attributes import AttributeSet
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.sources.crm.words import HEAD_ID, NODE_SETS
from pacewright.sources.crm.writer.sets import rule_and_pairs, set_lines
from pacewright.sources.crm.writer.text import Lines, Unsayable, described, pair, word

_ATTRIBUTE = re.compile(r"[\w-]+", re.ASCII)


def _head_id(identity: str) -> str:
    return f"{identity}:" if HEAD_ID.fullmatch(f"{identity}:") else pair("$id", identity)


def node_lines(node: Node, referenced: frozenset[str]) -> Lines:
    if not node.name or ":" in node.name:
        raise Unsayable("a node without a name, or a name with a colon")
    words = ["node"]
    if node.id is not None and node.id != node.name:
        words.append(_head_id(node.id))
    words.append(word(node.name if node.type is None else f"{node.name}:{node.type}"))
    return [
        " ".join(words),
        *described(node.description),
        *set_lines(NODE_SETS, (*node.attributes, *node.utilization), referenced),
    ]


def options_lines(keyword: str, options: AttributeSet, referenced: frozenset[str]) -> Lines:
    """``property``, ``rsc_defaults`` or ``op_defaults`` with one set, a pair a line."""
    if options.id_ref is not None:
        return [f"{keyword} {pair('$id-ref', options.id_ref)}"]
    if options.score is not None:
        raise Unsayable("a score of a set of options")
    return [f"{keyword} {_head_id(str(options.id))}", *rule_and_pairs(options, referenced)]


def fencing_lines(levels: tuple[FencingLevel, ...]) -> Lines:
    """One statement for all; a target a line. Levels are counted from 1 without gaps, or cannot be said."""
    by_target: dict[str, list[FencingLevel]] = {}
    for level in levels:
        by_target.setdefault(_target_word(level), []).append(level)
    lines = ["fencing_topology"]
    for target, own in by_target.items():
        own.sort(key=lambda level: int(level.index or 0) if (level.index or "").isdigit() else 0)
        if [level.index for level in own] != [str(n) for n in range(1, len(own) + 1)]:
            raise Unsayable("levels that are not 1, 2, 3")
        lines.append(" ".join((target, *(word(level.devices) for level in own))))
    return lines


def _target_word(level: FencingLevel) -> str:
    given = [t for t in (level.target, level.target_pattern, level.target_attribute) if t is not None]
    if len(given) != 1:
        raise Unsayable("a level with no target or several")
    if level.target_pattern is not None:
        return word(f"pattern:{level.target_pattern}")
    if level.target_attribute is not None:
        if not _ATTRIBUTE.fullmatch(level.target_attribute) or not _ATTRIBUTE.fullmatch(level.target_value or ""):
            raise Unsayable("an attribute as target that is no plain word")
        return f"attr:{level.target_attribute}={level.target_value}"
    if ":" in given[0]:
        raise Unsayable("a target with a colon")
    return word(f"{given[0]}:")
