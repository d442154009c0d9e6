"""What is changed in a CIB before the scheduler gets it."""

import pytest

from pacewright.cluster.tools import _unvalidated as unvalidated

BODY = b'<configuration validate-with="pacemaker-3.9"/></cib>'


def head(schema: str, feature_set: str = "3.16.1") -> bytes:
    return f'<cib crm_feature_set="{feature_set}" validate-with="{schema}">'.encode()


def test_a_recent_schema_is_not_loaded_again_and_nothing_else_changes():
    assert unvalidated(head("pacemaker-3.9") + BODY) == head("none") + BODY


def test_the_declaration_is_not_taken_for_the_cib():
    declaration = b'<?xml version="1.0"?>\n'
    assert unvalidated(declaration + head("pacemaker-3.0") + BODY) == declaration + head("none") + BODY


@pytest.mark.parametrize(
    "start",
    [head("pacemaker-2.10"), head("pacemaker-1.2"), head("pacemaker-4.0"), head("pacemaker-3.10", "3.20.0"), b"<cib>"],
    ids=["upgraded-on-reading", "upgraded-on-reading-2", "pacemaker-3", "pacemaker-3-old-schema", "nothing-said"],
)
def test_where_it_would_matter_it_is_left_alone(start):
    assert unvalidated(start + BODY) == start + BODY
