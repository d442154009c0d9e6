"""What the operator's hand holds back: target-role, is-managed, maintenance, and tickets."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.cib.status.instances import Found
from pacewright.cib.status.scene import Scene, copies_of, leaders
from pacewright.model.status import Hold
from pacewright.model.values import is_true, role


def switched_off(scene: Scene, found: Found) -> list[Hold]:
    """target-role=Stopped anywhere above, all resources stopped, or a ticket that this site does not have."""
    if is_true(scene.configured.property("stop-all-resources")) and not (found.agent or "").startswith("stonith:"):
        return [Hold("stop-all-resources", "true")]
    lineage = [scene.tree.found[i] for i in scene.configured.lineage(found.id) if i in scene.tree.found] or [found]
    if any(f.disabled or role(f.target_role or "") == "Stopped" for f in lineage):
        return [Hold("target-role", "Stopped")]
    return [Hold("ticket", ticket) for ticket in scene.tickets_of(found.id, promoted=False)]


def only_the_operator(scene: Scene, found: Found, held: Iterable[Hold]) -> bool:
    """A resource without a place would have one but for bans, standby and maintenance; no lost node would do."""
    if any(n.lost and scene.scores.allowed(leaders(scene, found), n.name) for n in scene.nodes):
        return False
    return any(h.by in ("ban", "standby", "maintenance") for h in held)


def is_managed(found: Found) -> bool:
    return found.managed and all(i.managed for i in found.instances if not i.orphaned)


def managed_part(found: Found, wanted: int) -> int:
    """How many of the wanted copies must be active. What is unmanaged is as the operator left it: not missing."""
    active = sum(all(i.active for i in copy) for copy in copies_of(found))
    if not found.managed or active >= wanted or not any(i.managed for i in found.instances if not i.orphaned):
        return min(wanted, active)
    return max(active, wanted - sum(not i.managed and not i.active for i in found.instances))


def unmanaged_by(scene: Scene, found: Found) -> list[Hold]:
    if is_true(scene.configured.property("maintenance-mode")):
        return [Hold("maintenance", "maintenance-mode")]
    if is_true(scene.configured.meta(found.id, "maintenance")):
        return [Hold("maintenance", "maintenance=true")]
    in_maintenance = {n.name for n in scene.nodes if n.maintenance}
    there = sorted({n for i in found.instances if not i.managed for n in i.nodes} & in_maintenance)
    unexplained = any(not i.managed and not in_maintenance & set(i.nodes) for i in found.instances)
    return [Hold("maintenance", node) for node in there] + ([Hold("is-managed", "false")] if unexplained else [])
