"""Which nodes may run a resource, and so need its agent.

Followed are what forbids a node for certain: locations by name, mandatory colocations, groups, an opt-in cluster. Where
rules or sets decide, the answer is not certain. What lives in a bundle's image needs nothing on a node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pacewright.cib.checks.index import Index
from pacewright.cib.desired.node_rules import holds
from pacewright.model.configuration import Configuration
from pacewright.model.constraints import Colocation, Location
from pacewright.model.immutable import immutable
from pacewright.model.resources import Bundle, Group, Primitive
from pacewright.model.values import INFINITY, boolean, role, score

# Pacemaker's controller does itself what the agents of these names stand for.
_BUILT_IN = ("ocf:pacemaker:remote",)
MEMBER, REMOTE = "member", "remote"


@immutable(frozen=True, slots=True)
class Need:
    """``node`` needs ``agent``, because ``resource`` may run there. ``certain``: no rule or set can say otherwise."""

    resource: str
    agent: str
    node: str
    certain: bool


def newly_needed(live: Configuration, desired: Configuration, nodes: Mapping[str, str]) -> list[Need]:
    """What ``desired`` needs and ``live`` does not: new resources, other agents, nodes allowed anew.

    ``nodes``: kind (``member``, ``remote``) by name; only these count.
    """
    before = {(n.resource, n.agent, n.node) for n in needs(live, nodes)}
    return [n for n in needs(desired, nodes) if (n.resource, n.agent, n.node) not in before]


def needs(configuration: Configuration, nodes: Mapping[str, str]) -> Iterator[Need]:
    index = Index(configuration)
    hosts = _Hosts(index, frozenset(nodes))
    members = frozenset(n for n, kind in nodes.items() if kind == MEMBER)
    for primitive in index.primitives:
        effective = index.effective(primitive)
        if effective.agent is None or effective.agent in _BUILT_IN or isinstance(index.clone_of(primitive), Bundle):
            continue
        allowed, certain = hosts.of(primitive.id or "")
        if effective.agent_class == "stonith":  # devices are watched by members alone
            allowed &= members
        for node in sorted(allowed):
            yield Need(primitive.id or "", effective.agent, node, certain)


Allowed = tuple[frozenset[str], bool]
Attributes = Mapping[str, Mapping[str, str]]


def hosts_of_bundles(
    configuration: Configuration, nodes: Mapping[str, str], attributes: Attributes
) -> Iterator[tuple[Bundle, frozenset[str], bool]]:
    """Each bundle with the nodes that may run it, and whether that is certain.

    ``attributes``: what each node is known to have; rules about them are followed, too.
    """
    index = Index(configuration)
    own = {node: {"#uname": node, "#kind": "cluster" if kind == MEMBER else kind, **attributes.get(node, {})}
           for node, kind in nodes.items()}  # fmt: skip
    hosts = _Hosts(index, frozenset(nodes), own)
    for resource in index.resources.values():
        if isinstance(resource, Bundle) and resource.id:
            yield resource, *hosts.of(resource.id)


class _Hosts:
    """The nodes where each resource may run, with whether that is certain."""

    def __init__(self, index: Index, nodes: frozenset[str], attributes: Attributes | None = None) -> None:
        self._index, self._nodes, self._attributes = index, nodes, attributes
        constraints = index.configuration.constraints
        self._locations = [c for c in constraints if isinstance(c, Location) and _counts(c.role)]
        self._colocations = [c for c in constraints if isinstance(c, Colocation) and _mandatory(c)]
        self._opt_in = boolean(index.property("symmetric-cluster") or "true") is False
        self.of = cache(self._of)
        self._under_way: set[str] = set()

    def _of(self, identity: str) -> Allowed:
        names = self._names(identity)
        allowed, certain = self._located(names)
        self._under_way.add(identity)
        for each in self._companions(identity, names):
            if each is None or each not in self._index.resources:
                certain = False
            elif each not in self._under_way:
                beside, known = self._of(each)
                allowed, certain = allowed & beside, certain and known
        self._under_way.discard(identity)
        return allowed, certain

    def _names(self, identity: str) -> frozenset[str]:
        """All names by which a constraint can mean it: its own, its holders', its template's, tags'."""
        found: list[str] = []
        at = self._index.resources.get(identity)
        while at is not None and at.id:
            found.append(at.id)
            if isinstance(at, Primitive) and at.template:
                found.append(at.template)
            at = self._index.parents.get(at.id)
        tags = [t.id for t in self._index.configuration.tags if t.id and set(t.objects) & set(found)]
        return frozenset((*found, *tags))

    def _located(self, names: frozenset[str]) -> Allowed:
        banned, listed, exclusive, narrowed, certain = set[str](), set[str](), set[str](), False, True
        for each in self._locations:
            if (meant := _means(each, names)) is False:
                continue
            decided = self._decided(each) if meant else None
            if decided is None:
                certain = False
                continue
            narrowed |= each.discovery == "exclusive"
            for node, number in decided:
                if number <= -INFINITY:
                    banned.add(node)
                elif number >= 0:
                    listed.add(node)
                if each.discovery == "exclusive":
                    exclusive.add(node)
        allowed = self._nodes - banned
        if self._opt_in and certain:
            allowed &= listed
        return (allowed & exclusive if narrowed and certain else allowed), certain

    def _decided(self, each: Location) -> list[tuple[str, int]] | None:
        """Nodes with the score that a location gives them; None where only Pacemaker can tell."""
        if each.lifetime is not None:
            return None
        if not each.rules:
            number = score(each.score or "0")
            return None if each.node is None or number is None else [(each.node, number)]
        if self._attributes is None:
            return None
        found: list[tuple[str, int]] = []
        for rule in each.rules:
            number = None if rule.score_attribute else score(rule.score or "0")
            verdicts = {node: holds(rule, own) for node, own in self._attributes.items()}
            if number is None or None in verdicts.values():
                return None
            if _counts(rule.role):
                found += [(node, number) for node, verdict in verdicts.items() if verdict]
        return found

    def _companions(self, identity: str, names: frozenset[str]) -> Iterator[str | None]:
        """Resources that it can only run beside. None: sets say so, which are not followed."""
        holder = self._index.parents.get(identity)
        if isinstance(holder, Group):
            before = [m.id for m in holder.members]
            yield from (m for m in before[: before.index(identity)] if m)
        for each in self._colocations:
            if each.sets:
                if any(names & set(s.resources) for s in each.sets):
                    yield None
            elif each.resource in names:
                yield each.with_resource


def _counts(name: str | None) -> bool:
    """Whether a location for that role decides where a resource may run at all."""
    return name is None or role(name) == "Started"


def _mandatory(each: Colocation) -> bool:
    number = score(each.score or "0")
    return number is not None and number >= INFINITY and _counts(each.role)


def _means(each: Location, names: frozenset[str]) -> bool | None:
    """Whether a location is about one of the names; None where only Pacemaker can tell."""
    if each.pattern:
        try:
            return any(re.search(each.pattern, name) for name in names)
        except re.error:
            return None
    return each.resource in names or any(names & set(s.resources) for s in each.sets)
