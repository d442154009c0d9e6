"""The published JSON Schema: it accepts the documentation's examples and refuses what the loader refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pacewright.cli.main import main
from pacewright.model.errors import SpecError
from pacewright.sources.spec import read, write
from pacewright.sources.spec.description import SECTIONS
from pacewright.sources.spec.json_schema import json_schema

REFERENCE = Path(__file__).parents[3] / "docs" / "spec.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


class SecretLoader(yaml.SafeLoader):
    """What another YAML reader would do with ``!secret``."""


SecretLoader.add_constructor("!secret", lambda loader, node: loader.construct_scalar(node))  # type: ignore[type-var]


def plain(text: str) -> Any:
    return yaml.load(text, SecretLoader)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_documented_examples_load_and_are_valid(text: str) -> None:
    written = write(read(text.encode(), "docs/spec.md").configuration)
    assert write(read(written.encode(), "written.yaml").configuration) == written
    assert [e.message for e in VALIDATOR.iter_errors(plain(text))] == []


def test_the_documentation_has_examples() -> None:
    assert len(EXAMPLES) >= 1


def test_every_key_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    described = json_schema()
    records = [r for d in described["$defs"].values() for r in (d, *d.get("anyOf", ())) if "properties" in r]
    keys = {key for record in (described, *records) for key in record["properties"]}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_every_section_is_published() -> None:
    assert list(json_schema()["properties"]) == ["openstack", *(section.name for section in SECTIONS)]


@pytest.mark.parametrize(
    "text",
    [
        "resorces: {}",
        "- a",
        "resources: {p: {agnet: 'lsb:x'}}",
        "resources: {p: {agent: IPaddr2}}",
        "resources: {p: {agent: 'ocf:IPaddr2'}}",
        "resources: {1p: {agent: 'lsb:x'}}",
        "resources: {p: {params: {a: 1}}}",
        "resources: {p: {agent: 'lsb:x', template: t}}",
        "resources: {p: {agent: 'lsb:x', operations: {monitor: {intervall: 1}}}}",
        "resources: {p: {agent: 'lsb:x', operations: {monitor: {interval: soon}}}}",
        "resources: {p: {agent: 'lsb:x', operations: {monitor: {on-fail: explode}}}}",
        "resources: {g: {group: p}}",
        "resources: {g: {group: []}}",
        "resources: {b: {bundle: {image: x}}}",
        "resources: {p: {xml: '<a/>', agent: 'lsb:x'}}",
        "locations: {l: {resource: a, node: b}}",
        "locations: {l: {resource: a, pattern: b, node: c, score: 1}}",
        "locations: {l: {resource: a, node: b, score: high}}",
        "colocations: {c: {resource: a, score: 1}}",
        "orders: {o: {first: a, then: b, kind: Mandatry}}",
        "orders: {o: {first: a, then: b, symmetrical: maybe}}",
        "tickets: {t: {ticket: x}}",
        "fencing-topology: [{target: a, index: 1}]",
        "fencing-topology: {target: a}",
        "tags: {t: a}",
        "acls: {role: {}}",
        "alerts: {a: {recipients: {}}}",
        "properties: [{rule: {score: 1}, attributes: {}}]",
        "properties: {a: [1]}",
        "extra: <a/>",
    ],
)
def test_wrong_documents_are_refused(text: str) -> None:
    assert not VALIDATOR.is_valid(plain(text))
    with pytest.raises(SpecError):
        read(text.encode(), "x")


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_the_command_writes_it(tmp_path: Path) -> None:
    assert main(["schema", "-o", str(tmp_path / "s.json")]) == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == json_schema()


def test_the_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    assert main(["schema", "-o", str(tmp_path)]) == 64
