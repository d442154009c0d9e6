"""Services as their files have them: units, ports, settings and the rest; how Pacemaker runs them is in ``ways.py``."""

from __future__ import annotations

from collections.abc import Mapping

from pacewright.catalogue.facts.reader import ORIGIN_KEYS, SPAN_KEYS, Reader
from pacewright.catalogue.facts.tree import Keys, Text, Tree
from pacewright.catalogue.facts.values import DeploymentOption, Evidence, Mode, Port, Service, Setting, Unit
from pacewright.catalogue.facts.ways import read_ways

MODES = ("active-active", "active-passive", "promoted", "per-host", "host")
DISTRIBUTIONS = ("rhel", "debian", "ubuntu")
RESTARTS = ("always", "on-failure", "on-abnormal", "on-abort", "no")
_PLAIN = ("title", "aliases", "since", "until", "config", "needs", "provides")  # may be {value: ..., source, certainty}
SERVICE_KEYS = (
    *_PLAIN,
    *ORIGIN_KEYS,
    "mode",
    "units",
    "ports",
    "settings",
    "pacemaker",
    "implied",
    "optional",
    "notes",
)
COMMON_KEYS = ("config", "needs", "settings")
_UNIT_KEYS = ("name", "restart", "kill-mode", "type", "in", *SPAN_KEYS, *ORIGIN_KEYS)
_PORT_KEYS = ("port", "tls", "purpose", "protocol", *SPAN_KEYS, *ORIGIN_KEYS)
_SETTING_KEYS = ("file", "section", "option", "value", "for", "when", *SPAN_KEYS, *ORIGIN_KEYS)


def read_service(
    reader: Reader, project: str, outer: Evidence, common: Keys | None, name: str, tree: Tree
) -> Service | None:
    """One entry of ``services``; ``common``: what all of its file have unless they say otherwise."""
    keys = reader.keys(tree, SERVICE_KEYS)
    if keys is None:
        return None
    if common is not None:
        keys = Keys({**common.pairs, **keys.pairs}, keys.place)
    origin = reader.origin(keys, outer)
    plain, origins = _plain_values(reader, keys, origin)
    since, until = reader.span(Keys({k: (keys.place, v) for k, v in plain.items()}, keys.place))
    if "title" not in keys.pairs:
        reader.error("missing-key", f"'title' of '{name}' is missing", keys.place)
    if "mode" not in keys.pairs:
        reader.error("missing-key", f"'mode' of '{name}' is missing", keys.place, f"one of {', '.join(MODES)}")
    optional = bool(reader.flag(keys.get("optional")))
    return Service(
        name=name, project=project, title=reader.text(plain.get("title")) or name, origin=origin, origins=origins,
        implied=bool(reader.flag(keys.get("implied"))), optional=optional, aliases=reader.texts(plain.get("aliases")),
        since=since, until=until,
        modes=reader.each(keys.get("mode"), lambda t: _mode(reader, t, origin)),
        units=_units(reader, keys.get("units"), origin),
        ports=reader.each(keys.get("ports"), lambda t: _port(reader, t, origin)),
        config=reader.texts(plain.get("config")), needs=reader.names_of("need", plain.get("needs")),
        provides=reader.texts(plain.get("provides")),
        settings=reader.each(keys.get("settings"), lambda t: _setting(reader, t, origin)),
        ways=read_ways(reader, keys.get("pacemaker"), origin, optional=optional), notes=reader.texts(keys.get("notes")),
    )  # fmt: skip


def _plain_values(reader: Reader, keys: Keys, origin: Evidence) -> tuple[dict[str, Tree], Mapping[str, Evidence]]:
    """Values of the keys that may be written as ``{value: ..., source: ..., certainty: ...}``."""
    values: dict[str, Tree] = {}
    origins: dict[str, Evidence] = {}
    for key in _PLAIN:
        tree = keys.get(key)
        if isinstance(tree, Keys):
            fact = reader.keys(tree, ("value", *ORIGIN_KEYS))
            tree = tree.get("value")
            if fact is not None:
                origins[key] = reader.origin(fact, origin)
            if tree is None:
                reader.error("missing-key", "'value' is missing", keys.pairs[key][0])
        if tree is not None:
            values[key] = tree
    return values, origins


