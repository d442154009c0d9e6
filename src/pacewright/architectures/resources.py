"""The resource of a deployed service: primitive, clone, member of a group, bundle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pacewright.architectures.containers import image_of
from pacewright.architectures.draft import Tree
from pacewright.architectures.selection import UNIT_CLASSES, Deployed, Selection, runtime
from pacewright.catalogue.options import present_name
from pacewright.model.origin import Origin

if TYPE_CHECKING:
    from pacewright.catalogue.facts.values import Bundle, Group, Operation, Pairs

_WORD = re.compile(r"%\{([a-z-]+)(?::([^}=]*)(?:=([^}]*))?)?\}")
_NO_ID = re.compile(r"[^A-Za-z0-9_.-]")
DOMAIN = "domain"  # the option that makes full names of nodes' names
Fill = Callable[[str], str]


class Resources:
    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.deployment, self.draft = selection.deployment, selection.draft

    def build(self, each: Deployed) -> None:
        """Adds what Pacemaker is to run for one service."""
        way = each.way
        assert way is not None
        fill = self.filler(each)
        origin = Origin(self._rule(each), each.path)
        if way.per_node is not None:
            self._add_per_node(each, way.per_node, origin)
            return
        if way.agent is not None:
            self.draft.add("resources", self.id_of(each), self._primitive(each, fill), origin)
        if way.bundle is not None:
            self.draft.add("resources", each.outer, self._bundle(each, way.bundle, fill), origin)
        elif way.promotable is not None:
            self.draft.add("resources", each.outer, {"promotable": each.id, **_meta(way.promotable, fill)}, origin)
        elif way.clone is not None:
            self.draft.add("resources", each.outer, {"clone": each.id, **_meta(way.clone, fill)}, origin)

    def id_of(self, each: Deployed) -> str:
        """With its words replaced: an address as an id has dots for colons."""
        return _NO_ID.sub(".", self.filler(each)(each.id)) if "%{" in each.id else each.id

    def outer_of(self, each: Deployed) -> str:
        return self.id_of(each) if each.outer == each.id else each.outer

    def groups(self, deployed: Sequence[Deployed]) -> Iterator[tuple[Group, list[Deployed]]]:
        """The groups that have members, each with them in the catalogue's order."""
        architecture, release = self.deployment.architecture, self.deployment.release
        for name in dict.fromkeys(each.way.group for each in deployed if each.way is not None and each.way.group):
            assert name is not None
            group = self.selection.catalogue.group(name, architecture, release)
            members = self.selection.catalogue.members(name, architecture, release, self.selection.holds)
            ranks = [service.name for service in members]
            found = [each for each in deployed if each.way is not None and each.way.group == name]
            if group is not None:
                yield group, sorted(found, key=lambda each: ranks.index(each.service.name))

    def build_group(self, group: Group, members: Sequence[Deployed]) -> None:
        origin = Origin(f"{self.deployment.architecture}: {group.id} ({_sources(group)})", members[0].path)
        self.draft.add("resources", group.id, {"group": [self.id_of(each) for each in members]}, origin)

    # ---- parts

    def filler(self, each: Deployed, host: str = "") -> Fill:
        """Replaces the words of docs/catalogue.md in a value."""
        domain = self.deployment.options.get(DOMAIN, "")
        full = {name: f"{name}.{domain}" if domain else name for name in each.nodes}
        vip, bundle = each.vip, each.way.bundle if each.way is not None else None
        known = {
            "nodes": ",".join(each.nodes), "count": str(len(each.nodes)), "half": str((len(each.nodes) + 1) // 2),
            "fqdns": ",".join(full.values()), "host-map": ";".join(f"{n}:{f}" for n, f in full.items()),
            "host": host,
            "bundle": bundle.name + each.suffix if bundle is not None else "",
            "address": vip.address if vip else "", "netmask": str(vip.netmask or "") if vip else "",
            "interface": vip.interface or "" if vip else "",
        }  # fmt: skip

        def word(match: re.Match[str]) -> str:
            kind, name, default = match.groups()
            return known[kind] if name is None and kind in known else self._named(each, kind, name or "", default)

        return lambda text: _WORD.sub(word, text)

    def _named(self, each: Deployed, kind: str, name: str, default: str | None) -> str:
        addresses = {vip.name: vip.address for vip in self.deployment.vips}
        tables: Mapping[str, Mapping[str, str]] = {"vip": addresses, "option": self.selection.options}
        if name in tables.get(kind, {}):
            return tables[kind][name]
        if default is not None:
            return default
        if kind == "vip" and len(addresses) == 1:
            return next(iter(addresses.values()))
        where = "vips" if kind == "vip" else "options"
        what = "a VIP" if kind == "vip" else "the option"
        suggestion = f"under '{where}:', '{name}: ...'"
        if not any(p.code == f"missing-{kind}" and p.suggestion == suggestion for p in self.draft.problems):
            self.draft.problem(f"missing-{kind}", f"{each.name} needs {what} '{name}'", where, suggestion)
        return ""

    def _rule(self, each: Deployed) -> str:
        assert each.way is not None
        what = f"VIP {each.name}" if each.vip else f"{each.service.project}/{each.service.name} on role {each.role}"
        return f"{self.deployment.architecture}: {what} ({_sources(each.way)})"

    def _primitive(self, each: Deployed, fill: Fill) -> dict[str, Tree]:
        way = each.way
        assert way is not None
        assert way.agent is not None
        primitive: dict[str, Tree] = {"agent": self._agent(each, way.agent)}
        params = {name: text for name, value in way.params.items() if (text := self._param(value, fill))}
        if each.vip is not None:
            params |= {"cidr_netmask": str(each.vip.netmask)} if each.vip.netmask is not None else {}
            params |= {"nic": each.vip.interface} if each.vip.interface is not None else {}
        if params:
            primitive["params"] = params
        primitive.update(_meta(way.meta, fill))
        if way.operations:
            primitive["operations"] = _operations(way.operations)
        return primitive

    def _param(self, value: str, fill: Fill) -> Tree:
        """A secret option stands for a whole value or not at all."""
        found = _WORD.fullmatch(value)
        if found and found.group(1) == "option" and found.group(2) in self.deployment.secrets:
            return self.deployment.secrets[found.group(2)]
        return fill(value)

    def _agent(self, each: Deployed, agent: str) -> str:
        if agent not in UNIT_CLASSES:
            return agent
        distribution = self.deployment.distribution
        if agent == "upstart" and distribution != "ubuntu":
            agent = "systemd"  # only Ubuntu ran its services by Upstart
        unit = each.service.unit(distribution, self.deployment.release)
        if unit is None or unit.name is None:
            message = f"{each.name} has no unit of its own on {distribution} in {self.deployment.release}"
            suggestion = (
                f"another distribution, or leave {each.name} out: systemd or httpd may run it without Pacemaker"
            )
            self.draft.problem("no-unit", message, each.path, suggestion)
            return f"{agent}:{each.service.name}"
        return f"{agent}:{unit.name}"

    def _add_per_node(self, each: Deployed, score: str, origin: Origin) -> None:
        """One resource a node, which prefers its node but may run on another."""
        for number, node in enumerate(each.nodes, start=1):
            fill = self.filler(each, f"host{number}")
            identity = fill(each.id)
            self.draft.add("resources", identity, self._primitive(each, fill), origin)
            location: Tree = {"resource": identity, "node": node, "score": score}
            self.draft.add("locations", f"lo_host{number}_prefer_{node}", location, origin)

    def _bundle(self, each: Deployed, bundle: Bundle, fill: Fill) -> dict[str, Tree]:
        container: dict[str, Tree] = {
            "runtime": runtime(self.deployment), "image": image_of(each, self.deployment.images),
            "replicas": fill(bundle.replicas or "%{count}"),
        }  # fmt: skip
        if bundle.network is not None:
            container["network"] = bundle.network
        if bundle.promoted_max is not None:
            container["promoted-max"] = fill(bundle.promoted_max)
        if options := " ".join(fill(o.text) for o in bundle.options if self.selection.holds(o.when)):
            container["options"] = options
        if bundle.run_command is not None:
            container["run-command"] = fill(bundle.run_command)
        made: dict[str, Tree] = {"bundle": container}
        if bundle.control_port is not None:
            made["network"] = {"control-port": str(bundle.control_port)}
        storage: list[Tree] = []
        for each_map in (s for s in bundle.storage if self.selection.holds(s.when)):
            mapping = {"source-dir": fill(each_map.source), "target-dir": fill(each_map.target)}
            storage.append(
                {
                    "id": fill(each_map.id) + each.suffix,
                    **mapping,
                    **({"options": each_map.options} if each_map.options else {}),
                }
            )
        if storage:
            made["storage"] = storage
        if each.way is not None and each.way.agent is not None:
            made["contains"] = each.id
        return made


def _sources(fact: object) -> str:
    return ", ".join(fact.origin.sources)  # type: ignore[attr-defined]


def _meta(pairs: Pairs, fill: Fill) -> dict[str, Tree]:
    """By today's names: Pacemaker 3 does not know the old ones."""
    return {"meta": {present_name(name): fill(value) for name, value in pairs.items()}} if pairs else {}


def _operations(operations: tuple[Operation, ...]) -> dict[str, Tree]:
    named: dict[str, list[Tree]] = {}
    for operation in operations:
        named.setdefault(operation.name, []).append(dict(operation.values))
    return {name: each[0] if len(each) == 1 else each for name, each in named.items()}
