"""Pictures by the real ``dot`` program."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from lxml import etree

from pacewright.cli.main import main

pytestmark = pytest.mark.skipif(
    shutil.which("dot") is None, reason="Graphviz's dot is not installed (package graphviz)"
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "&lt;/script>&lt;img src=x onerror=alert(1)>&quot;]; evil [\\N &amp;lt; 'x' -->"


def dummy(name: str) -> str:
    return f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Dummy"/>'


def cib(resources: str, constraints: str = "") -> str:
    return (
        '<cib validate-with="pacemaker-3.9"><configuration><crm_config/><nodes><node id="1" uname="alice"/></nodes>'
        f"<resources>{resources}</resources><constraints>{constraints}</constraints></configuration><status/></cib>"
    )


EVERYTHING = cib(
    f'<clone id="cl"><group id="g">{dummy("a")}{dummy("b")}</group></clone><group id="empty"/>'
    f'<bundle id="bu"><podman image="i:1"/></bundle><bundle id="bu2"><docker image="i:1"/>{dummy("c")}</bundle>'
    f'<primitive id="f" class="stonith" type="fence_x"/><template id="t" class="ocf" type="T"/>{dummy("d")}',
    '<rsc_order id="o1" first="cl" then="bu"/><rsc_order id="o2" first="a" then="cl"/>'
    '<rsc_order id="o3" first="g" then="g"/><rsc_colocation id="c1" rsc="bu2" with-rsc="cl" score="-INFINITY"/>'
    '<rsc_ticket id="t1" rsc="d" ticket="site"/><rsc_order id="o4" first="nowhere" then="empty"/>'
    '<rsc_location id="l1" rsc="d" node="alice" score="10"/><rsc_location id="l2" rsc="f" node="alice" score="-INF"/>'
    '<rsc_location id="l3" rsc="cl" node="alice" score="1"/><rsc_location id="l4" rsc-pattern="x.*" node="alice"/>'
    '<rsc_colocation id="c2" score="INFINITY"><resource_set id="s1" sequential="false"><resource_ref id="d"/>'
    '<resource_ref id="bu"/></resource_set><resource_set id="s2" sequential="false"><resource_ref id="cl"/>'
    '<resource_ref id="bu2"/></resource_set></rsc_colocation>',
)


def picture(tmp_path, text: str, kind: str, *words: str) -> str:
    source, out = tmp_path / "cib.xml", tmp_path / f"out.{kind}"
    source.write_text(text)
    assert main(["graph", str(source), "-o", str(out), *words]) == 0
    return out.read_text()


def texts(svg: etree._Element) -> str:
    return " ".join("".join(t.itertext()) for t in svg.iter(f"{SVG}text"))


def test_every_object_has_its_element(tmp_path) -> None:
    root = etree.fromstring(picture(tmp_path, EVERYTHING, "svg").encode())
    ids = [g.get("id") for g in root.iter(f"{SVG}g")]
    edges = [i for i in ids if re.fullmatch(r"e\d+", i)]
    assert len(edges) == len(set(edges)) == 14
    shown = texts(root)
    for word in ("cl", "empty", "bu", "bu2", "site", "nowhere", "fencing devices", "x.*", "legend"):
        assert word in shown
    hints = [t.text for t in root.iter(f"{SVG}title")]
    assert any("id: c1" in h and "score: -INFINITY" in h for h in hints)


def test_the_page_knows_every_element_of_its_drawing(tmp_path) -> None:
    page = picture(tmp_path, EVERYTHING, "html")
    known = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.DOTALL)[1])
    root = etree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    ids = {g.get("id") for g in root.iter(f"{SVG}g")}
    assert known["edges"].keys() <= ids
    assert {e["copy"] for e in known["edges"].values()} - {None} <= ids
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(""", page)


def test_hostile_ids_stay_text(tmp_path) -> None:
    text = cib(dummy(HOSTILE) + dummy("b"), f'<rsc_order id="{HOSTILE}" first="b" then="{HOSTILE}"/>')
    plain = "</script><img src=x onerror=alert(1)>\"]; evil [\\N &lt; 'x' -->"
    root = etree.fromstring(picture(tmp_path, text, "svg").encode())
    assert plain[:40] in texts(root).replace("\N{NO-BREAK SPACE}", " ")
    assert any(f"id: {plain}" in t.text for t in root.iter(f"{SVG}title"))
    page = picture(tmp_path, text, "html")
    assert "<img" not in page
    assert page.count("</script") == 2


def test_comparison(tmp_path) -> None:
    other = tmp_path / "other.xml"
    other.write_text(
        EVERYTHING.replace('id="l1" rsc="d" node="alice" score="10"', 'id="l1" rsc="d" node="alice" score="20"')
    )
    svg = picture(tmp_path, EVERYTHING, "svg", "--compare", str(other))
    root = etree.fromstring(svg.encode())
    assert [g for g in root.iter(f"{SVG}g") if "edge" in g.get("class", "") and "changed" in g.get("class")]
    assert any("changed: score: 10 → 20" in t.text for t in root.iter(f"{SVG}title"))


def test_five_hundred_resources(tmp_path) -> None:
    """One column of boxes would be unreadable: the drawing must not be a stripe."""
    resources = "".join(dummy(f"r{n}") for n in range(500))
    constraints = "".join(f'<rsc_order id="o{n}" first="r{n // 40}" then="r{n}"/>' for n in range(40, 500))
    root = etree.fromstring(picture(tmp_path, cib(resources, constraints), "svg").encode())
    width, height = (float(v) for v in root.get("viewBox").split()[2:])
    assert 1 / 8 < width / height < 8
