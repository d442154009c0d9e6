"""What the catalogue says about services, as values. docs/catalogue.md tells what each key means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from pacewright.catalogue.releases import within
from pacewright.model.immutable import immutable

Pairs = Mapping[str, str]
_WHOLE = re.compile("-?[0-9]{1,9}")


@immutable(frozen=True, slots=True)
class Evidence:
    """Where a fact comes from: keys of ``sources.yaml``, and how certain it is."""

    sources: tuple[str, ...]
    certainty: str


class Dated(Protocol):
    """What holds for some releases: ``since`` and ``until`` are included; None is without that end."""

    @property
    def since(self) -> str | None: ...
    @property
    def until(self) -> str | None: ...


D = TypeVar("D", bound=Dated)


def at(release: str, items: tuple[D, ...]) -> tuple[D, ...]:
    """Those that hold in a release."""
    return tuple(item for item in items if within(release, item.since, item.until))


def options_are(when: Pairs, options: Pairs) -> bool:
    """Whether a deployment's options are as a condition has them; ``*``: set to anything."""
    return all(options.get(name) == value or (value == "*" and options.get(name)) for name, value in when.items())


Holds = Callable[[Pairs], bool]  # whether a condition is true in a deployment


def unconditional(when: Pairs) -> bool:
    """The ``Holds`` of who knows no options: nothing that asks for one fits."""
    return not when


@immutable(frozen=True, slots=True, kw_only=True)
class Mode:
    name: str
    origin: Evidence
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Unit:
    """A systemd unit. ``name`` without ``.service``; None: none of its own; ``host``: whose unit runs it."""

    name: str | None
    origin: Evidence
    restart: str | None = None
    kill_mode: str | None = None
    type: str | None = None
    host: str | None = None
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Port:
    """``tls``: the port on the VIP, where that speaks TLS."""

    port: int
    origin: Evidence
    tls: int | None = None
    purpose: str | None = None
    protocol: str = "tcp"
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Setting:
    """An option of a configuration file. ``reason``: what it is for, the key ``for`` of the file."""

    file: str
    section: str
    option: str
    value: str
    reason: str
    origin: Evidence
    when: Pairs
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Relation:
    """Its other end is a service or a group. ``action``: what is waited for. ``services``: the key ``if`` of files."""

    origin: Evidence
    service: str | None = None
    group: str | None = None
    action: str = "start"
    kind: str | None = None
    require_all: bool | None = None
    score: str = "INFINITY"
    role: str | None = None
    when: Pairs
    services: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Operation:
    """``values``: its attributes, without name."""

    name: str
    values: Pairs
    origin: Evidence
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the values that a parameter or meta attribute may have; the first that fits holds.

    ``set``: ``params``, ``meta``, ``clone`` or ``promotable``.
    """

    set: str
    name: str
    value: str
    origin: Evidence
    when: Pairs
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Option:
    """Words for the container engine, or the engine."""

    text: str
    origin: Evidence
    when: Pairs
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Storage:
    id: str
    source: str
    target: str
    origin: Evidence
    when: Pairs
    options: str | None = None
    since: str | None = None
    until: str | None = None


@immutable(frozen=True, slots=True, kw_only=True)
class Bundle:
    """``replicas``, ``promoted_max``: a number, or a word of docs/catalogue.md; None: as many as nodes of the role.

    ``run_command`` starts the container; ``command``: what the image's own start script then runs.
    """

    name: str
    image: str
    runtime: tuple[Option, ...] = ()
    network: str | None = None
    replicas: str | None = None
    promoted_max: str | None = None
    control_port: int | None = None
    run_command: str | None = None
    command: str | None = None
    options: tuple[Option, ...] = ()
    storage: tuple[Storage, ...] = ()


@immutable(frozen=True, slots=True)
class NodeProperty:
    """``rule``: ``only-there``, ``never-elsewhere`` or ``never-there``, where the property is ``true``."""

    name: str
    rule: str = "only-there"


@immutable(frozen=True, slots=True, kw_only=True)
class Way:
    """How Pacemaker runs a service. ``per_node``: one resource a node, which prefers its node with this score.

    ``choices``: values that hang on the release or on options; ``of`` puts those that hold among the plain ones.
    ``place``: among the members of its group.
    """

    architectures: tuple[str, ...]
    origin: Evidence
    since: str | None = None
    until: str | None = None
    id: str | None = None
    agent: str | None = None
    when: Pairs
    params: Pairs
    meta: Pairs
    choices: tuple[Choice, ...] = ()
    operations: tuple[Operation, ...] = ()
    clone: Pairs | None = None
    promotable: Pairs | None = None
    group: str | None = None
    place: int = 0
    per_node: str | None = None
    bundle: Bundle | None = None
    after: tuple[Relation, ...] = ()
    beside: tuple[Relation, ...] = ()
    property: NodeProperty | None = None
    optional: bool = False

    def of(self, release: str, holds: Holds = unconditional) -> Way:
        """With what holds in that release only; relations, options and storage keep their conditions."""
        bundle = self.bundle
        if bundle is not None:
            bundle = replace(bundle, runtime=at(release, bundle.runtime), options=at(release, bundle.options),
                             storage=at(release, bundle.storage))  # fmt: skip
        chosen: dict[str, dict[str, str]] = {"params": {}, "meta": {}, "clone": {}, "promotable": {}}
        for choice in at(release, self.choices):
            if holds(choice.when):
                chosen[choice.set].setdefault(choice.name, choice.value)
        return replace(
            self, params={**self.params, **chosen["params"]}, meta={**self.meta, **chosen["meta"]}, choices=(),
            clone=None if self.clone is None else {**self.clone, **chosen["clone"]},
            promotable=None if self.promotable is None else {**self.promotable, **chosen["promotable"]},
            operations=at(release, self.operations), after=at(release, self.after), beside=at(release, self.beside),
            bundle=bundle,
        )  # fmt: skip


@immutable(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of resources and what it follows and stands beside. Its members name it."""

    id: str
    architectures: tuple[str, ...]
    origin: Evidence
    since: str | None = None
    until: str | None = None
    after: tuple[Relation, ...] = ()
    beside: tuple[Relation, ...] = ()


