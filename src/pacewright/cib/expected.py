"""How many copies of a resource its configuration and its nodes allow, and what the operator's hand takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pacewright.cib.configured import Configured
from pacewright.cib.dependencies import bans, tickets_missing
from pacewright.cib.instances import Found, Tree
from pacewright.cib.operations import fail_counts
from pacewright.cib.scores import Scores
from pacewright.model.status import PROMOTED, Hold, Instance, NodeStatus
from pacewright.model.values import INFINITY, is_true, role, score


@dataclass(slots=True)
class Expected:
    """``active`` and ``promoted``: copies, without what is held. ``places``: nodes that may run it. ``given_up``: nodes
    where it has failed too often. ``beside``: copies that its colocations leave room for now."""

    active: int = 0
    beside: int = 0
    promoted: int = 0
    places: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    held: list[Hold] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """What the judgement of every resource needs."""

    configured: Configured
    tree: Tree
    scores: Scores
    nodes: Sequence[NodeStatus]
    fail_counts: Mapping[tuple[str, str], str]

    @staticmethod
    def of(root_configured: Configured, tree: Tree, scores: Scores, nodes: Sequence[NodeStatus]) -> Scene:
        return Scene(root_configured, tree, scores, nodes, dict(fail_counts(root_configured.root)))

    def family(self, identity: str) -> set[str]:
        """The resource, what holds it and what it holds: a ban on any of them holds it back."""
        family, pending = set(self.configured.lineage(identity)), [identity]
        while pending:
            each = pending.pop()
            family.add(each)
            pending += self.tree.found[each].members if each in self.tree.found else []
        return family

    def online(self, name: str) -> bool:
        return any(n.name == name and n.online for n in self.nodes)


def expected(scene: Scene, found: Found) -> Expected:
    """What should be active now."""
    result = Expected()
    copies = copies_of(found)
    if found.instances and all(i.orphaned for i in found.instances):
        return result
    _find_places(scene, found, result)
    wanted = _wanted(scene, found, copies, result)
    banned = [(n, c, r) for n, c, r in bans(scene.configured, scene.family(found.id)) if scene.online(n)]
    result.held += [Hold("ban", f"{node} ({identity})") for node, identity, _ in banned]
    result.active = 0 if _switched_off(scene, found, result) else wanted
    result.beside = min(result.active, _room(scene, found, result, copies))
    if (
        result.active
        and not result.places
        and _only_the_operator(scene, found, result, {n for n, _, r in banned if not r})
    ):
        result.active = 0
    _unmanaged(scene, found, result)
    result.promoted = _promoted(scene, found, result, {n for n, _, r in banned if r == PROMOTED})
    return result


def copies_of(found: Found) -> list[list[Instance]]:
    """The instances by copy of the clone or bundle; by member in a group; orphans left out."""
    key = (lambda i: i.resource) if found.kind == "group" and not _copied(found) else (lambda i: i.copy or i.id)
    grouped: dict[str, list[Instance]] = {}
    for each in found.instances:
        if not each.orphaned:
            grouped.setdefault(str(key(each)), []).append(each)
    return list(grouped.values())


def _copied(found: Found) -> bool:
    return any(i.copy is not None for i in found.instances)


def _is_single(found: Found) -> bool:
    """Neither a clone nor a bundle nor inside one."""
    return found.kind in ("primitive", "group") and not _copied(found)


def _leaders(scene: Scene, found: Found) -> list[str]:
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


def _find_places(scene: Scene, found: Found, result: Expected) -> None:
    leaders = _leaders(scene, found)
    names = [i for i in scene.family(found.id) if i in scene.tree.found]
    active_on = {n for i in found.instances if i.active for n in i.nodes}
    for node in scene.nodes:
        too_often = any(_given_up(scene, name, node.name) for name in names)
        if too_often and node.usable:
            result.given_up.append(node.name)
        if (node.usable and (too_often or scene.scores.allowed(leaders, node.name))) or (
            node.name in active_on and not node.usable and node.online
        ):
            result.places.append(node.name)
        elif (node.standby or node.maintenance) and node.online and scene.scores.allowed(leaders, node.name):
            result.held.append(Hold("standby" if node.standby else "maintenance", node.name))


def _given_up(scene: Scene, identity: str, node: str) -> bool:
    count = score(scene.fail_counts.get((identity, node)) or "0") or 0
    return count > 0 and count >= min(INFINITY, scene.configured.migration_threshold(identity))


def _wanted(scene: Scene, found: Found, copies: list[list[Instance]], result: Expected) -> int:
    if _is_single(found):
        return len(copies)
    top = list(scene.configured.lineage(found.id))[-1] if found.id in scene.configured.elements else found.id
    if found.id not in scene.configured.elements:  # a bundle's own container, address or connection
        return len(copies)
    if (holder := scene.tree.found.get(top)) is not None and holder.kind == "bundle" and top != found.id:
        return min(len(copies), expected(scene, holder).active)
    possible = min(len(copies), len(result.places) * scene.configured.per_node(top))
    lost = any(n.lost and scene.scores.allowed(_leaders(scene, found), n.name) for n in scene.nodes)
    return max(possible, min(1, len(copies))) if lost else possible


def _room(scene: Scene, found: Found, result: Expected, copies: list[list[Instance]]) -> int:
    if _is_single(found) or found.id not in scene.configured.elements:
        return len(copies)
    top = list(scene.configured.lineage(found.id))[-1]
    leaders = _leaders(scene, scene.tree.found.get(top, found))
    near = [n for n in result.places if n in result.given_up or scene.scores.allowed(leaders, n, final=True)]
    return len(near) * scene.configured.per_node(top)


def _switched_off(scene: Scene, found: Found, result: Expected) -> bool:
    """target-role=Stopped anywhere above, all resources stopped, or a ticket that this site does not have."""
    if is_true(scene.configured.property("stop-all-resources")) and not (found.agent or "").startswith("stonith:"):
        result.held.append(Hold("stop-all-resources", "true"))
        return True
    lineage = [scene.tree.found[i] for i in scene.configured.lineage(found.id) if i in scene.tree.found] or [found]
    if any(f.disabled or role(f.target_role or "") == "Stopped" for f in lineage):
        result.held.append(Hold("target-role", "Stopped"))
        return True
    missing = [ticket for ticket, needed in tickets_missing(scene.configured, found.id) if needed != PROMOTED]
    result.held += [Hold("ticket", ticket) for ticket in dict.fromkeys(missing)]
    return bool(missing)


def _only_the_operator(scene: Scene, found: Found, result: Expected, banned: set[str]) -> bool:
    """No place is left, and it would have one but for bans, standby and maintenance; no lost node would do either."""
    if any(n.lost and scene.scores.allowed(_leaders(scene, found), n.name) for n in scene.nodes):
        return False
    return bool(banned) or any(h.by in ("standby", "maintenance") for h in result.held)


def _unmanaged(scene: Scene, found: Found, result: Expected) -> None:
    """What is unmanaged is as the operator left it: no copy is missing."""
    managed = [i.managed for i in found.instances if not i.orphaned]
    if all(managed) and found.managed:
        return
    result.held = [h for h in result.held if h.by != "maintenance"] + list(_unmanaged_by(scene, found))
    active = sum(all(i.active for i in copy) for copy in copies_of(found))
    if not any(managed) or not found.managed or active >= result.active:
        result.active = min(result.active, active)
    else:
        stopped = sum(not i.managed and not i.active for i in found.instances)
        result.active = max(active, result.active - stopped)


def _unmanaged_by(scene: Scene, found: Found) -> list[Hold]:
    if is_true(scene.configured.property("maintenance-mode")):
        return [Hold("maintenance", "maintenance-mode")]
    if is_true(scene.configured.meta(found.id, "maintenance")):
        return [Hold("maintenance", "maintenance=true")]
    in_maintenance = {n.name for n in scene.nodes if n.maintenance}
    there = sorted({n for i in found.instances if not i.managed for n in i.nodes} & in_maintenance)
    unexplained = any(not i.managed and not in_maintenance & set(i.nodes) for i in found.instances)
    return [Hold("maintenance", node) for node in there] + ([Hold("is-managed", "false")] if unexplained else [])


def _promoted(scene: Scene, found: Found, result: Expected, banned: set[str]) -> int:
    """How many copies should be promoted. A node whose agent or constraint says -INFINITY does not count."""
    holder = _promotable(scene, found)
    if holder is None or not result.active:
        return 0
    maximum, per_node = scene.configured.promoted_limits(holder)
    if role(found.target_role or "") == "Unpromoted":
        result.held.append(Hold("target-role", "Unpromoted"))
        return 0
    missing = [t for t, needed in tickets_missing(scene.configured, found.id) if needed == PROMOTED]
    result.held += [Hold("ticket", t) for t in dict.fromkeys(missing)]
    refused = {node for (_, node), value in _promotion_scores(scene, found) if value <= -INFINITY}
    active_on = {n for i in found.instances if i.active for n in i.nodes}
    willing = [n for n in result.places if n not in refused | banned] if not refused >= active_on else []
    if missing or (banned and not willing):
        return min(maximum, sum(_one_promoted(c) for c in copies_of(found)))
    if found.kind == "bundle" or any(n.kind == "guest" and n.name in active_on for n in scene.nodes):
        return min(maximum, result.active)
    if not all(i.managed for i in found.instances):
        return min(maximum, sum(_one_promoted(c) for c in copies_of(found)))
    return min(maximum, result.active, len(willing) * per_node)


def _promotion_scores(scene: Scene, found: Found) -> list[tuple[tuple[str, str], int]]:
    ids = {i.id for i in found.instances} | set(_leaders(scene, found))
    return [(key, value) for key, value in scene.scores.promotion.items() if key[0] in ids]


def _one_promoted(copy: list[Instance]) -> bool:
    return any(i.promoted for i in copy)


def _promotable(scene: Scene, found: Found) -> str | None:
    """The clone or bundle that promotes copies of this resource: itself or what holds it."""
    if found.id not in scene.configured.elements:
        return None
    for each in scene.configured.lineage(found.id):
        holder = scene.tree.found.get(each)
        if holder is not None and (
            holder.kind == "promotable" or (holder.kind == "bundle" and scene.configured.promoted_limits(each)[0] > 0)
        ):
            return each
    return None
