"""When the order of sets of attributes means something."""

from pacewright.cib.meaning import sets_meaning
from pacewright.model.attributes import META, AttributeSet, NvPair
from pacewright.model.rules import Expression, Rule

RULE = Rule(conditions=(Expression(attribute="rack", operation="defined"),))


def one(name: str, value: str, rule: Rule | None = None, score: str | None = None) -> AttributeSet:
    return AttributeSet(tag=META, id=f"{name}{value}", rule=rule, score=score, pairs=(NvPair(name=name, value=value),))


def test_sets_without_a_name_in_common_have_no_order() -> None:
    first, second = one("a", "1", RULE), one("b", "2")
    assert sets_meaning((first, second)) == sets_meaning((second, first))


def test_sets_with_a_name_in_common_have_one() -> None:
    first, second = one("a", "1", RULE), one("a", "2")
    assert sets_meaning((first, second)) != sets_meaning((second, first))


def test_old_and_new_spellings_are_one_name() -> None:
    first, second = one("master-max", "1", RULE), one("promoted-max", "2")
    assert sets_meaning((first, second)) != sets_meaning((second, first))


def test_scores_decide_before_the_place() -> None:
    first, second = one("a", "1", RULE, "1"), one("a", "2", RULE, "2")
    assert sets_meaning((first, second)) == sets_meaning((second, first))
