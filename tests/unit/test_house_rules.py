"""Rules of the source that no linter knows: one door to the system, one XML parser, no unsafe YAML."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "pacewright"
MODULES = sorted(PACKAGE.rglob("*.py"))
STARTS_PROGRAMS = {"os.system", "os.popen", "os.spawnv", "os.execv", "os.execvp", "os.fork", "pty.spawn"}
PARSES_XML = {"etree.fromstring", "etree.XML", "etree.parse", "etree.XMLParser", "etree.HTML", "ElementTree.fromstring"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_one_module_starts_programs():
    assert [name_of(m) for m in MODULES if {"subprocess", "pty", "multiprocessing"} & imports(m)] == [
        "cluster/process.py"
    ]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_shell_and_no_code_from_text(module):
    for name, call in calls(module):
        assert name not in STARTS_PROGRAMS, f"{name_of(module)}:{call.lineno}"
        assert name not in ("eval", "exec", "pickle.loads", "marshal.loads"), f"{name_of(module)}:{call.lineno}"
        assert not any(k.arg == "shell" for k in call.keywords), f"{name_of(module)}:{call.lineno}"


def test_one_module_parses_xml():
    # schema.py copies a document that has been parsed already, so that line numbers count from its root.
    allowed = {"cib/xml.py", "cluster/schema.py"}
    found = {name_of(m) for m in MODULES for name, _ in calls(m) if name in PARSES_XML}
    assert found <= allowed


def test_yaml_is_loaded_by_safe_loaders():
    for module in MODULES:
        for name, call in calls(module):
            if name == "yaml.load":
                assert "SafeLoader" in ast.unparse(call), f"{name_of(module)}:{call.lineno}"
            assert name not in ("yaml.unsafe_load", "yaml.full_load"), f"{name_of(module)}:{call.lineno}"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE cib SYSTEM "http://192.0.2.1/x.dtd"><cib><configuration/></cib>',
        '<!DOCTYPE cib [<!ENTITY a "b">]><cib><configuration/>&a;</cib>',
        '<!DOCTYPE cib [<!ENTITY a SYSTEM "file:///etc/passwd">]><cib><configuration/>&a;</cib>',
        '<?xml version="1.0"?>' + " " * 5000 + '<!DOCTYPE cib [<!ENTITY a "b">]><cib><configuration/></cib>',
    ],
    ids=["dtd", "entity", "external-entity", "late-doctype"],
)
def test_xml_with_a_document_type_is_refused(text):
    from pacewright.cib.xml import parse
    from pacewright.model.errors import SpecError

    with pytest.raises(SpecError) as raised:
        parse(text.encode(), "cib.xml")
    assert [r.code for r in raised.value.reports] == ["xml-doctype"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7", "cp037"])
def test_xml_in_an_encoding_that_could_hide_a_document_type_is_refused(encoding):
    from pacewright.cib.xml import parse
    from pacewright.model.errors import SpecError

    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE cib [<!ENTITY a "b">]><cib a="&a;"><configuration/></cib>'
    for data in (text.encode(encoding), text.encode()):
        with pytest.raises(SpecError) as raised:
            parse(data, "cib.xml")
        assert raised.value.reports[0].code in ("xml-encoding", "xml-syntax")
