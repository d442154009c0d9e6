"""The graph of a configuration: what is drawn, what is compared, and that no text becomes syntax."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from pacewright.cib.codec import read_cib
from pacewright.cib.graph.alike import merged
from pacewright.cib.graph.build import build
from pacewright.cib.graph.compare import compare, difference
from pacewright.cib.graph.dot import dot_text
from pacewright.cib.graph.quote import quoted, rich
from pacewright.cib.graph.svg import finished_svg
from pacewright.cib.graph.values import Change, Graph, Line, document
from pacewright.cli.main import main
from pacewright.cli.views.graph.page import page_text
from pacewright.cluster import graphviz
from pacewright.model.configuration import Configuration
from pacewright.model.errors import ToolError

HOSTILE = '</script><script>alert(1)</script>"\'`\\N\\" ]; evil [ <b>&amp;&lt; --> ]]>'


def dummy(name: str, inside: str = "") -> str:
    return f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Dummy">{inside}</primitive>'


def cib(resources: str = "", constraints: str = "", more: str = "") -> bytes:
    nodes = '<nodes><node id="1" uname="alice"/><node id="2" uname="bob"/></nodes>'
    return (
        f'<cib validate-with="pacemaker-3.9"><configuration><crm_config/>{nodes}<resources>{resources}</resources>'
        f"<constraints>{constraints}</constraints>{more}</configuration><status/></cib>"
    ).encode()


def configuration(*parts: str) -> Configuration:
    return read_cib(cib(*parts))[0]


def drawn(*parts: str) -> Graph:
    return build(configuration(*parts))


def lines(graph: Graph) -> list[tuple[str, str, str]]:
    return [(e.line, e.tail.partition(" ")[2], e.head.partition(" ")[2]) for e in graph.edges.values()]


ABC = "".join(map(dummy, "abcdef"))


class TestResources:
    def test_boxes_hold_their_members(self) -> None:
        graph = drawn(
            f'<clone id="cl"><group id="g">{dummy("a")}{dummy("b")}</group></clone>'
            f'<master id="ms">{dummy("c")}</master>'
            f'<bundle id="bu"><podman image="i:1" replicas="3"/>{dummy("d")}</bundle>'
        )
        parents = {v.id: (v.kind, v.parent) for v in graph.vertices.values()}
        assert parents["g"] == ("group", "resource cl")
        assert parents["a"] == parents["b"] == ("primitive", "resource g")
        assert parents["ms"] == ("promotable clone", None)
        assert parents["d"] == ("primitive", "resource bu")
        assert graph.vertices["resource bu"].agent == "podman × 3"

    def test_fencing_devices_stand_apart(self) -> None:
        graph = drawn('<primitive id="f" class="stonith" type="fence_ipmilan"/>' + dummy("a"))
        assert graph.vertices["resource f"].parent == "box fencing"
        assert graph.vertices["resource a"].parent is None

    def test_a_template_gives_its_agent(self) -> None:
        graph = drawn('<template id="t" class="ocf" provider="p" type="VM"/><primitive id="v" template="t"/>')
        assert graph.vertices["resource v"].agent == "ocf:p:VM"

    def test_hidden_ids_are_left_out(self) -> None:
        hidden = frozenset(("b", "o"))
        found = build(configuration(dummy("a") + dummy("b"), '<rsc_order id="o" first="b" then="a"/>'), hidden)
        assert "resource b" not in found.vertices
        assert not found.edges

    def test_parameter_values_are_nowhere(self) -> None:
        secret = '<instance_attributes id="i"><nvpair id="n" name="passwd" value="hunter2"/></instance_attributes>'
        before = configuration(dummy("a", secret))
        after = configuration(dummy("a", secret.replace("hunter2", "hunter3")))
        graph = compare(before, after)
        assert "hunter" not in json.dumps(document(graph)) + dot_text(graph)
        assert graph.vertices["resource a"].facts["changed"] == "params passwd changed"


class TestConstraints:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('<rsc_order id="x" first="a" then="b"/>', (Line.ORDER, "a", "b")),
            ('<rsc_order id="x" first="a" first-action="promote" then="b"/>', (Line.PROMOTION, "a", "b")),
            ('<rsc_colocation id="x" rsc="a" with-rsc="b" score="INFINITY"/>', (Line.COLOCATION, "a", "b")),
            ('<rsc_colocation id="x" rsc="a" with-rsc="b" with-rsc-role="Master"/>', (Line.PROMOTION, "a", "b")),
            ('<rsc_location id="x" rsc="a" node="alice" score="5"/>', (Line.LOCATION, "a", "alice")),
            ('<rsc_location id="x" rsc="a" node="alice" role="Promoted"/>', (Line.PROMOTION, "a", "alice")),
            ('<rsc_location id="x" rsc-pattern="a.*" node="alice" score="5"/>', (Line.LOCATION, "a.*", "alice")),
            ('<rsc_ticket id="x" rsc="a" ticket="site"/>', (Line.TICKET, "a", "site")),
        ],
    )
    def test_each_kind_is_a_line(self, text: str, expected: tuple[str, str, str]) -> None:
        assert lines(drawn(ABC, text)) == [expected]

    def test_rules_are_shared_vertices_and_nodes(self) -> None:
        rule = '<rule id="{0}-r" score="{1}"><expression id="{0}-e" attribute="{2}" operation="eq" value="{3}"/></rule>'
        named = '<rsc_location id="x" rsc="a">' + rule.format("x", "7", "#uname", "bob") + "</rsc_location>"
        ruled = "".join(
            f'<rsc_location id="{i}" rsc="{i}">' + rule.format(i, "-INFINITY", "role", "db") + "</rsc_location>"
            for i in "bc"
        )
        graph = drawn(ABC, named + ruled)
        assert [head for _, _, head in lines(graph)] == ["bob", "role eq db", "role eq db"]
        last = list(graph.edges.values())[-1]
        assert (last.label, last.negative, last.facts["rule"]) == ("-∞", True, "role eq db")

    def test_order_sets_are_chains_and_junctions(self) -> None:
        sets = (
            '<resource_set id="1" sequential="false"><resource_ref id="a"/><resource_ref id="b"/></resource_set>'
            '<resource_set id="2" sequential="false"><resource_ref id="c"/><resource_ref id="d"/></resource_set>'
            '<resource_set id="3"><resource_ref id="e"/><resource_ref id="f"/></resource_set>'
        )
        found = [(tail, head) for _, tail, head in lines(drawn(ABC, f'<rsc_order id="x">{sets}</rsc_order>'))]
        middle = "order x 0"
        assert found == [("e", "f"), ("a", middle), ("b", middle), (middle, "c"), (middle, "d"), ("c", "e"), ("d", "e")]

    def test_colocation_sets_point_at_what_is_placed_first(self) -> None:
        sets = (
            '<resource_set id="1"><resource_ref id="a"/><resource_ref id="b"/></resource_set>'
            '<resource_set id="2"><resource_ref id="c"/><resource_ref id="d"/></resource_set>'
        )
        graph = drawn(ABC, f'<rsc_colocation id="x" score="INFINITY">{sets}</rsc_colocation>')
        assert [(t, h) for _, t, h in lines(graph)] == [("b", "a"), ("d", "c"), ("a", "d")]

    def test_a_negative_score_keeps_every_two_of_a_set_apart(self) -> None:
        members = "".join(f'<resource_ref id="{i}"/>' for i in "abc")
        text = (
            f'<rsc_colocation id="x" score="-INFINITY"><resource_set id="1">{members}</resource_set></rsc_colocation>'
        )
        assert [(t, h) for _, t, h in lines(drawn(ABC, text))] == [("b", "a"), ("c", "a"), ("c", "b")]

    def test_a_reference_to_a_set_is_followed(self) -> None:
        first = '<resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/></resource_set>'
        text = f'<rsc_order id="x">{first}</rsc_order><rsc_order id="y"><resource_set id-ref="s"/></rsc_order>'
        assert [e.id for e in drawn(ABC, text).edges.values()] == ["x", "y"]

    def test_tags_and_what_is_not_defined(self) -> None:
        tags = '<tags><tag id="web"><obj_ref id="a"/></tag></tags>'
        graph = drawn(ABC, '<rsc_order id="x" first="web" then="nowhere"/>', tags)
        assert [graph.vertices[k].kind for k in ("tag web", "missing nowhere")] == ["tag", "missing"]

    def test_fencing_levels(self) -> None:
        device = '<primitive id="f" class="stonith" type="fence_ipmilan"/>'
        levels = '<fencing-topology><fencing-level id="l" target="alice" index="2" devices="f"/></fencing-topology>'
        graph = drawn(device, "", levels)
        assert lines(graph) == [(Line.FENCING, "f", "alice")]
        assert next(iter(graph.edges.values())).label == "level 2"


class TestAlike:
    def test_resources_with_the_same_constraints_share_a_box_and_its_lines(self) -> None:
        names = [f"vm{n}" for n in range(5)]
        orders = "".join(f'<rsc_order id="o-{n}" first="a" then="{n}"/>' for n in names)
        plain = drawn(dummy("a") + "".join(map(dummy, names)), orders)
        graph = merged(plain)
        assert {v.id for v in graph.members("alike resource vm0")} == set(names)
        (edge,) = graph.edges.values()
        assert edge.id == "o-vm0, o-vm1, o-vm2, o-vm3, o-vm4"
        assert len(document(plain)["edges"]) == 5

    def test_a_different_score_keeps_apart(self) -> None:
        names = [f"vm{n}" for n in range(4)]
        places = "".join(f'<rsc_location id="l-{n}" rsc="{n}" node="alice" score="{i}"/>' for i, n in enumerate(names))
        graph = drawn("".join(map(dummy, names)), places)
        assert merged(graph) is graph


class TestCompare:
    def test_changes_are_marked_counted_and_told(self) -> None:
        before = configuration(
            ABC, '<rsc_order id="o" first="a" then="b"/><rsc_location id="l" rsc="c" node="bob" score="1"/>'
        )
        after = configuration(
            "".join(map(dummy, "abcdeg")), '<rsc_location id="l" rsc="c" node="bob" score="INFINITY"/>'
        )
        graph = compare(before, after)
        assert graph.changes == {Change.ADDED: 1, Change.REMOVED: 2, Change.CHANGED: 1}
        marks = {v.id: v.change for v in graph.vertices.values() if v.change}
        assert marks == {"g": Change.ADDED, "f": Change.REMOVED}
        assert {e.id: e.change for e in graph.edges.values()} == {"l": Change.CHANGED, "o": Change.REMOVED}
        assert next(e for e in graph.edges.values() if e.id == "l").facts["changed"] == "score: 1 → INFINITY"

    def test_equal_meaning_is_no_change(self) -> None:
        before = configuration(ABC, '<rsc_order id="o" first="a" then="b" score="INFINITY"/>')
        after = configuration(ABC, '<rsc_order id="o" first="a" then="b" kind="Mandatory"/>')
        assert compare(before, after).changes == dict.fromkeys(Change, 0)

    def test_a_member_of_a_box_that_is_gone(self) -> None:
        graph = compare(configuration(f'<group id="a">{dummy("b")}</group>'), configuration(dummy("a")))
        assert graph.vertices["resource b"].parent is None
        assert "v0" in dot_text(graph)

    @pytest.mark.parametrize("key", ["params", "options", "run-command", "description", "carried"])
    def test_what_may_be_secret_is_told_by_name_only(self, key: str) -> None:
        assert "s3cret" not in difference({key: "s3cret", "a": [{key: "s3cret"}]}, {key: "other", "a": []})


class TestText:
    @pytest.mark.parametrize("text", [HOSTILE, "a\\", '"', "\\N", "a\x01b\ud800"])
    def test_a_string_has_one_end(self, text: str) -> None:
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', quoted(text), re.DOTALL)
        etree.fromstring(f"<b>{rich(text)}</b>")
        (quoted(text) + rich(text)).encode()

    def test_names_come_from_no_configuration(self) -> None:
        resource = dummy(HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"))
        text = dot_text(drawn(resource), tooltips=False)
        outside = re.sub(r'"(?:[^"\\]|\\.)*"|label=<.*>', "", text)
        assert "evil" in text
        assert "evil" not in outside

    def test_a_page_holds_hostile_text_as_text(self) -> None:
        escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        graph = drawn(dummy(escaped) + dummy("b"), f'<rsc_order id="{escaped}" first="b" then="{escaped}"/>')
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><g id="v0"><title>x</title></g></svg>'
        page = page_text(graph, finished_svg(graph, svg), HOSTILE)
        assert page.count("<script") == 2
        assert page.count("</script") == 2
        assert "<b>&" not in page
        data = re.search(r'<script id="elements" type="application/json">(.*?)</script>', page, re.DOTALL)
        assert data is not None
        assert json.loads(data[1])["vertices"]["v0"]["id"] == HOSTILE

    def test_hints_replace_titles(self) -> None:
        svg = finished_svg(
            drawn(dummy("a")),
            b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"><g id="v0"><title>v0</title></g></svg>',
        )
        assert "agent: ocf:heartbeat:Dummy" in svg


class TestCommand:
    def test_json(self, tmp_path, capsys) -> None:
        path = tmp_path / "cib.xml"
        path.write_bytes(cib(ABC, '<rsc_order id="o" first="a" then="b"/>'))
        assert main(["graph", str(path), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["format"], found["version"]) == ("pacewright-graph", 1)
        assert found["edges"][0]["from"] == "resource a"
        assert "changes" not in found

    def test_dot_needs_no_graphviz(self, tmp_path, monkeypatch) -> None:
        monkeypatch.setattr(graphviz, "COMMAND", ("no-such-program",))
        path, out = tmp_path / "cib.xml", tmp_path / "x.dot"
        path.write_bytes(cib(ABC))
        assert main(["graph", str(path), "-o", str(out)]) == 0
        assert out.read_text().startswith("digraph")

    def test_without_graphviz_the_package_is_named(self, monkeypatch) -> None:
        monkeypatch.setattr(graphviz, "COMMAND", ("no-such-program",))
        with pytest.raises(ToolError, match="package graphviz") as caught:
            graphviz.layout("digraph {}")
        assert caught.value.code == 127

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["/nowhere.xml"], 1),
            (["-", "--compare", "-"], 64),
            (["x", "--json", "-o", "y"], 64),
            (["x", "--format", "gif"], 64),
        ],
    )
    def test_errors(self, words: list[str], code: int, capsys) -> None:
        assert main(["graph", *words]) == code
