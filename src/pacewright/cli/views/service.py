"""The page about one service of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pacewright.cli.session import Document, Style
from pacewright.cli.views.services import port_text, span_text

_BUNDLE = ("image", "network", "replicas", "promoted_max", "control_port")


def service_text(document: Document, style: Style) -> str:
    return "\n".join(_Page(document, style).lines()) + "\n"


class _Page:
    """The page about one service. Facts of another origin than the service's own say theirs in square brackets."""

    def __init__(self, document: Document, style: Style) -> None:
        self.document, self.style = document, style

    def lines(self) -> Iterator[str]:
        d = self.document
        yield f"{self.style('bold', d['name'])}: {d['title']} ({d['project']})"
        yield (
            f"facts are of {self.where(d)} unless they say otherwise" if self.certain(d) else f"facts: {self.where(d)}"
        )
        yield from self.entry("other names", self.plain("aliases"))
        yield from self.entry("releases", [self.datedspan_text()])
        yield from self.entry("mode", [self.fact(mode["value"], mode) for mode in d["mode"]])
        for distribution, units in d["units"].items():
            yield from self.entry(f"unit, {distribution}", [self.fact(_unit(unit), unit) for unit in units])
        yield from self.entry("ports", [self.fact(_port_line(port), port) for port in d["ports"]])
        yield from self.entry("configuration", self.plain("config"))
        yield from self.entry("needs", self.plain("needs"))
        yield from self.entry("provides", self.plain("provides"))
        yield from self.entry("settings", [self.fact(_setting(each), each) for each in d["settings"]])
        yield from self.entry("notes", d["notes"])
        yield from self.entry("comes", [_comes(d)] if d["optional"] or d["implied"] else [])
        ways = d["pacemaker"]
        if not ways:
            yield from self.entry("Pacemaker", ["does not run it: systemd does"])
        for way in ways:
            yield ""
            yield from self.way(way)
        yield ""
        yield self.style("bold", "Sources")
        for key, text in d["sources"].items():
            yield from self.entry(key, [text])

    def way(self, way: Document) -> Iterator[str]:
        heading = f"Pacemaker, {', '.join(way['architectures'])}{_when(way)}"
        yield self.fact(self.style("bold", heading), way)
        identity = [way["id"]] if way["id"] else []
        yield from self.entry("id", identity)
        yield from self.entry("agent", [way["agent"]] if way["agent"] else [])
        for name in ("params", "meta"):
            yield from self.entry(name, self.values(way, name) if way[name] else list(self.choices(way, name)))
        operations = [self.fact(f"{o['name']} {_pairs(o['values'])}", o, way) for o in way["operations"]]
        yield from self.entry("operations", operations)
        for name in ("clone", "promotable"):
            yield from self.entry(name, self.values(way, name) if way[name] is not None else [])
        yield from self.entry("one a node", [f"which it prefers with {way['per_node']}"] if way["per_node"] else [])
        place = f", place {way['place']}" if way["place"] else ""
        yield from self.entry("member of", [way["group"] + place] if way["group"] else [])
        if way["bundle"] is not None:
            yield from self.bundle(way["bundle"], way)
        yield from self.entry("after", [self.fact(_after(r), r, way) for r in way["after"]])
        yield from self.entry("with", [self.fact(_with(r), r, way) for r in way["with"]])
        where = way["property"]
        yield from self.entry("property", [f"{where['name']}=true, {where['rule']}"] if where else [])
        if way["optional"] != self.document["optional"]:
            yield from self.entry(
                "comes", ["only where a deployment names it" if way["optional"] else "with its project"]
            )

    def values(self, way: Document, name: str) -> list[str]:
        return [_pairs(way[name]) or "yes", *self.choices(way, name)]

    def choices(self, way: Document, name: str) -> Iterator[str]:
        """Values that hang on release or options, the first that fits first."""
        for choice in way["choices"]:
            if choice["set"] == name:
                yield self.fact(f"{choice['name']}={choice['value']}{_when(choice)}", choice, way)

    def bundle(self, bundle: Document, way: Document) -> Iterator[str]:
        said = {key.replace("_", "-"): bundle[key] for key in _BUNDLE if bundle[key]}
        yield from self.entry("bundle", [f"{bundle['name']}: {_pairs(said)}"])
        yield from self.entry("engine", [self.fact(o["value"] + _when(o), o, way) for o in bundle["runtime"]])
        for title, key in (("run command", "run_command"), ("which starts", "command")):
            yield from self.entry(title, [bundle[key]] if bundle[key] else [])
        yield from self.entry("options", [self.fact(o["value"] + _when(o), o, way) for o in bundle["options"]])
        storage = [_storage(s) for s in bundle["storage"]]
        yield from self.entry("storage", storage)

    def entry(self, title: str, values: Iterable[str]) -> Iterator[str]:
        """A title and its values below each other; nothing without values."""
        for number, value in enumerate(values):
            yield f"  {'' if number else title:<15} {value}"

    def plain(self, key: str) -> list[str]:
        values, origin = self.document[key], self.document["origins"].get(key)
        return [self.fact(", ".join(values), origin or self.document)] if values else []

    def datedspan_text(self) -> str:
        origins = self.document["origins"]
        said = [self.fact(f"{key} {self.document[key]}", origins.get(key, self.document), dated=False)
                for key in ("since", "until") if self.document[key]]  # fmt: skip
        return " ".join(said) or "all"

    def fact(self, text: str, fact: Document, outer: Document | None = None, *, dated: bool = True) -> str:
        """With its releases, and with its origin where that is not the one of what it stands in."""
        span = span_text(fact) if dated and fact is not self.document else ""
        origin = "" if self.certain(fact) == self.certain(outer or self.document) else f"  [{self.where(fact)}]"
        return text + (f", {span}" if span else "") + self.style("grey", origin)

    def certain(self, fact: Document) -> tuple[Any, ...]:
        return (tuple(fact["source"]), fact["certainty"])

    def where(self, fact: Document) -> str:
        return f"{', '.join(fact['source'])}: {fact['certainty']}"


