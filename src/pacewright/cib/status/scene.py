"""What the judgement of every resource needs, and how a resource's instances form copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pacewright.cib.status.configured import Configured
from pacewright.cib.status.instances import Found, Tree
from pacewright.cib.status.operations import fail_counts
from pacewright.cib.status.restrictions import Ban, bans, missing_tickets
from pacewright.cib.status.scores import Scores
from pacewright.cib.xml import Node
from pacewright.model.status import Instance, NodeStatus


@dataclass(slots=True)
class Scene:
    """What the judgement of every resource needs."""

    configured: Configured
    tree: Tree
    scores: Scores
    nodes: Sequence[NodeStatus]
    fail_counts: Mapping[tuple[str, str], str]
    bans: Mapping[str, Sequence[Ban]]
    tickets: Mapping[str, Sequence[tuple[str, bool]]]

    @staticmethod
    def of(configured: Configured, answer: Node, nodes: Sequence[NodeStatus]) -> Scene:
        banned: dict[str, list[Ban]] = {}
        for ban in bans(configured):
            banned.setdefault(ban.resource, []).append(ban)
        counts = dict(fail_counts(configured.root))
        tree, scores = Tree(answer, configured), Scores.of(answer)
        return Scene(configured, tree, scores, nodes, counts, banned, missing_tickets(configured))

    def family(self, identity: str) -> set[str]:
        """The resource, what holds it and what it holds: a ban on any of them holds it back."""
        family, pending = set(self.configured.lineage(identity)), [identity]
        while pending:
            each = pending.pop()
            family.add(each)
            pending += self.tree.found[each].members if each in self.tree.found else []
        return family

    def bans_of(self, identity: str) -> list[Ban]:
        """Bans from nodes that are online, on any of the family."""
        online = {n.name for n in self.nodes if n.online}
        return [b for each in sorted(self.family(identity)) for b in self.bans.get(each, ()) if b.node in online]

    def tickets_of(self, identity: str, *, promoted: bool) -> list[str]:
        """Tickets that the resource lacks to run, or to be promoted."""
        lineage = self.configured.lineage(identity)
        return list(dict.fromkeys(t for i in lineage for t, only in self.tickets.get(i, ()) if only == promoted))


def copies_of(found: Found) -> list[list[Instance]]:
    """The instances by copy of the clone or bundle; by member in a group; orphans left out."""
    by_member = found.kind == "group" and not _copied(found)
    grouped: dict[str, list[Instance]] = {}
    for each in found.instances:
        if not each.orphaned:
            grouped.setdefault(each.resource if by_member else each.copy or each.id, []).append(each)
    return list(grouped.values())


def _copied(found: Found) -> bool:
    return any(i.copy is not None for i in found.instances)


def is_single(found: Found) -> bool:
    """Neither a clone nor a bundle nor inside one."""
    return found.kind in ("primitive", "group") and not _copied(found)


def leaders(scene: Scene, found: Found) -> list[str]:
    """The ids whose scores say where copies may be: instances, cloned groups, a bundle's containers."""
    if found.kind == "bundle":
        containers = [i.id for i in found.instances if i.resource not in scene.configured.elements]
        return [c for c in containers if not _is_connection(scene, c)]
    if found.kind in ("clone", "promotable") and len(found.members) == 1:
        inner = scene.tree.found[found.members[0]]
        if inner.kind == "group":
            return [f"{inner.id}:{n}" for n in dict.fromkeys(i.copy for i in found.instances)]
    return [i.id for i in found.instances if not i.orphaned]


def _is_connection(scene: Scene, identity: str) -> bool:
    return scene.tree.found[identity].agent == "ocf:pacemaker:remote"
