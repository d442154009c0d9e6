"""How many copies of a resource its configuration and its nodes allow, and what the operator's hand takes away."""

from __future__ import annotations

from dataclasses import dataclass, field

from pacewright.cib.status.holds import is_managed, managed_part, only_the_operator, switched_off, unmanaged_by
from pacewright.cib.status.instances import Found
from pacewright.cib.status.scene import Scene, copies_of, is_single, leaders
from pacewright.model.status import Hold
from pacewright.model.values import INFINITY, role, score


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


def expected(scene: Scene, found: Found) -> Expected:
    """What should be active now."""
    result = Expected()
    if found.instances and all(i.orphaned for i in found.instances):
        return result
    _find_places(scene, found, result)
    result.held += [Hold("ban", f"{ban.node} ({ban.constraint})") for ban in scene.bans_of(found.id)]
    off = switched_off(scene, found)
    stranded = not result.places and only_the_operator(scene, found, result.held)
    result.held += off
    result.active = 0 if off or stranded else _wanted(scene, found, result)
    if result.active >= len(copies_of(found)):  # a node in standby takes nothing away from it
        result.held = [h for h in result.held if h.by not in ("standby", "maintenance")]
    if not is_managed(found):
        result.held = [h for h in result.held if h.by != "maintenance"] + unmanaged_by(scene, found)
        result.active = managed_part(found, result.active)
    result.beside = min(result.active, _room(scene, found, result))
    result.promoted = _promoted(scene, found, result)
    return result


def _find_places(scene: Scene, found: Found, result: Expected) -> None:
    leading = leaders(scene, found)
    names = [i for i in scene.family(found.id) if i in scene.tree.found]
    active_on = {n for i in found.instances if i.active for n in i.nodes}
    for node in scene.nodes:
        too_often = any(_given_up(scene, name, node.name) for name in names)
        if too_often and node.usable:
            result.given_up.append(node.name)
        if (node.usable and (too_often or scene.scores.allowed(leading, node.name))) or (
            node.name in active_on and not node.usable and node.online
        ):
            result.places.append(node.name)
        elif (node.standby or node.maintenance) and node.online and scene.scores.allowed(leading, node.name):
            result.held.append(Hold("standby" if node.standby else "maintenance", node.name))


def _given_up(scene: Scene, identity: str, node: str) -> bool:
    count = score(scene.fail_counts.get((identity, node)) or "0") or 0
    return count > 0 and count >= min(INFINITY, scene.configured.migration_threshold(identity))


def _wanted(scene: Scene, found: Found, result: Expected) -> int:
    copies = copies_of(found)
    if is_single(found):
        return len(copies)
    top = list(scene.configured.lineage(found.id))[-1] if found.id in scene.configured.elements else found.id
    if found.id not in scene.configured.elements:  # a bundle's own container, address or connection
        return len(copies)
    if (holder := scene.tree.found.get(top)) is not None and holder.kind == "bundle" and top != found.id:
        return min(len(copies), expected(scene, holder).active)
    possible = min(len(copies), len(result.places) * scene.configured.per_node(top))
    lost = any(n.lost and scene.scores.allowed(leaders(scene, found), n.name) for n in scene.nodes)
    return max(possible, min(1, len(copies))) if lost else possible


def _room(scene: Scene, found: Found, result: Expected) -> int:
    """Copies for which final scores, after colocations, leave a place."""
    if is_single(found) or found.id not in scene.configured.elements:
        return len(copies_of(found))
    top = list(scene.configured.lineage(found.id))[-1]
    leading = leaders(scene, scene.tree.found.get(top, found))
    near = [n for n in result.places if n in result.given_up or scene.scores.allowed(leading, n, final=True)]
    return len(near) * scene.configured.per_node(top)


def _promoted(scene: Scene, found: Found, result: Expected) -> int:
    """How many copies should be promoted: at least one, unless the operator is in the way. A node with a promotion
    score of -INFINITY, by its agent or a constraint, does not count."""
    holder = _promotable(scene, found)
    if holder is None or not result.active:
        return 0
    maximum, per_node = scene.configured.promoted_limits(holder)
    held = [Hold("ticket", t) for t in scene.tickets_of(found.id, promoted=True)]
    if role(found.target_role or "") == "Unpromoted":
        held.append(Hold("target-role", "Unpromoted"))
    result.held += held
    banned = {ban.node for ban in scene.bans_of(found.id) if ban.promoted}
    active_on = {n for i in found.instances if i.active for n in i.nodes}
    if held or not is_managed(found) or (banned and banned >= active_on):
        return min(maximum, sum(any(i.promoted for i in copy) for copy in copies_of(found)))
    if found.kind == "bundle" or any(n.kind == "guest" and n.name in active_on for n in scene.nodes):
        return min(maximum, result.active)
    refused = {node for (_, node), value in _promotion_scores(scene, found) if value <= -INFINITY} | banned
    willing = [n for n in result.places if n not in refused]
    return min(maximum, result.active, max(1, len(willing) * per_node))


def _promotion_scores(scene: Scene, found: Found) -> list[tuple[tuple[str, str], int]]:
    ids = {i.id for i in found.instances} | set(leaders(scene, found))
    return [(key, value) for key, value in scene.scores.promotion.items() if key[0] in ids]


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
