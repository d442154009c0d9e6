"""Sets of name-value pairs as crm text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pacewright.model.attributes import AttributeSet, NvPair
from pacewright.sources.crm.writer.rules import rule_words
from pacewright.sources.crm.writer.text import Lines, Unsayable, pair, score_head, word

_IN_AN_ID = re.compile(r"[\w.-]+", re.ASCII)


def set_lines(words: Mapping[str, str], sets: Iterable[AttributeSet], referenced: frozenset[str]) -> Lines:
    """One line a set. ``words``: which word opens which set. Empty sets that nothing refers to mean nothing."""
    opening = {tag: name for name, tag in words.items()}
    return [
        " ".join((opening[each.tag], *set_words(each, referenced)))
        for each in sets
        if each.pairs or each.rule or each.id_ref or each.id in referenced
    ]


def set_words(each: AttributeSet, referenced: frozenset[str]) -> list[str]:
    if each.id_ref is not None:
        return [pair("$id-ref", each.id_ref)]
    words = [pair("$id", each.id)] if each.id is not None and each.id in referenced else []
    if each.score is not None:
        words.append(score_head(each.score))
    return [*words, *rule_and_pairs(each, referenced)]


def rule_and_pairs(each: AttributeSet, referenced: frozenset[str]) -> list[str]:
    rule = [rule_words(each.rule, referenced, in_set=True)] if each.rule is not None else []
    return rule + [_pair_word(p, referenced) for p in each.pairs]


def _pair_word(each: NvPair, referenced: frozenset[str]) -> str:
    if each.id_ref is not None:
        return word(f"@{each.id_ref}:{each.name}" if each.name is not None else f"@{each.id_ref}")
    if each.name is None:
        raise Unsayable("a pair without a name")
    # crmsh makes ids from names, and does not look whether XML accepts them.
    if each.id is not None and (each.id in referenced or not _IN_AN_ID.fullmatch(each.name)):
        return f"{word(f'${each.id}:')}{pair(each.name, each.value or '')}"
    return pair(each.name, each.value)
