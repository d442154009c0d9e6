"""What services outside Pacemaker need on every node: units that systemd enables, how it restarts them, and settings
with which they wait for database and broker for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pacewright.architectures.deployment import Deployment
from pacewright.architectures.draft import Draft, Problem
from pacewright.architectures.resources import Resources
from pacewright.architectures.selection import Deployed, Selection
from pacewright.catalogue.facts.catalogue import Catalogue, load_catalogue, site_folders
from pacewright.catalogue.facts.values import at
from pacewright.catalogue.releases import release_named
from pacewright.model.immutable import immutable

if TYPE_CHECKING:
    from pacewright.catalogue.facts.values import Setting, Unit

RESTART = "always"
# Seconds between the end of a service and its next start. While a database is away for minutes, every service of a
# node may end at once, and each start costs a second or two of a processor: with 5 seconds between them a controller of
# forty services still has time for those that work. A killed service is away no longer than a failover takes anyway.
RESTART_SECONDS = 5
_ONCE = "oneshot"  # a unit that ends when it is done: systemd refuses Restart=always for it
_SYSTEMD_CLASSES = ("systemd", "service", "upstart")
_SEVERAL_NODES = "several-nodes"
_WAITING = ("database", "broker")
_ORDERED = ("classic", "full")  # architectures in which Pacemaker starts what it runs after database and broker


@immutable(frozen=True, slots=True)
class Running:
    """A unit that systemd runs on a node. ``name`` with ``.service``. ``services``: whose unit it is.

    ``restart``: what the packaged unit says; None: not known. ``once``: it ends when it is done, and is not restarted.
    """

    name: str
    services: tuple[str, ...]
    restart: str | None = None
    once: bool = False


@immutable(frozen=True, slots=True)
class Value:
    """A setting of a configuration file. ``reason``: ``database``, ``broker``, ``coordination``, ``several-nodes``.

    ``units``: those that read it and run on the node, with ``.service``.
    """

    file: str
    section: str
    option: str
    value: str
    reason: str
    services: tuple[str, ...]
    units: tuple[str, ...]


@immutable(frozen=True, slots=True)
class OnNode:
    """``enabled``: units that systemd starts at boot. ``pacemaker``: units that it must not, since Pacemaker does."""

    node: str
    enabled: tuple[Running, ...]
    pacemaker: tuple[Running, ...]
    settings: tuple[Value, ...]


@immutable(frozen=True, slots=True)
class Outside:
    """``release`` by name. ``problems``: what could not be found out; warnings alone leave ``nodes`` whole."""

    release: str
    distribution: str
    nodes: tuple[OnNode, ...]
    problems: tuple[Problem, ...] = ()


def drop_in() -> str:
    """The drop-in of every unit that systemd runs and that does not end by itself.

    The packaged units have ``Restart=no``, ``on-failure`` (a service that gives up and ends with 0 stays away) or
    ``always``; but all of them stop trying after five starts within ten seconds, which a service that ends at once
    without its database has used up in a second. ``StartLimitInterval`` of ``[Service]`` is the spelling that every
    systemd since that of RHEL 7 takes.
    """
    return f"[Service]\nRestart={RESTART}\nRestartSec={RESTART_SECONDS}\nStartLimitInterval=0\n"


def outside(deployment: Deployment, catalogue: Catalogue | None = None) -> Outside:
    """For all nodes of the deployment, in the order of its roles. The deployment has been expanded without mistakes."""
    release = release_named(deployment.release) or deployment.release
    deployment = replace(deployment, release=release)
    draft = Draft()
    selection = Selection(deployment, catalogue or load_catalogue(site_folders()), draft)
    deployed = selection.select()
    problems: list[Problem] = []
    found = _Finding(selection, deployed, problems)
    nodes = tuple(found.on(node) for node in deployment.nodes)
    return Outside(release, deployment.distribution, nodes, tuple(dict.fromkeys([*draft.problems, *problems])))


class _Finding:
    def __init__(self, selection: Selection, deployed: Sequence[Deployed], problems: list[Problem]) -> None:
        self.selection, self.deployed, self.problems = selection, deployed, problems
        self.distribution, self.release = selection.deployment.distribution, selection.deployment.release
        self.draft = Draft()  # a word that is missing is no mistake here: the setting is left out
        self.words = Resources(Selection(selection.deployment, selection.catalogue, self.draft))

    def on(self, node: str) -> OnNode:
        here = [each for each in self.deployed if node in each.nodes and each.vip is None]
        theirs = self._merged((unit, each.name) for each in here for unit in self._of_pacemaker(each))
        names = {unit.name for unit in theirs}
        ours = self._merged((u, each.name) for each in here if each.way is None for u in self._of_systemd(each))
        ours = tuple(unit for unit in ours if unit.name not in names)
        return OnNode(node, ours, theirs, self._settings(node, here, (*ours, *theirs)))

    # ---- units

    def _of_systemd(self, each: Deployed) -> Iterator[Unit]:
        unit = self._unit(each)
        if unit is not None and unit.name is not None:
            yield unit
            return
        message = f"{each.name} has no unit that is known on {self.distribution} in {self.release}; nothing starts it"
        self.problems.append(Problem("no-unit", message, each.path, warning=True))

    def _of_pacemaker(self, each: Deployed) -> Iterator[Unit]:
        """Its unit: the one that Pacemaker starts, or, beside an agent of its own, one that would run it twice."""
        if each.way is None:
            return
        agent = each.way.agent or ""
        kind, _, named = agent.partition(":")
        if kind in _SYSTEMD_CLASSES and named:
            from pacewright.catalogue.facts.values import Unit

            yield Unit(name=named, origin=each.way.origin)
        elif each.unit is not None and each.unit.name is not None:
            yield each.unit

    def _unit(self, each: Deployed) -> Unit | None:
        """Its own unit, or that of the service it runs in."""
        unit = each.unit
        if unit is None or unit.name is not None or unit.host is None:
            return unit
        host = self.selection.catalogue.services.get(unit.host)
        return host.unit(self.distribution, self.release) if host is not None else None

    def _merged(self, units: Iterator[tuple[Unit, str]]) -> tuple[Running, ...]:
        """Each unit once, by name, with all services that share it."""
        found: dict[str, Running] = {}
        for unit, service in units:
            assert unit.name is not None
            name = f"{unit.name}.service"
            known = found.get(name)
            if known is None:
                found[name] = Running(name, (service,), unit.restart, unit.type == _ONCE)
            elif service not in known.services:
                found[name] = replace(known, services=(*known.services, service))
        return tuple(found[name] for name in sorted(found))

    # ---- settings

    def _settings(self, node: str, here: Sequence[Deployed], units: Sequence[Running]) -> tuple[Value, ...]:
        """Of all services that do not run in containers, whose files are elsewhere. One that Pacemaker runs must wait
        for database and broker by itself, too, where no order makes it."""
        found: dict[tuple[str, str, str], Value] = {}
        for each in (e for e in here if e.way is None or e.way.bundle is None):
            own = tuple(unit.name for unit in units if each.name in unit.services)
            for setting in at(self.release, each.service.settings):
                value = self._filled(each, setting, own)
                if value is None:
                    continue
                key = (value.file, value.section, value.option)
                known = found.setdefault(key, value)
                if known.value != value.value:
                    self._differ(node, known, value, each)
                found[key] = replace(
                    known,
                    services=tuple(dict.fromkeys((*known.services, *value.services))),
                    units=tuple(dict.fromkeys((*known.units, *value.units))),
                )
        return tuple(found[key] for key in sorted(found))

    def _filled(self, each: Deployed, setting: Setting, units: tuple[str, ...]) -> Value | None:
        """None where it does not hold in this deployment, or something that it names is missing."""
        if not self.selection.holds(setting.when) or (setting.reason == _SEVERAL_NODES and len(each.nodes) < 2):
            return None
        ordered = each.way is not None and self.selection.deployment.architecture in _ORDERED
        if ordered and setting.reason in _WAITING:
            return None
        fill, before = self.words.filler(each), len(self.draft.problems)
        section, value = fill(setting.section), fill(setting.value)
        if len(self.draft.problems) > before:
            for problem in self.draft.problems[before:]:
                message = f"{problem.message}: {setting.option} in {setting.file} is left out"
                self.problems.append(replace(problem, message=message, warning=True))
            return None
        return Value(setting.file, section, setting.option, value, setting.reason, (each.name,), units)

    def _differ(self, node: str, known: Value, other: Value, each: Deployed) -> None:
        message = (
            f"{node}: {', '.join(known.services)} and {each.name} want {known.section}/{known.option} of {known.file} "
            f"to be '{known.value}' and '{other.value}'"
        )
        self.problems.append(Problem("settings-differ", message, each.path))
