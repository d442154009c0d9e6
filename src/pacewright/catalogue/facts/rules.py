"""What must hold between the entries of all files: names lead somewhere and are said once, nothing waits for itself."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from pacewright.catalogue.facts.reader import Reader
from pacewright.catalogue.facts.values import DeploymentOption, Group, Relation, Service, Way, at
from pacewright.catalogue.facts.ways import ARCHITECTURES
from pacewright.catalogue.releases import releases, within
from pacewright.model.report import did_you_mean

# Options that are always there
OF_DEPLOYMENTS = {
    "runtime": DeploymentOption("runtime", "the container engine", None, ("docker", "podman")),
    "ip-version": DeploymentOption("ip-version", "of a VIP", None, ("4", "6")),
}
Edges = dict[str, set[str]]


def judge(
    services: Mapping[str, Service],
    groups: Mapping[str, Group],
    options: Mapping[str, DeploymentOption],
    reader: Reader,
) -> None:
    _references(services, groups, tuple(options), reader)
    _conditions({**options, **OF_DEPLOYMENTS}, reader)
    _aliases(services, reader)
    for architecture in ARCHITECTURES:
        for kind in ("after", "with"):
            # Without a circle over all releases at once, which is the rule, there is none in any.
            if _circle(_edges(services, groups, architecture, None, kind)):
                _report_circle(services, groups, architecture, kind, reader)


def _references(
    services: Mapping[str, Service], groups: Mapping[str, Group], options: tuple[str, ...], reader: Reader
) -> None:
    provided = {word for service in services.values() for word in service.provides}
    known = {
        "service": set(services),
        "group": set(groups),
        "need": set(services) | provided,
        "option": {*options, *OF_DEPLOYMENTS},
    }
    aliases = {alias: service.name for service in services.values() for alias in service.aliases}
    for kind, name, place in reader.references:
        if name in known[kind] or name in reader.failed:
            continue
        hint: str | None
        if kind == "option":
            hint = did_you_mean(name, options) or f"declare it: 'options: {{{name}: {{title: ...}}}}'"
        elif name in aliases:
            hint = f"'{name}' is another name of '{aliases[name]}': write that"
        else:
            hint = did_you_mean(name, known[kind])
        message = (
            f"no service and nothing that one provides is called '{name}'" if kind == "need" else f"no {kind} '{name}'"
        )
        reader.error(f"unknown-{kind}", message, place, hint)


def _conditions(options: Mapping[str, DeploymentOption], reader: Reader) -> None:
    """A condition on a value that its option never has holds never."""
    for name, value, place in reader.conditions:
        option = options.get(name)
        if option is not None and value != "*" and not option.takes(value):
            hint = did_you_mean(value, option.values) or f"one of {', '.join(option.values) or 'the numbers'}"
            reader.error("unknown-value", f"'{value[:100]}' is no value of option '{name}'", place, hint)


def _aliases(services: Mapping[str, Service], reader: Reader) -> None:
    owners: dict[str, str] = {name: name for name in services}
    for service in services.values():
        for alias in service.aliases:
            owner = owners.setdefault(alias, service.name)
            if owner != service.name:
                message = f"'{alias}', another name of '{service.name}', is one of '{owner}', too"
                reader.error("duplicate-name", message, reader.places[service.name])


def _report_circle(
    services: Mapping[str, Service], groups: Mapping[str, Group], architecture: str, kind: str, reader: Reader
) -> None:
    for release in releases():
        circle = _circle(_edges(services, groups, architecture, release, kind))
        if circle:
            chain = " -> ".join((*circle, circle[0]))
            message = f"'{kind}' goes in a circle in {architecture}, {release}: {chain}"
            reader.error("circle", message, reader.places[circle[0]])
            return


def _edges(
    services: Mapping[str, Service], groups: Mapping[str, Group], architecture: str, release: str | None, kind: str
) -> Edges:
    """From each service, or the group that it is in, to what it follows (stands beside). ``release`` None: in any."""
    ends: dict[str, set[str]] = {}
    relations: list[tuple[str, Relation]] = []
    for service in services.values():
        for way in service.ways if release is None else _ways_in(service, architecture, release):
            if architecture in way.architectures:
                ends.setdefault(service.name, set()).add(way.group or service.name)
                relations += [(way.group or service.name, r) for r in (way.after if kind == "after" else way.beside)]
    for group in groups.values():
        if architecture in group.architectures and (release is None or within(release, group.since, group.until)):
            relations += [(group.id, r) for r in (group.after if kind == "after" else group.beside)]
    edges: Edges = {}
    for start, relation in relations:
        if release is None or within(release, relation.since, relation.until):
            others = {relation.group} if relation.group else ends.get(relation.service or "", set())
            edges.setdefault(start, set()).update(other for other in others if other and other != start)
    return edges


def _ways_in(service: Service, architecture: str, release: str) -> list[Way]:
    """The ways that may hold there: the first without a condition, and those with one before it."""
    found = []
    for way in at(release, service.ways) if service.exists(release) else ():
        if architecture in way.architectures:
            found.append(way.of(release))
            if not way.when:
                break
    return found


def _circle(edges: Edges) -> list[str]:
    """The names on one circle, in order; empty without one."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found[:-1]  # it names the first again at the end
    return []