@immutable(frozen=True, slots=True, kw_only=True)
class Service:
    """``origins``: of keys that are plain values (``since``, ``config``, ...), where they differ from ``origin``.

    ``implied``: nothing but a part of an architecture; what comes after it brings it along.
    """

    name: str
    project: str
    title: str
    origin: Evidence
    origins: Mapping[str, Evidence]
    modes: tuple[Mode, ...]
    units: Mapping[str, tuple[Unit, ...]]
    implied: bool = False
    optional: bool = False
    aliases: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    ports: tuple[Port, ...] = ()
    config: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    ways: tuple[Way, ...] = ()
    notes: tuple[str, ...] = ()

    def exists(self, release: str) -> bool:
        return within(release, self.since, self.until)

    def mode(self, release: str) -> str | None:
        found = at(release, self.modes)
        return found[0].name if found else None

    def unit(self, distribution: str, release: str) -> Unit | None:
        """None: it is not known, or there is none in that release."""
        found = at(release, self.units.get(distribution, ()))
        return found[0] if found else None

    def way(self, architecture: str, release: str, holds: Holds = unconditional) -> Way | None:
        """How Pacemaker runs it there, with what holds in that release only. None: systemd does."""
        if not self.exists(release):
            return None
        fitting = (w for w in at(release, self.ways) if architecture in w.architectures and holds(w.when))
        found = next(fitting, None)
        return found.of(release, holds) if found is not None else None

    def is_optional(self, architecture: str, release: str, holds: Holds = unconditional) -> bool:
        """Whether it is there only where a deployment names it, not with its project."""
        way = self.way(architecture, release, holds)
        return self.optional if way is None else way.optional

    def resource_id(self, architecture: str, release: str, holds: Holds = unconditional) -> str | None:
        """The id of the primitive, or of the bundle without an agent. None: Pacemaker does not run it."""
        way = self.way(architecture, release, holds)
        if way is None:
            return None
        if way.id is None and way.bundle is not None and way.agent is None:
            return way.bundle.name
        unit = self.unit("rhel", release)
        return way.id or (unit.name if unit is not None and unit.name else self.name)


@immutable(frozen=True, slots=True)
class DeploymentOption:
    """A word that conditions ask for. ``default``: None: not set. ``values``: empty: any. ``number``: whole."""

    name: str
    title: str
    default: str | None
    values: tuple[str, ...] = ()
    number: bool = False

    def takes(self, value: str) -> bool:
        return (not self.values or value in self.values) and (not self.number or _WHOLE.fullmatch(value) is not None)
