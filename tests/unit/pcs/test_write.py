"""Commands for configurations: what is said reads back equal, what cannot be said is refused by name."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacewright.cib.codec import read_cib
from pacewright.cib.meaning import configuration_meaning
from pacewright.model.attributes import META, PARAMS, PROPERTIES, AttributeSet, NvPair, attribute_set
from pacewright.model.configuration import Configuration, configuration
from pacewright.model.constraints import Location
from pacewright.model.errors import ConversionError
from pacewright.model.resources import Clone, Operation, Operations, Primitive
from pacewright.model.rules import Expression, Rule
from pacewright.sources import pcs

RICH = Path(__file__).with_name("rich.xml")
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    [
        "--force",
        "--",
        "-f",
        "--wait=1",
        "op",
        "meta",
        "a=b",
        "$(id)",
        "`id`",
        "'",
        '"',
        "\n",
        ";",
        "&&",
        "#",
        "\\",
        " ",
        "-1",
    ]
)


def test_a_rich_configuration_reads_back_equal() -> None:
    original, _ = read_cib(RICH.read_bytes())
    text = pcs.write(original)
    back = pcs.read(text.encode(), "s")
    assert configuration_meaning(back.configuration) == configuration_meaning(original)
    assert not back.reports
    assert pcs.write(back.configuration) == text


def refused(*, cib: str) -> dict[str, str]:
    """Subjects and messages of what pcs cannot express."""
    with pytest.raises(ConversionError) as caught:
        pcs.write(read_cib(f"<cib><configuration>{cib}</configuration></cib>".encode())[0])
    assert {r.code for r in caught.value.reports} == {"pcs-cannot-express"}
    found: dict[str, str] = {}
    for report in caught.value.reports:
        found[str(report.subject)] = found.get(str(report.subject), "") + report.message
    return found


def inside(text: str) -> str:
    """A primitive with this instead of its end."""
    return '<primitive id="d" class="ocf" provider="x" type="y"' + text


@pytest.mark.parametrize(
    ("cib", "subject", "part"),
    [
        ('<resources><template id="t" class="ocf" provider="x" type="y"/></resources>', "resource t", "<template>"),
        ('<resources><primitive id="d" template="t"/></resources>', "resource d", "template='t'"),
        ('<resources><primitive id="d" class="ocf" type="y"/></resources>', "resource d", "the agent"),
        ('<resources><primitive id="op" class="lsb" type="y"/></resources>', "resource op", "the id 'op'"),
        (inside(' description="x"/>'), "resource d", "description"),
        (inside("><foo/></primitive>"), "resource d", "<foo"),
        (inside('><instance_attributes id-ref="q"/></primitive>'), "resource d", "id-ref"),
        (
            inside('><operations><op id="o" name="start" requires="nothing"/></operations></primitive>'),
            "resource d",
            "requires",
        ),
        (
            inside(
                '><operations><op id="o" name="start" interval="0"/><op id="p" name="start" interval="0s"/>'
                "</operations></primitive>"
            ),
            "resource d",
            "a second <op",
        ),
        (
            inside('><meta_attributes id="m"><nvpair id="n" name="a" value="x&#10;y"/></meta_attributes></primitive>'),
            "resource d",
            "control character",
        ),
        (
            '<clone id="c"><primitive id="s" class="systemd" type="y"/><meta_attributes id="m">'
            '<nvpair id="n" name="globally-unique" value="yes"/></meta_attributes></clone>',
            "resource c",
            "globally-unique",
        ),
        (
            '<constraints><rsc_location id="l" rsc="nothing" node="n" score="1"/></constraints>',
            "location l",
            "'nothing'",
        ),
        (
            '<constraints><rsc_location id="l" rsc-pattern="x" node="n" score="1"><lifetime/></rsc_location>'
            "</constraints>",
            "location l",
            "lifetime",
        ),
        (
            '<constraints><rsc_location id="l" rsc-pattern="x"><rule id="r" score="1">'
            '<expression id="e" attribute="and" '
            'operation="defined"/></rule></rsc_location></constraints>',
            "location l",
            "'and'",
        ),
        ('<constraints><rsc_ticket id="t" ticket="a b" rsc="x"/></constraints>', "ticket t", "'a b'"),
        ('<tags><tag id="t"><obj_ref id="x"/></tag></tags>', "tag t", "'x'"),
        (
            '<acls><acl_role id="r"><acl_permission id="p" kind="read" object-type="nodes"/></acl_role></acls>',
            "acl-role r",
            "object-type",
        ),
        ('<alerts><alert id="a" path="/x"><select><select_nodes/></select></alert></alerts>', "alert a", "<select>"),
        (
            '<nodes><node id="r" uname="r" type="remote"/></nodes><resources>'
            '<primitive id="r" class="ocf" provider="pacemaker" type="remote"/></resources>',
            "resource r",
            "exists",
        ),
        ('<nodes><node id="1"/></nodes>', "node 1", "without a name"),
        (
            '<crm_config><cluster_property_set id="a" score="5"><nvpair id="n" name="a" value="b"/>'
            "</cluster_property_set>"
            "</crm_config>",
            "properties",
            "a score",
        ),
        ("<invented/>", "configuration", "<invented"),
    ],
)
def test_what_pcs_cannot_express_is_named(cib: str, subject: str, part: str) -> None:
    if cib.startswith(("<primitive", "<clone")):
        cib = f"<resources>{cib}</resources>"
    assert part in refused(cib=cib)[subject]


def test_all_refusals_at_once() -> None:
    found = refused(
        cib='<resources><template id="t1" class="lsb" type="y"/><template id="t2" class="lsb" type="y"/></resources>'
        '<tags><tag id="t"><obj_ref id="x"/></tag></tags>'
    )
    assert set(found) == {"resource t1", "resource t2", "tag t"}


def test_nodes_and_pacemakers_own_properties_are_named_as_existing() -> None:
    text = pcs.write(
        read_cib(
            b'<cib><configuration><nodes><node id="1" uname="alice"/></nodes><crm_config><cluster_property_set id="c">'
            b'<nvpair id="n" name="dc-version" value="2.1.5 x"/></cluster_property_set></crm_config>'
            b"</configuration></cib>"
        )[0]
    )
    assert text.splitlines() == ["# exists: node alice id=1", "# exists: property 'dc-version=2.1.5 x'"]


def _resource(name: str, value: str) -> Primitive:
    monitor = Operation(name="monitor", interval="10s")
    return Primitive(
        id="p", agent_class="ocf", provider="x", type="y", params=(attribute_set(PARAMS, {name: value}),),
        meta=(attribute_set(META, {value: name}),), operations=Operations(items=(monitor,)),
    )  # fmt: skip


def _injected(name: str, value: str) -> Configuration:
    """The texts wherever users may put theirs."""
    rule = Rule(score="1", conditions=(Expression(attribute="a", operation="eq", type="string", value=value),))
    return configuration(
        properties=(AttributeSet(tag=PROPERTIES, pairs=(NvPair(name=name, value=value),)),),
        resources=(Clone(id="c", child=_resource(name, value)),),
        constraints=(
            Location(id="l1", pattern=name, node=value, score="1"),
            Location(id="l2", resource="c", rules=(rule,)),
        ),
    )


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_becomes_a_command_or_an_option(name: str, value: str) -> None:
    configured = _injected(name, value)
    try:
        text = pcs.write(configured)
    except ConversionError:
        return
    assert configuration_meaning(pcs.read(text.encode(), "s").configuration) == configuration_meaning(configured)
    commands = [shlex.split(line) for line in text.replace(" \\\n", " ").splitlines()]
    assert [" ".join(words[: words.index("--")]) for words in commands] == [
        "pcs property set --force", "pcs resource create --force --no-default-ops",
        "pcs constraint location add --force", "pcs constraint location --force",
    ]  # fmt: skip


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=8))
def test_no_id_becomes_anything_else(name: str) -> None:
    configured = configuration(resources=(Primitive(id=name, agent_class="lsb", type="y"),))
    try:
        text = pcs.write(configured)
    except ConversionError:
        return
    assert name.isascii()
    assert configuration_meaning(pcs.read(text.encode(), "s").configuration) == configuration_meaning(configured)
