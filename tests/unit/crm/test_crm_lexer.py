"""Words and lines as crmsh makes them."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from pacewright.model.report import Reports
from pacewright.sources.crm.lexer import Statement, statements


def split(text: str) -> tuple[list[Statement], list[str]]:
    reports = Reports()
    return list(statements(text, "x", reports)), [r.code for r in reports]


def words(text: str) -> list[str]:
    return [token.text for token in split(text)[0][0].tokens]


def test_a_backslash_at_the_end_continues_the_line() -> None:
    found, codes = split("primitive a \\\n   ocf:b:c\\\n  \n\nnode x\n")
    assert not codes
    assert [[(t.text, t.line) for t in s.tokens] for s in found] == [
        [("primitive", 1), ("a", 1), ("ocf:b:c", 2)],
        [("node", 5), ("x", 5)],
    ]


def test_comments_stand_alone() -> None:
    found, _ = split("# primitive a \\\n b\nlocation l a rule #uname eq b\n")
    assert [[t.text for t in s.tokens] for s in found] == [["location", "l", "a", "rule", "#uname", "eq", "b"]]


def test_quotation() -> None:
    assert words(r"""x a="b c"'d "e' "f\"g\\h\n" i\ j "" """) == ["x", 'a=b cd "e', 'f"g\\h\\n', "i j", ""]


def test_xml_is_not_split() -> None:
    found, codes = split('xml <a b="it\'s"> \\\n  </a>\n')
    assert not codes
    assert found[0].raw == '<a b="it\'s"> </a>'


@given(st.text(alphabet="ab \t'\"\\=#", max_size=12).filter(lambda s: s.strip() and not s.strip().startswith("#")))
def test_words_are_those_of_shlex(text: str) -> None:
    line = text.strip()
    if line.endswith("\\"):
        return  # a continued line
    found, codes = split(line)
    try:
        expected = shlex.split(line)
    except ValueError:
        assert codes
        assert not found
        return
    assert [[t.text for t in s.tokens] for s in found] == ([expected] if expected else [])
