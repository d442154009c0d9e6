"""Which services a deployment has, on which nodes, and who runs each: Pacemaker in some way, or systemd."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pacewright.architectures import mistakes
from pacewright.architectures.deployment import CONTROLLER, Chosen, Deployment, Vip
from pacewright.architectures.draft import Draft
from pacewright.catalogue.data import load
from pacewright.model.immutable import immutable
from pacewright.model.report import did_you_mean

if TYPE_CHECKING:
    from pacewright.catalogue.facts.catalogue import Catalogue
    from pacewright.catalogue.facts.values import Pairs, Service, Unit, Way

PER_HOST_ROLE = "compute"
VIP = "vip"  # the service that stands for every VIP which no other service is for
UNIT_CLASSES = ("systemd", "upstart", "service")  # agents that stand for the distribution's unit
BALANCER = "haproxy"  # the service on whose nodes VIPs are
_NAMED_VIP = re.compile(r"%\{vip:([^}]+)\}")


@immutable(frozen=True, slots=True)
class Deployed:
    """A service in its place. ``name``: its own. ``way``: how Pacemaker runs it; None: systemd does.

    ``id``: of its primitive, or of its bundle where that has no primitive. ``vip``: the address that it stands for.
    ``path``: where the deployment names it.
    """

    name: str
    service: Service
    role: str
    nodes: tuple[str, ...]
    way: Way | None
    id: str
    unit: Unit | None
    path: str
    vip: Vip | None = None

    @property
    def asked_for(self) -> bool:
        """Whether the list of services has it, itself or its project."""
        return self.path.startswith("services/")

    @property
    def suffix(self) -> str:
        """What tells a second one of its kind from the first: ``-cell1`` of ``galera-cell1``."""
        if self.vip is not None or self.name == self.service.name:
            return ""
        return (
            self.name.removeprefix(self.service.name)
            if self.name.startswith(f"{self.service.name}-")
            else f"-{self.name}"
        )

    @property
    def outer(self) -> str:
        """The id of what holds it: its bundle, clone or promotable clone, else its own. Groups are not looked at."""
        way = self.way
        if way is None:
            return self.id
        if way.bundle is not None:
            return way.bundle.name + self.suffix
        if way.promotable is not None:
            return self._around("ms_", "-master")
        return self._around("cl_", "-clone") if way.clone is not None else self.id

    def _around(self, prefix: str, suffix: str) -> str:
        """As people who write ``p_mysql`` call it, and as pcs does."""
        return prefix + self.id.removeprefix("p_") if self.id.startswith("p_") else self.id + suffix


class Selection:
    """Finds what is deployed. Mistakes go to the draft."""

    def __init__(self, deployment: Deployment, catalogue: Catalogue, draft: Draft) -> None:
        self.deployment, self.catalogue, self.draft = deployment, catalogue, draft
        stores = {name: load("stores")[name][store.way] for name, store in deployment.stores.items()}
        given = {"runtime": runtime(deployment), **deployment.options}
        for each in stores.values():
            given |= each.get("options", {})
        self.options = catalogue.options_with(given)
        self.chosen = (*deployment.services, *(
            Chosen(service, service, deployment.stores[name].role, asked_by=name)
            for name, each in stores.items() for service in each.get("services", ())
        ))  # fmt: skip

    def holds(self, when: Pairs, vip: Vip | None = None) -> bool:
        """Whether a condition of the catalogue is true here; ``*`` is true of anything that is set."""
        options: Mapping[str, str] = self.options if vip is None else {**self.options, "ip-version": str(vip.version)}
        return all(name in options if value == "*" else options.get(name) == value for name, value in when.items())

    def select(self) -> tuple[Deployed, ...]:
        """In the order of the deployment; VIPs come first."""
        mistakes.judge_roles(self.deployment, self.draft)
        mistakes.judge_options(self.deployment, self.catalogue, self.draft)
        found: dict[str, Deployed] = {}
        for chosen in self.chosen:
            for service in self._services(chosen):
                name = chosen.name if service.name == chosen.service else service.name
                if name not in found and (deployed := self._deployed(name, service, chosen)) is not None:
                    found[name] = deployed
        for service in self._implied(found):
            if (deployed := self._deployed(service.name, service, Chosen(service.name, service.name))) is not None:
                found[service.name] = deployed
        mistakes.judge_ports(self.deployment, list(found.values()), self.draft)
        mistakes.judge_services(self.deployment, list(found.values()), self.draft)
        mistakes.judge_stores(self.deployment, list(found.values()), self.draft)
        return (*self._vips(list(found.values())), *found.values())

    # ---- services

    def _services(self, chosen: Chosen) -> Iterator[Service]:
        """The service of that name, or the services of the project of that name that belong to the release."""
        path, release = chosen.path, self.deployment.release
        known = self.catalogue.services
        service = known.get(chosen.service) or next((s for s in known.values() if chosen.service in s.aliases), None)
        project = [s for s in known.values() if s.project == chosen.service]
        if service is not None and service.exists(release):
            yield service
            project = [s for s in project if s is not service] if service.name == chosen.service else []
        there = [s for s in project if s.exists(release)]
        yield from filter(self._comes_along, there)
        if not there and (service is None or not service.exists(release)):
            if service is None and not project:
                self._unknown(chosen.service, path)
            else:
                message = f"{chosen.service} is not part of {release}"
                self.draft.problem("not-in-release", message, path, _span(project or [service]))  # type: ignore[list-item]

    def _unknown(self, word: str, path: str) -> None:
        known = [*self.catalogue.services, *(s.project for s in self.catalogue.services.values())]
        suggestion = did_you_mean(word[:100], known) or "'pacewright services' lists them"
        self.draft.problem("unknown-service", f"unknown service '{word[:100]}'", path, suggestion)

    def _comes_along(self, service: Service) -> bool:
        """Whether it comes with its project: it is there on this distribution, or Pacemaker runs it.

        A unit that Pacemaker is to run, and that is part of another service's, is left to that service.
        """
        architecture, release = self.deployment.architecture, self.deployment.release
        if service.implied or service.is_optional(architecture, release, self.holds):
            return False
        unit = service.unit(self.deployment.distribution, release)
        way = service.way(architecture, release, self.holds)
        if way is not None and way.agent in UNIT_CLASSES and unit is not None and unit.name is None:
            return unit.host is None
        return unit is not None or way is not None

    def _deployed(self, name: str, service: Service, chosen: Chosen) -> Deployed | None:
        path, release = chosen.path, self.deployment.release
        role = chosen.role or self._default_role(service)
        if role not in self.deployment.roles:
            message = f"{name} is to run on role '{role[:100]}', which is not there"
            suggestion = (
                did_you_mean(role[:100], self.deployment.roles) or f"roles are {', '.join(self.deployment.roles)}"
            )
            where = f"{path}/role" if chosen.role else path
            told = (("unknown-role", where), ("no-roles", "roles"))
            if not any((p.code, p.path) in told for p in self.draft.problems):
                self.draft.problem("unknown-role", message, where, suggestion)
            return None
        way = service.way(self.deployment.architecture, release, self.holds)
        vip = self._vip_of(way)
        if vip is not None:
            way = self._way_of_vip(service, vip)
        identity = service.resource_id(self.deployment.architecture, release, self.holds) or service.name
        unit = service.unit(self.deployment.distribution, release)
        plain = Deployed(name, service, role, self.deployment.roles[role], way, identity, unit, path, vip)
        return replace(plain, id=identity + plain.suffix)

    def _default_role(self, service: Service) -> str:
        roles = self.deployment.roles
        if service.mode(self.deployment.release) == "per-host" and PER_HOST_ROLE in roles:
            return PER_HOST_ROLE
        return CONTROLLER if CONTROLLER in roles or len(roles) != 1 else next(iter(roles))

    def _implied(self, found: Mapping[str, Deployed]) -> Iterator[Service]:
        """Services that are nothing but part of an architecture: what depends on them brings them along."""
        ways = [each.way for each in found.values()]
        seen = set(found)
        while ways:
            way = ways.pop()
            for relation in way.after if way is not None else ():
                service = self.catalogue.services.get(relation.service or "")
                if service is None or not service.implied or service.name in seen or not self.holds(relation.when):
                    continue
                seen.add(service.name)
                its_way = service.way(self.deployment.architecture, self.deployment.release, self.holds)
                if its_way is not None:
                    ways.append(its_way)
                    yield service

    # ---- addresses

    def _vips(self, found: Sequence[Deployed]) -> Iterator[Deployed]:
        """Every VIP that no other service is for, where the load balancer is."""
        service = self.catalogue.services[VIP]
        taken = {each.vip.name for each in found if each.vip is not None}
        balancer = next((each for each in found if each.service.name == BALANCER), None)
        role = balancer.role if balancer is not None else self._default_role(service)
        used: set[str] = set()
        for vip in self.deployment.vips:
            way = self._way_of_vip(service, vip)
            if vip.name not in taken and way is not None and role in self.deployment.roles:
                nodes, identity = self.deployment.roles[role], way.id or vip.name
                if identity in used and "%{" not in identity:
                    identity += f"-{vip.name}"  # the classic listing has one VIP, p_IP; further ones are p_IP-NAME
                used.add(identity)
                yield Deployed(vip.name, service, role, nodes, way, identity, None, f"vips/{vip.name}", vip)

    def _vip_of(self, way: Way | None) -> Vip | None:
        """The address that a service stands for; None for a service that is no address."""
        named = _NAMED_VIP.fullmatch(way.params.get("ip", "")) if way is not None else None
        return next((v for v in self.deployment.vips if named and v.name == named.group(1)), None)

    def _way_of_vip(self, service: Service, vip: Vip) -> Way | None:
        try:
            _ = vip.version
        except ValueError:
            return None  # which is told already
        return service.way(
            self.deployment.architecture, self.deployment.release, lambda when: self.holds(when, vip)
        )  # fmt: skip


def _holds_in(release: str, since: str | None, until: str | None) -> bool:
    from pacewright.catalogue.releases import within

    return within(release, since, until)


def _span(services: Sequence[Service]) -> str:
    """From when until when, in words."""
    spans = {(s.since, s.until) for s in services}
    if len(spans) != 1:
        return "leave it out"
    since, until = spans.pop()
    words = ", ".join(word for word in (since and f"since {since}", until and f"until {until}") if word)
    return f"leave it out: it is there {words}"


def runtime(deployment: Deployment) -> str:
    """The container engine: as said, else that of the release."""
    return deployment.images.runtime or ("podman" if _holds_in(deployment.release, "stein", None) else "docker")
