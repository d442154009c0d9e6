"""What reading and writing must keep, over CIBs that have everything in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pacewright.cib.codec import read_cib
from pacewright.cib.meaning import configuration_meaning
from pacewright.model.configuration import Configuration
from pacewright.sources import cib
from pacewright.sources.spec import read, write
from pacewright.sources.spec.json_schema import json_schema

CIBS = sorted((Path(__file__).parent / "cibs").glob("*.xml"))


class SecretLoader(yaml.SafeLoader):
    """What another YAML reader would do with ``!secret``."""


SecretLoader.add_constructor("!secret", lambda loader, node: loader.construct_scalar(node))  # type: ignore[type-var]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def plain(text: str) -> Any:
    return yaml.load(text, SecretLoader)


@pytest.fixture(params=CIBS, ids=lambda path: path.stem)
def configuration(request: pytest.FixtureRequest) -> Configuration:
    return read_cib(request.param.read_bytes(), request.param.name)[0]


def test_a_cib_keeps_its_meaning(configuration: Configuration) -> None:
    back = read(write(configuration).encode(), "written.yaml").configuration
    assert configuration_meaning(back) == configuration_meaning(configuration)


def test_a_cib_keeps_its_meaning_through_new_ids(configuration: Configuration) -> None:
    back = cib.write(read(write(configuration).encode(), "written.yaml").configuration)
    assert configuration_meaning(read_cib(back.encode())[0]) == configuration_meaning(configuration)


def test_writing_again_changes_nothing(configuration: Configuration) -> None:
    text = write(configuration)
    assert write(read(text.encode(), "written.yaml").configuration) == text


def test_what_is_written_is_valid(configuration: Configuration) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(plain(write(configuration)))] == []


def test_the_schema_is_one() -> None:
    VALIDATOR.check_schema(json_schema())


def test_another_reader_takes_the_same_texts() -> None:
    """Numbers and booleans may come back as such, but only where their usual text is the text written."""
    configuration = read_cib((Path(__file__).parent / "cibs/everything.xml").read_bytes())[0]
    (first,) = (r for r in configuration.resources if r.id == "p_IP")
    written = plain(write(configuration))["resources"]["p_IP"]["params"][0]["attributes"]
    values = {pair.name: pair.value for pair in first.params[0].pairs}  # type: ignore[union-attr]
    assert {name: None if value is None else str(value) for name, value in written.items()} == values


def test_several_property_sets_keep_their_ids() -> None:
    """Pacemaker prefers the one called cib-bootstrap-options."""
    configuration = read_cib((Path(__file__).parent / "cibs/everything.xml").read_bytes())[0]
    back = read(write(configuration).encode(), "written.yaml").configuration
    assert [each.id for each in back.properties] == ["cib-bootstrap-options", "at-night"]


def test_known_cibs_need_no_xml() -> None:
    """Everything that the schemas allow has a place of its own."""
    configuration = read_cib((Path(__file__).parent / "cibs/everything.xml").read_bytes())[0]
    assert "xml:" not in write(configuration)
