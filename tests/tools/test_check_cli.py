"""``pacewright check`` as people run it: places, codes, exit codes, Pacemaker's own schemas."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pacewright.cli.main import main
from support import cib, dummy

FOLSOM = Path(__file__).parents[2] / "examples" / "folsom.crm"
needs_schemas = pytest.mark.skipif(
    not os.path.exists("/usr/share/pacemaker/pacemaker-3.9.rng"),
    reason="needs Pacemaker's schemas in /usr/share/pacemaker (pacemaker-cli-utils)",
)


def check(*arguments, stdin=""):
    command = [sys.executable, "-m", "pacewright", "check", "--json", *map(str, arguments)]
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, check=False, timeout=60)
    return done.returncode, json.loads(done.stdout)


def reports(document, code):
    return [(r["severity"], r["line"], r["subject"]) for r in document["reports"] if r["code"] == code]


def test_all_problems_at_once_with_their_lines(tmp_path):
    path = tmp_path / "in.xml"
    path.write_text(
        cib(
            "\n" + dummy("a", meta='\n<nvpair id="m" name="target-role" value="Up"/>') + "\n" + dummy("b"),
            constraints='\n<rsc_order id="o" first="a" then="zz"/>',
        )
    )
    code, document = check(path)
    assert (code, document["format"], document["version"]) == (1, "pacewright-check", 1)
    assert reports(document, "bad-value") == [("error", 3, "resource a/meta/target-role")]
    assert reports(document, "dangling-reference") == [("error", 5, "order o")]
    assert {r["file"] for r in document["reports"]} == {str(path)}
    assert reports(document, "schema-reference") == []


def test_warnings_are_no_errors():
    code, document = check("-", stdin=cib(dummy("a")))
    assert code == 0
    assert reports(document, "no-fencing") == [("warning", None, None)]


def test_what_cannot_be_read_is_a_report_too():
    code, document = check("-", stdin="<cib>\n<configuration>")
    assert (code, reports(document, "xml-syntax")) == (1, [("error", 2, None)])


SPEC = """\
resources:
  a: {agent: ocf:pacemaker:Dummy}
locations:
  l: {resource: b, node: n, score: 1}
"""


@pytest.mark.parametrize("text", [SPEC, "primitive a ocf:pacemaker:Dummy\n\n\nlocation l b 1: n\n"])
def test_any_format(text):
    code, document = check("-", stdin=text)
    assert (code, reports(document, "dangling-reference")) == (1, [("error", 4, "location l")])


@needs_schemas
def test_pacemakers_schema_has_its_say_once_an_object():
    novel = '<primitive id="b" class="ocf" provider="x" type="Y" novel="1"/>'
    code, document = check("-", stdin=cib(dummy("a") + "\n" + novel))
    assert (code, reports(document, "schema")) == (1, [("error", 2, "resource b")])


def test_a_schema_that_is_not_installed_is_told():
    text = cib(dummy("a")).replace("pacemaker-3.9", "pacemaker-99.9")
    code, document = check("-", stdin=text)
    assert (code, reports(document, "schema-not-installed")) == (0, [("info", None, None)])


def test_the_cluster_knows_its_nodes(tmp_path):
    (tmp_path / "live.xml").write_text(cib())
    spec = "resources:\n  a: {agent: ocf:pacemaker:Dummy}\nlocations:\n  l: {resource: a, node: carol, score: 1}\n"
    assert check("-", stdin=spec)[0] == 0
    code, document = check("-", "--cluster", f"file:{tmp_path / 'live.xml'}", stdin=spec)
    assert (code, reports(document, "unknown-node")) == (1, [("error", 4, "location l")])


@pytest.mark.skipif(not FOLSOM.exists(), reason="needs examples/folsom.crm")
def test_the_folsom_listing_has_warnings_only():
    code, document = check(FOLSOM)
    assert code == 0
    assert len(reports(document, "agent-missing")) > 0
    upstart = {subject for _, _, subject in reports(document, "removed-in-pacemaker-3")}
    assert "resource p_cinder-api" in upstart
    assert all(r["line"] for r in document["reports"] if r["subject"])


def test_secrets_are_never_shown():
    pair = '<instance_attributes id="i"><nvpair id="n" name="passwd" value="hunter2"/></instance_attributes>'
    _, document = check("-", stdin=cib(f'<primitive id="f" class="stonith" type="fence_x">{pair}</primitive>'))
    assert len(reports(document, "plain-secret")) == 1
    assert "hunter2" not in json.dumps(document)


def test_a_mistake_in_reading_does_not_hide_the_others(tmp_path, capsys):
    spec = tmp_path / "site.yaml"
    spec.write_text(
        "deployment: site\nproperties: {stonith-enabled: maybe}\nresources:\n"
        '  a: {agent: "ocf:pacemaker:Dummy", params: {fakke: x}}\n'
        '  b: {agent: "ocf:pacemaker:Dummy", metta: {x: 1}}\n'
    )
    assert main(["check", str(spec), "--json"]) == 1
    found = {(r["code"], r["line"]) for r in json.loads(capsys.readouterr().out)["reports"] if r["severity"] == "error"}
    assert found == {("bad-value", 2), ("unknown-parameter", 4), ("unknown-key", 5)}
