"""The catalogue as JSON documents. Keys are those of the files (docs/catalogue.md), ``_`` for ``-``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pacewright.catalogue.data import load
from pacewright.catalogue.facts.catalogue import Catalogue
from pacewright.catalogue.facts.values import Evidence, Service, Storage, at
from pacewright.catalogue.releases import releases
from pacewright.cli.session import Document

VERSION = 1
# A field that has another name than its key in the files, because that is a word of Python or says too little there.
_KEYS = {
    "Unit": {"host": "in"}, "Setting": {"reason": "for"}, "Relation": {"services": "if"}, "Way": {"beside": "with"},
    "Option": {"text": "value"}, "Mode": {"name": "value"}, "Service": {"modes": "mode", "ways": "pacemaker"},
}  # fmt: skip


def catalogue_document(catalogue: Catalogue, distribution: str, release: str | None) -> Document:
    """Every service in a line; with a release only those that it has, as they are there."""
    shown = [s for s in catalogue.services.values() if release is None or s.exists(release)]
    return {
        "format": "pacewright-services", "version": VERSION, "distribution": distribution, "release": release,
        "services": [_line(service, distribution, release or service.until or releases()[-1]) for service in shown],
    }  # fmt: skip


def _line(service: Service, distribution: str, release: str) -> Document:
    unit = service.unit(distribution, release)
    return {
        "name": service.name, "project": service.project, "title": service.title, "mode": service.mode(release),
        "unit": unit.name if unit is not None else None, "in": unit.host if unit is not None else None,
        "ports": [{"port": p.port, "tls": p.tls, "protocol": p.protocol} for p in at(release, service.ports)],
        "since": service.since, "until": service.until,
        "architectures": sorted({a for way in service.ways for a in way.architectures}),
    }  # fmt: skip


def service_document(service: Service, release: str | None) -> Document:
    """Everything about one service; with a release ``resources`` is how Pacemaker runs it there, by architecture.

    ``sources``: what the keys stand for.
    """
    document = {"format": "pacewright-service", "version": VERSION, **_plain(service)}
    document["release"] = release
    if release is not None:
        architectures = sorted({a for way in service.ways for a in way.architectures})
        ways = {a: service.way(a, release) for a in architectures}
        document["resources"] = {
            a: {**_plain(way), "id": service.resource_id(a, release)} for a, way in ways.items() if way is not None
        }
    document["sources"] = {key: text for key, text in load("sources").items() if key in set(_sources(document))}
    return document


def _sources(value: Any) -> Iterator[str]:
    """The keys of all sources that a document names."""
    if isinstance(value, dict):
        if "certainty" in value:
            yield from value["source"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _sources(each)


def _plain(value: Any) -> Any:
    if isinstance(value, Evidence):
        return {"source": list(value.sources), "certainty": value.certainty}
    if is_dataclass(value) and not isinstance(value, type):
        return _object(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _object(value: Any) -> Document:
    names = _KEYS.get(type(value).__name__, {})
    document: Document = {}
    for field in fields(value):
        if field.name == "origin":
            if not isinstance(value, Storage):  # whose 'source' is a path; its origin is the bundle's
                document.update(_plain(value.origin))
        else:
            document[names.get(field.name, field.name)] = _plain(getattr(value, field.name))
    return document
