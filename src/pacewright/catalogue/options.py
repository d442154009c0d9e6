"""How values of Pacemaker's own options compare. Data: ``options.yaml``."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from pacewright.catalogue.data import load
from pacewright.model.attributes import META, PROPERTIES
from pacewright.model.element import Kind


def _data() -> dict[str, Any]:
    return load("options")


@cache
def _kinds(section: str) -> dict[str, Kind]:
    return {name: Kind(kind) for kind, names in _data()[section].items() for name in names}


def kind_of(set_tag: str, name: str) -> Kind:
    """The kind of an option in a set of properties or meta attributes; TEXT for anything else."""
    section = {META: "meta", PROPERTIES: "properties"}.get(set_tag)
    return _kinds(section).get(name, Kind.TEXT) if section else Kind.TEXT


def known_options(set_tag: str) -> tuple[str, ...]:
    """Names of all known options of a set, for suggestions."""
    section = {META: "meta", PROPERTIES: "properties"}.get(set_tag)
    return tuple(_kinds(section)) if section else ()


def present_name(name: str) -> str:
    """Today's name of a renamed option."""
    renamed: dict[str, str] = _data()["renamed"]
    return renamed.get(name, name)


def choices_of(set_tag: str, name: str) -> tuple[str, ...]:
    """The words that an option takes; empty where any text will do."""
    section = {META: "meta", PROPERTIES: "properties"}.get(set_tag)
    return tuple(_data()["choices"][section].get(name, ())) if section else ()


def promotable_only() -> tuple[str, ...]:
    """Meta attributes that only a promotable clone heeds."""
    return tuple(_data()["promotable-only"])


def taken_by_pacemaker(agent_class: str | None, parameter: str) -> bool:
    """Whether Pacemaker itself takes this parameter, whatever the agent's metadata lists."""
    patterns = [*_data()["parameters"]["any"], *_data()["parameters"].get(agent_class, ())]
    return any(fnmatchcase(parameter, pattern) for pattern in patterns)


def is_mistyped(agent: str, parameter: str) -> bool:
    """Whether the agent's metadata declares a wrong type for it."""
    return parameter in _data()["mistyped"].get(agent, ())


def package_of(agent: str) -> str | None:
    """The package that an agent comes with, where it is known."""
    packages: dict[str, str] = _data()["packages"]
    return packages.get(agent.rpartition(":")[0])


def given_by_fencer() -> tuple[str, ...]:
    return tuple(_data()["given-by-fencer"])


def operators_meta() -> tuple[str, ...]:
    return tuple(_data()["operators-hand"]["meta"])


def operators_node_attributes() -> tuple[str, ...]:
    return tuple(_data()["operators-hand"]["node-attributes"])


def written_by_pacemaker() -> tuple[str, ...]:
    return tuple(_data()["written-by-pacemaker"])
