"""Why a resource runs where it runs, or why not: one sentence, and what it was found in."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.status.configured import Configured
from pacewright.cib.status.contributions import contributions
from pacewright.cib.status.reasons import failure_text
from pacewright.cib.status.scene import Scene
from pacewright.cib.xml import Node, parse
from pacewright.model.explanation import Contribution, Explanation, NodeView
from pacewright.model.status import ClusterStatus, NodeStatus, ResourceStatus
from pacewright.model.values import INFINITY, boolean, score_text

_MOVES = ("move", "migrate")


def explain(root: Node, answer: bytes, status: ClusterStatus, resource: ResourceStatus) -> Explanation:
    """``answer``: XML of ``crm_simulate --run --show-scores``. ``status``: made of it. ``resource``: one of its."""
    told = parse(answer, "<crm_simulate>")
    configured = Configured.of(root)
    scene = Scene.of(configured, told, status.nodes)
    family = scene.family(_configured_id(resource))
    found = tuple(dict.fromkeys(contributions(configured, family, _configured_id(resource))))
    nodes = tuple(_node_views(scene, resource, found))
    because = tuple(dict.fromkeys(_because(scene, status, resource, nodes, found)))
    lost = frozenset(n.name for n in status.nodes if n.unclean and not n.online)
    sentence = _unknown(resource) if status.leaderless else _sentence(resource, because, lost)
    return Explanation(
        id=resource.id, kind=resource.kind, state=resource.state, as_desired=resource.as_desired,
        sentence=sentence, because=because, nodes=nodes, contributions=found,
        failures=resource.failures, held=resource.held, planned=resource.planned, why_not=resource.why_not,
    )  # fmt: skip


def absence(root: Node, name: str) -> str:
    """Why a node is offline, as far as its node_state tells: fenced, shut down, lost or never seen.

    The controller deletes a fenced node's history (2.1.5); a clean shutdown leaves it.
    """
    state = next((s for s in root.iterfind("status/node_state") if s.get("uname") == name), None)
    if state is None:
        return "never seen"
    if state.get("expected") != "down":
        return "lost"
    return "shut down" if state.find("lrm") is not None else "fenced"


def _configured_id(resource: ResourceStatus) -> str:
    """Without an instance's number."""
    if (
        resource.instances
        and resource.id not in (resource.parent, resource.instances[0].resource)
        and ":" in resource.id
    ):
        return resource.id.rpartition(":")[0]
    return resource.id


# ---- nodes


def _node_views(scene: Scene, resource: ResourceStatus, found: tuple[Contribution, ...]) -> Iterator[NodeView]:
    scores = _scores(scene, resource)
    for node in scene.nodes:
        if node.kind == "guest" and node.name not in scores and node.name not in resource.nodes:
            continue
        value = scores.get(node.name)
        chosen = node.name in resource.nodes
        why_not = () if chosen else tuple(_excluded(scene, resource, node, value, found))
        yield NodeView(node.name, node_text(scene.configured.root, node), value, chosen, why_not)


def _scores(scene: Scene, resource: ResourceStatus) -> dict[str, int]:
    """The best final score of any instance, by node. A group's are its first member's."""
    best: dict[str, int] = {}
    leading = resource.instances[:1] if resource.kind == "group" else resource.instances
    for instance in leading:
        for node, value in scene.scores.final(instance.id).items():
            best[node] = max(best.get(node, -INFINITY), value)
    return best


def node_text(root: Node, node: NodeStatus) -> str:
    """``online``, ``offline (fenced)``, ``unclean (to be fenced)``."""
    if node.state == "offline" and node.kind == "member":
        return f"offline ({absence(root, node.name)})"
    return "unclean (to be fenced)" if node.state == "unclean" else node.state


def _excluded(
    scene: Scene, resource: ResourceStatus, node: NodeStatus, value: int | None, found: tuple[Contribution, ...]
) -> Iterator[str]:
    if node.state != "online":
        yield f"{node.name} is {node_text(scene.configured.root, node)}"
    if node.shutdown:
        yield f"{node.name} is shutting down"
    bans = [c for c in found if c.node == node.name and c.score is not None and c.score <= -INFINITY]
    yield from (f"{c.id} bans it from {node.name}" for c in bans)
    ids = {i.resource for i in resource.instances}
    failed = [(i, scene.fail_counts[i, node.name]) for i in sorted(ids) if (i, node.name) in scene.fail_counts]
    yield from (f"{i} has failed on {node.name} (fail count {count})" for i, count in failed)
    if value is not None and value <= -INFINITY and not bans and not failed and node.usable:
        yield _excluding(scene, node.name, found)


def _excluding(scene: Scene, node: str, found: tuple[Contribution, ...]) -> str:
    """What keeps it off a usable node: the partner that is not there, else constraints in general."""
    for each in found:
        if each.needs is not None and _together(each):
            partner = scene.tree.found.get(each.needs)
            if partner is not None and not any(i.active and node in i.nodes for i in partner.instances):
                return f"{partner.id} is not on {node} ({each.id})"
    return f"constraints exclude {node}"


def _together(each: Contribution) -> bool:
    """A mandatory colocation of this resource with another."""
    return each.kind == "colocation" and each.needs is not None and (each.score or 0) >= INFINITY


# ---- the sentence