def _comes(document: Document) -> str:
    return "with what starts after it" if document["implied"] else "only where a deployment names it, unless said below"


def _unit(unit: Document) -> str:
    name = unit["name"] or ("" if unit["in"] else "none")
    within = f"in {unit['in']}" if unit["in"] else ""
    said = {k.replace("_", "-"): unit[k] for k in ("restart", "kill_mode", "type") if unit[k]}
    return " ".join(word for word in (name, within, _pairs(said)) if word)


def _port_line(port: Document) -> str:
    return port_text(port) + (f" {port['purpose']}" if port["purpose"] else "")


def _setting(each: Document) -> str:
    return f"{each['file']} [{each['section']}] {each['option']}={each['value']} ({each['for']})" + _when(each)


def _after(relation: Document) -> str:
    said = [relation["service"] or f"group {relation['group']}"]
    if relation["action"] != "start":
        said.append(f"action={relation['action']}")
    if relation["kind"]:
        said.append(f"kind={relation['kind']}")
    if relation["require_all"] is not None:
        said.append(f"require-all={str(relation['require_all']).lower()}")
    return " ".join(said) + _when(relation)


def _with(relation: Document) -> str:
    said = [relation["service"] or f"group {relation['group']}", relation["score"]]
    if relation["role"]:
        said.append(f"role={relation['role']}")
    return " ".join(said) + _when(relation)


def _storage(each: Document) -> str:
    span = span_text(each)
    options = f" {each['options']}" if each["options"] else ""
    return f"{each['source']} -> {each['target']}{options}{_when(each)}" + (f", {span}" if span else "")


def _when(fact: Document) -> str:
    """The condition: options, and services that must be deployed, too."""
    said = [f"{name}={value}" for name, value in fact["when"].items()] + list(fact.get("if", ()))
    return f", if {' and '.join(said)}" if said else ""


def _pairs(values: Document) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())