def _mode(reader: Reader, tree: Tree, outer: Evidence) -> Mode | None:
    if isinstance(tree, Text):
        word = reader.choice(tree, MODES)
        return Mode(name=word, origin=outer) if word else None
    keys = reader.keys(tree, ("value", *SPAN_KEYS, *ORIGIN_KEYS))
    if keys is None:
        return None
    since, until = reader.span(keys)
    word = reader.choice(keys.get("value"), MODES)
    return Mode(name=word, origin=reader.origin(keys, outer), since=since, until=until) if word else None


def _units(reader: Reader, tree: Tree | None, outer: Evidence) -> dict[str, tuple[Unit, ...]]:
    keys = reader.keys(tree, DISTRIBUTIONS)
    if keys is None:
        return {}
    known = [d for d in DISTRIBUTIONS if d in keys.pairs]
    return {d: reader.each(keys.get(d), lambda t: _unit(reader, t, outer)) for d in known}


def _unit(reader: Reader, tree: Tree, outer: Evidence) -> Unit | None:
    keys = reader.keys(tree, _UNIT_KEYS)
    if keys is None:
        return None
    if "name" not in keys.pairs and "in" not in keys.pairs:
        reader.error("missing-key", "'name' is missing", keys.place, "'name: null' says that there is no unit")
    since, until = reader.span(keys)
    return Unit(
        name=reader.text(keys.get("name")), origin=reader.origin(keys, outer),
        restart=reader.choice(keys.get("restart"), RESTARTS), kill_mode=reader.text(keys.get("kill-mode")),
        type=reader.text(keys.get("type")), host=reader.name_of("service", keys.get("in")), since=since, until=until,
    )  # fmt: skip


def _port(reader: Reader, tree: Tree, outer: Evidence) -> Port | None:
    keys = reader.keys(tree, _PORT_KEYS)
    if keys is None:
        return None
    if "port" not in keys.pairs:
        reader.error("missing-key", "'port' is missing", keys.place)
    port = reader.number(keys.get("port"))
    if port is None:
        return None
    since, until = reader.span(keys)
    return Port(
        port=port, origin=reader.origin(keys, outer), tls=reader.number(keys.get("tls")),
        purpose=reader.text(keys.get("purpose")), since=since, until=until,
        protocol=reader.choice(keys.get("protocol"), ("tcp", "udp")) or "tcp",
    )  # fmt: skip


def _setting(reader: Reader, tree: Tree, outer: Evidence) -> Setting | None:
    keys = reader.keys(tree, _SETTING_KEYS)
    if keys is None:
        return None
    stated = {key: reader.needed(keys, key) for key in ("file", "section", "option", "value", "for")}
    known = {key: value for key, value in stated.items() if value is not None}
    if len(known) < len(stated):
        return None
    since, until = reader.span(keys)
    return Setting(
        file=known["file"], section=known["section"], option=known["option"], value=known["value"],
        reason=known["for"], origin=reader.origin(keys, outer), when=reader.condition(keys), since=since,
        until=until,
    )  # fmt: skip


def read_option(reader: Reader, name: str, tree: Tree) -> DeploymentOption | None:
    keys = reader.keys(tree, ("title", "default", "values", "type"))
    if keys is None:
        return None
    option = DeploymentOption(
        name, reader.needed(keys, "title") or "", reader.text(keys.get("default")), reader.texts(keys.get("values")),
        number=reader.choice(keys.get("type"), ("number",)) is not None,
    )  # fmt: skip
    if option.default is not None and not option.takes(option.default):
        reader.error("unknown-value", f"'{option.default}' is no value of this option", keys.pairs["default"][0])
    return option