def _unknown(resource: ResourceStatus) -> str:
    return (
        f"where {resource.id} runs is not known: the cluster has no DC now (it elects one, or Pacemaker runs nowhere)"
    )


def _sentence(resource: ResourceStatus, because: tuple[str, ...], lost: frozenset[str]) -> str:
    reason = f" because {'; '.join(because)}" if because else ""
    return f"{resource.id} {_what(resource, lost)}{reason}"


def _what(resource: ResourceStatus, lost: frozenset[str]) -> str:
    where = _and(resource.nodes)
    moves = [p for p in resource.planned if p.action in _MOVES and p.destination]
    future = (
        f" and is about to move to {_and(tuple(dict.fromkeys(str(p.destination) for p in moves)))}" if moves else ""
    )
    if any(i.blocked for i in resource.instances):
        return f"is blocked{' on ' + where if where else ''}"
    if not resource.nodes:
        starts = [p.node for p in resource.planned if p.action == "start" and p.node and not p.blocked]
        return (
            f"does not run yet: it is about to start on {_and(tuple(dict.fromkeys(starts)))}"
            if starts
            else "does not run"
        )
    promoted = _and(tuple(dict.fromkeys(n for i in resource.instances if i.promoted for n in i.nodes)))
    role = f", promoted on {promoted}" if promoted else ", promoted nowhere" if resource.promoted_expected else ""
    verb = "ran" if lost.issuperset(resource.nodes) else "runs"
    return f"{verb} on {where}{role}{future}"


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _because(
    scene: Scene,
    status: ClusterStatus,
    resource: ResourceStatus,
    nodes: tuple[NodeView, ...],
    found: tuple[Contribution, ...],
) -> Iterator[str]:
    yield from (_held_text(h.by, h.detail) for h in resource.held if not resource.nodes or h.by != "standby")
    yield from (w for w in resource.why_not if not w.startswith("planned:"))
    if any(i.failed for i in resource.instances):
        yield from (failure_text(f) for f in resource.failures)
    if not resource.nodes and not resource.held:
        yield from (reason for view in nodes for reason in view.why_not)
    if resource.nodes:
        yield from _why_here(resource, nodes, found)
    if boolean(scene.configured.root.get("have-quorum") or "true") is False and not resource.nodes:
        yield "the cluster has no quorum"
    if not status.settled and not resource.planned and not resource.nodes:
        yield "the cluster has not settled"


def _held_text(by: str, detail: str) -> str:
    words = {
        "target-role": f"target-role={detail}", "is-managed": "it is not managed", "ban": f"it is banned from {detail}",
        "maintenance": f"of maintenance ({detail})", "standby": f"{detail} is in standby",
        "dependency": f"it needs {detail}, which is held", "ticket": f"ticket {detail} is not granted",
        "stop-all-resources": "stop-all-resources=true",
    }  # fmt: skip
    return words.get(by, f"{by} {detail}")


def _why_here(resource: ResourceStatus, nodes: tuple[NodeView, ...], found: tuple[Contribution, ...]) -> Iterator[str]:
    preferred: dict[str | None, Contribution] = {c.node: c for c in found if c.node and (c.score or 0) > 0}
    yield from _better_places(resource, nodes, preferred)
    here = [preferred[n] for n in resource.nodes if n in preferred]
    yield from (f"{c.id} prefers {c.node} ({score_text(c.score or 0)})" for c in here)
    together = [c for c in found if _together(c)]
    yield from (f"it must run {c.text} ({c.id})" for c in together)
    if resource.kind in ("clone", "promotable", "bundle"):
        if resource.as_desired:
            yield f"all its places are filled ({resource.active} of {resource.expected})"
    elif resource.parent and not (here or together):
        yield f"it is part of {resource.parent}"
    elif not (here or together):
        yield from _by_score(resource, nodes, found)


def _better_places(
    resource: ResourceStatus, nodes: tuple[NodeView, ...], preferred: dict[str | None, Contribution]
) -> Iterator[str]:
    """Nodes that it would rather have, or might have had where it prefers none, and why it cannot."""
    weights = {node: c.score or 0 for node, c in preferred.items()}
    here = max((weights.get(n, 0) for n in resource.nodes), default=0)
    for view in nodes:
        if view.chosen or not view.why_not:
            continue
        if weights.get(view.node, 0) > here:
            wish = preferred[view.node]
            yield f"{wish.id} prefers {view.node} ({score_text(wish.score or 0)}), but {'; '.join(view.why_not)}"
        elif not here and view.state.startswith(("offline", "unclean", "standby")):
            yield from view.why_not


def _by_score(resource: ResourceStatus, nodes: tuple[NodeView, ...], found: tuple[Contribution, ...]) -> Iterator[str]:
    values = {v.node: v.score for v in nodes if v.score is not None and not v.why_not}
    if not values:
        return
    best = max(values, key=lambda n: values[n])
    if len(values) > 1 and len(set(values.values())) == 1:
        yield "all usable nodes score the same, and the scheduler spreads resources"
    elif len(values) == 1:
        yield f"no other node may run it now (score {score_text(values[best])})"
    elif best in resource.nodes:
        stays = next((f", of which stickiness {score_text(c.score or 0)}" for c in found if c.kind == "stickiness"), "")
        yield f"{best} has the highest score ({score_text(values[best])}{stays})"
