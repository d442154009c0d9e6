"""The writer's laws: what is written reads back the same, is stable, and holds no statement that was not meant."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacewright.cib.codec import read_cib
from pacewright.cib.meaning import configuration_meaning
from pacewright.model.attributes import PARAMS, PROPERTIES, AttributeSet, NvPair, SecretReference, attribute_set
from pacewright.model.configuration import Configuration, configuration
from pacewright.model.constraints import Location
from pacewright.model.errors import ConversionError, SpecError
from pacewright.model.nodes import Node
from pacewright.model.report import Reports
from pacewright.model.resources import Group, Primitive
from pacewright.sources import crm
from pacewright.sources.crm.lexer import statements

CIBS = sorted((Path(__file__).parent / "cibs").glob("*.xml"))
XML_CHARACTERS = st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f") | st.sampled_from(
    "\t\r"
)
AWKWARD = st.text(alphabet=st.sampled_from(list("ab'\"\\ =#$@:;{}[]()<>&|\t\ré")) | XML_CHARACTERS, max_size=15)


def load(path: Path) -> Configuration:
    return read_cib(path.read_bytes(), path.name)[0]


@pytest.mark.parametrize("path", CIBS, ids=lambda p: p.stem)
def test_cib_to_crm_to_cib(path: Path) -> None:
    original = load(path)
    text = crm.write(original)
    again = crm.read(text.encode(), "x.crm").configuration
    assert configuration_meaning(again) == configuration_meaning(original)
    assert crm.write(again) == text


def test_only_what_crm_cannot_say_becomes_xml() -> None:
    xml = {path.stem: len(re.findall("^xml ", crm.write(load(path)), re.MULTILINE)) for path in CIBS}
    assert xml["resources"] == 0
    assert xml["constraints"] == 3  # nested rule, influence, adjoining sets of one kind
    assert xml["sections"] == 1  # the rule on operations
    assert xml["odd"] == 12  # all but the members of its containers and the old order


def test_layout() -> None:
    primitive = Primitive(
        id="p_IP", agent_class="ocf", provider="heartbeat", type="IPaddr2",
        params=(attribute_set(PARAMS, {"ip": "192.168.122.130", "nic": "eth 0"}),),
    )  # fmt: skip
    text = crm.write(configuration(nodes=(Node(name="alice"),), resources=(primitive,)))
    assert text == 'node alice\nprimitive p_IP ocf:heartbeat:IPaddr2 \\\n\tparams ip=192.168.122.130 nic="eth 0"\n'


def params(name: str, value: str | None) -> Configuration:
    pairs = (NvPair(name=name, value=value),)
    primitive = Primitive(
        id="p", agent_class="ocf", provider="heartbeat", type="Dummy", params=(AttributeSet(tag=PARAMS, pairs=pairs),)
    )
    return configuration(resources=(primitive,))


@settings(max_examples=150, deadline=None)
@given(AWKWARD.filter(bool), AWKWARD | st.none())
def test_any_name_and_value_come_back_and_stay_one_statement(name: str, value: str | None) -> None:
    original = params(name, value)
    text = crm.write(original)
    assert len(list(statements(text, "x", Reports()))) == 1
    assert configuration_meaning(crm.read(text.encode(), "x").configuration) == configuration_meaning(original)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="a\"' \\\n=:$", max_size=8))
def test_names_of_nodes_ids_and_properties_inject_nothing(text: str) -> None:
    original = configuration(
        nodes=(Node(id="1", name=f"n{text}", description=text or None),),
        constraints=(Location(id=f"l{text}", resource="r", node=f"n{text}", score="1"),),
        properties=(AttributeSet(tag=PROPERTIES, id="o", pairs=(NvPair(name=f"x{text}", value=text),)),),
    )
    try:
        written = crm.write(original)
    except ConversionError:
        return
    assert len(list(statements(written, "x", Reports()))) == 3
    assert configuration_meaning(crm.read(written.encode(), "x").configuration) == configuration_meaning(original)


def test_what_crm_text_cannot_carry_is_refused_by_name() -> None:
    original = params("a", "one\nprimitive evil ocf:heartbeat:Dummy")
    bad_id = Primitive(id="p q", agent_class="ocf", provider="heartbeat", type="Dummy")
    section = original.resource_section
    assert section is not None
    original = replace(original, resource_section=replace(section, items=(*section.items, bad_id)))
    with pytest.raises(ConversionError) as raised:
        crm.write(original)
    assert [(r.code, r.subject) for r in raised.value.reports] == [
        ("crm-cannot-express", "resource p"),
        ("crm-cannot-express", "resource p q"),
    ]


def test_scores_of_option_sets_are_refused() -> None:
    weighed = AttributeSet(tag=PROPERTIES, id="o", score="5", pairs=(NvPair(name="x", value="1"),))
    with pytest.raises(ConversionError) as raised:
        crm.write(configuration(properties=(weighed,)))
    assert [r.subject for r in raised.value.reports] == ["property o"]


def test_open_secrets_are_refused() -> None:
    secret = NvPair(name="password", secret=SecretReference("file", "/etc/secret"))
    primitive = Primitive(
        id="p",
        agent_class="ocf",
        provider="heartbeat",
        type="Dummy",
        params=(AttributeSet(tag=PARAMS, pairs=(secret,)),),
    )
    with pytest.raises(ConversionError) as raised:
        crm.write(configuration(resources=(Group(id="g", members=(primitive,)),)))
    assert [r.subject for r in raised.value.reports] == ["resource p"]


def test_unknown_sections_are_refused() -> None:
    original = read_cib(b"<configuration><nodes/><novelties><thing id='x'/></novelties></configuration>")[0]
    with pytest.raises(ConversionError) as raised:
        crm.write(original)
    assert [r.subject for r in raised.value.reports] == ["configuration"]


TEXT = (Path(__file__).parents[3] / "examples" / "folsom.crm").read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.integers(0, len(TEXT)).flatmap(
    lambda at: st.text(alphabet="\"'\\\n #=:$@(){}[]<>xa", max_size=6).map(lambda s: TEXT[:at] + s.encode() + TEXT[at:])
))  # fmt: skip
def test_no_bytes_make_it_fail_in_another_way(data: bytes) -> None:
    try:
        crm.read(data, "x")
    except SpecError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 100, b"xml " + b"<a>" * 50_000, b"xml " + b'<group id="a">' * 5_000 + b"</group>" * 5_000,
        b'primitive x "' + b'\\"' * 200_000, b"x" * 1_000_000, b"a \\\n" * 20_000, b"order o inf: " + b"(" * 20_000,
    ],
    ids=["nul", "deep", "deep-closed", "quotes", "long", "continued", "brackets"],
)  # fmt: skip
def test_extremes_are_refused(data: bytes) -> None:
    with pytest.raises(SpecError):
        crm.read(data, "x")


def test_the_folsom_listing_is_stable() -> None:
    first = crm.read(TEXT, "folsom.crm").configuration
    assert len(first.constraints) == 17
    text = crm.write(first)
    again = crm.read(text.encode(), "x").configuration
    assert configuration_meaning(again) == configuration_meaning(first)
    assert crm.write(again) == text
