"""CIBs whose ids repeat or are none: a text that could not be read is refused, one that needs no such id is written."""

from __future__ import annotations

import pytest

from pacewright.model.errors import ConversionError
from pacewright.sources.formats import module_of
from support import configuration

PRIMITIVE = '<primitive id="{0}" class="ocf" provider="pacemaker" type="Dummy"><operations>{1}</operations></primitive>'
OP = '<op id="{0}" name="monitor" interval="10s"/>'
TWICE = PRIMITIVE.format("p", OP.format("same")) + PRIMITIVE.format("q", OP.format("same"))
SET_TWICE = (
    '<primitive id="p" class="ocf" provider="pacemaker" type="Dummy">'
    '<instance_attributes id="{0}"><rule id="{1}" score="0"><expression id="e" attribute="#uname" operation="eq"'
    ' value="alice"/></rule><nvpair id="n" name="state" value="/x"/></instance_attributes>'
    '<meta_attributes id-ref="{0}"/></primitive>'
)


@pytest.mark.parametrize(("format_name", "code"), [("spec", "duplicate-id"), ("crm", "crm-duplicate-id")])
def test_a_repeated_id_that_the_text_must_keep_is_refused(format_name, code):
    referring = configuration(TWICE, rest='<tags><tag id="t"><obj_ref id="same"/></tag></tags>')
    with pytest.raises(ConversionError) as caught:
        module_of(format_name).write(referring)
    assert [(r.code, r.subject) for r in caught.value.reports] == [(code, "resource q")]


def test_a_repeated_id_that_nothing_needs_is_chosen_anew():
    text = module_of("spec").write(configuration(TWICE))
    assert [r.id for r in module_of("spec").read(text.encode(), "x").configuration.resources] == ["p", "q"]


def test_an_id_that_is_none_is_refused_by_name():
    with pytest.raises(ConversionError) as caught:
        module_of("spec").write(configuration(SET_TWICE.format("-1", "r")))
    assert [(r.code, r.subject) for r in caught.value.reports] == [("bad-id", "resource p")]
