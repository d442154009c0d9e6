"""What the scheduler answers: the next transition, as people speak of it and as the graph of its actions.

Source: ``crm_simulate --run --output-as=xml --save-graph``, Pacemaker 2.1 and 3. The graph holds what the cluster
would execute; the summary also tells what it would do but cannot (``blocked``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Protocol

from pacewright.cib.scheduler.unsaid import unsaid
from pacewright.cib.xml import Node, parse
from pacewright.model.effects import Action, Effect, Operation
from pacewright.model.immutable import immutable

META_PREFIX = "CRM_meta_"
_HISTORY_NAMES = {"start": "start", "stop": "stop", "promote": "promote", "demote": "demote",
                  "migrate_to": "migrate_to", "migrate_from": "migrate_from",
                  "reload": "reload", "reload-agent": "reload"}  # fmt: skip
_SUMMARY_ACTIONS = {"re-promote": Action.RESTART}
_FENCED = re.compile(r"^(?P<node>\S+)(?: \(resource: .*\))?$")
_INSTANCE = re.compile(r":\d+$")


class Answer(Protocol):
    """What a run of the scheduler gives: its summary and its graph, both XML (``cluster.tools.Simulation``)."""

    @property
    def answer(self) -> bytes: ...
    @property
    def graph(self) -> bytes: ...


Simulate = Callable[[bytes], Answer]


@immutable(frozen=True, slots=True)
class GraphAction:
    """One action of the graph.

    ``kind``: rsc_op, pseudo_event or crm_event. ``node``: name, ``node_id``: the id in node_state. ``resource``: the
    name in the history, ``instance``: the name with its number. ``meta``: without the prefix ``CRM_meta_``;
    ``parameters``: what the agent gets.
    """

    id: int
    kind: str
    operation: str
    key: str
    node: str = ""
    node_id: str = ""
    router: str = ""
    resource: str = ""
    instance: str = ""
    agent: tuple[str, str, str] = ("", "", "")
    meta: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    feature_set: str = ""

    @property
    def interval(self) -> int:
        """Milliseconds; 0 for what is done once."""
        return int(self.meta.get("interval") or 0)

    @property
    def fences(self) -> bool:
        """Takes the node down. (Unfencing, ``on``, does not.)"""
        return self.operation == "stonith" and self.meta.get("stonith_action") != "on"

    @property
    def real(self) -> bool:
        """Changes something. Guest nodes are fenced by a pseudo event: their container is stopped.

        Notifications come with other actions; alone, those of a blocked stop, they change nothing, for ever.
        """
        return self.operation == "stonith" or (self.kind != "pseudo_event" and self.operation != "notify")


@immutable(frozen=True, slots=True)
class Transition:
    """``summary``: effects in the scheduler's order. ``blocked``: those it cannot carry out. ``actions``: in an order
    in which they can be executed; an action whose inputs never come is left out. ``bases``: resource to configured id,
    where that is not its name without instance number."""

    summary: tuple[Effect, ...]
    blocked: tuple[Effect, ...]
    actions: tuple[GraphAction, ...]
    bases: Mapping[str, str]

    @property
    def runnable(self) -> bool:
        """The cluster has something to do."""
        return any(action.real for action in self.actions)

    @property
    def signature(self) -> tuple[str, ...]:
        """The same for a transition that does the same again."""
        return tuple(sorted(f"{a.key} {a.node}" for a in self.actions if a.real))

    def operations(self, number: int = 1) -> Iterator[Operation]:
        """What nodes execute, in order, without probes, monitors and notifications."""
        yield from operations_in(self.actions, number)


def operations_in(actions: Iterable[GraphAction], number: int) -> Iterator[Operation]:
    """What nodes execute of a graph."""
    for action in actions:
        if action.kind == "rsc_op" and action.operation in _HISTORY_NAMES:
            yield Operation(action.resource, _HISTORY_NAMES[action.operation], action.node, number)
        elif action.fences:
            yield Operation("", "fence", action.node, number)


def read_transition(answer: bytes, graph: bytes, number: int = 1) -> Transition:
    """The transition from the scheduler's two documents. Raises SpecError if they are no XML."""
    root = parse(answer, "<crm_simulate>")
    bases = _bundle_parts(root)
    told = [_effect(e, bases, number) for e in root.iterfind("actions/*") if e.tag in ("rsc_action", "node_action")]
    actions = tuple(executable(parse(graph, "<graph>"))) if graph.strip() else ()
    if graph.strip():
        reached = names_reached(actions)
        told = [(e, blocked or (e is not None and is_stuck(e.resource, reached))) for e, blocked in told]
    summary = [effect for effect, blocked in told if effect and not blocked]
    operations = list(operations_in(actions, number))
    for name, action, node in unsaid(summary, operations):
        summary.append(Effect(action, name, base_of(name, bases), node, transition=number))
    return Transition(
        summary=tuple(summary),
        blocked=tuple(effect for effect, blocked in told if effect and blocked),
        actions=actions,
        bases=bases,
    )


def names_reached(actions: Iterable[GraphAction]) -> frozenset[str]:
    """Resources, without instance numbers, for which something is executed, if only a pseudo event (the stop of what
    ran on a fenced node)."""
    names = {name for a in actions for name in (a.instance, a.resource, a.key.rpartition("_")[0].rpartition("_")[0])}
    return frozenset(_INSTANCE.sub("", name) for name in names)


def is_stuck(resource: str, reached: frozenset[str]) -> bool:
    """The summary tells of it, but in the graph all its actions wait for what never comes: orders that form a circle,
    an order after an unmanaged member. Pacemaker does not mark these as blocked; it ends the transition and is idle."""
    return bool(resource) and _INSTANCE.sub("", resource) not in reached


def base_of(resource: str, bases: Mapping[str, str]) -> str:
    """The configured id: ``redis:1`` is redis, ``redis-bundle-podman-0`` is redis-bundle."""
    return bases.get(resource) or _INSTANCE.sub("", resource)


def _bundle_parts(root: Node) -> dict[str, str]:
    """The resources that a bundle implies: container, address, connection."""
    found: dict[str, str] = {}
    for bundle in root.iterfind("cluster_status/resources/bundle"):
        for resource in bundle.iterfind("replica/resource"):
            name, agent = str(resource.get("id")), str(resource.get("resource_agent"))
            if name.startswith(f"{bundle.get('id')}-") or agent == "ocf:pacemaker:remote":
                found[name] = str(bundle.get("id"))
    return found


def _effect(node: Node, bases: Mapping[str, str], number: int) -> tuple[Effect | None, bool]:
    reason, blocked = str(node.get("reason") or ""), node.get("blocked") == "true"
    if node.tag == "node_action":
        match = _FENCED.match(str(node.get("node")))
        unfencing = str(node.get("task", "")).lower().endswith("(on)")
        if match is None or unfencing or not str(node.get("task", "")).startswith("Fence"):
            return None, blocked
        return Effect(Action.FENCE, "", "", match["node"], "", reason, number), blocked
    resource = str(node.get("resource"))
    word = str(node.get("action"))
    action = _SUMMARY_ACTIONS.get(word) or (Action(word) if word in list(Action) else None)
    if action is None:
        return None, blocked
    return Effect(action, resource, base_of(resource, bases), *_places(node, action), reason, number), blocked


def _places(node: Node, action: Action) -> tuple[str, str]:
    """(where, from where). Stop and demote leave a node; what stays on its node has no source."""
    here, source, destination = (str(node.get(k) or "") for k in ("node", "source", "dest"))
    if action in (Action.MOVE, Action.MIGRATE) or (destination and source and destination != source):
        return destination, source
    return here or destination or source, ""


# ---- the graph


def executable(graph: Node) -> Iterator[GraphAction]:
    """The graph's actions in an order of execution: each after those it waits for."""
    waiting: dict[int, set[int]] = {}
    actions: dict[int, GraphAction] = {}
    for synapse in graph.iterfind("synapse"):
        inputs = {int(e.get("id") or -1) for e in synapse.iterfind("inputs/trigger/*")}
        for element in synapse.iterfind("action_set/*"):
            action = _action(element)
            actions[action.id], waiting[action.id] = action, inputs
    followers: dict[int, list[int]] = {}
    for identity, inputs in waiting.items():
        for each in inputs:
            followers.setdefault(each, []).append(identity)
    ready = sorted(identity for identity, inputs in waiting.items() if not inputs)
    while ready:
        following: list[int] = []
        for identity in ready:
            yield actions[identity]
            for each in followers.get(identity, ()):
                waiting[each].discard(identity)
                if not waiting[each]:
                    following.append(each)
        ready = sorted(following)


def _action(element: Node) -> GraphAction:
    meta: dict[str, str] = {}
    parameters: dict[str, str] = {}
    attributes = element.find("attributes")
    for name, value in _items(attributes):
        if name.startswith(META_PREFIX):
            meta[name.removeprefix(META_PREFIX)] = value
        elif name != "crm_feature_set":
            parameters[name] = value
    for each in element.iterfind("attributes/param"):  # names that no XML attribute can have, such as "1"
        parameters[str(each.get("name"))] = str(each.get("value"))
    primitive = element.find("primitive")
    of = {} if primitive is None else dict(_items(primitive))
    return GraphAction(
        id=int(element.get("id") or -1),
        kind=str(element.tag),
        operation=str(element.get("operation") or ""),
        key=str(element.get("operation_key") or ""),
        node=str(element.get("on_node") or ""),
        node_id=str(element.get("on_node_uuid") or ""),
        router=str(element.get("router_node") or ""),
        resource=of.get("id", ""),
        instance=of.get("long-id") or of.get("id", ""),
        agent=(of.get("class", ""), of.get("provider", ""), of.get("type", "")),
        meta=meta,
        parameters=parameters,
        feature_set="" if attributes is None else str(attributes.get("crm_feature_set") or ""),
    )


def _items(element: Node | None) -> Iterable[tuple[str, str]]:
    return () if element is None else ((str(k), str(v)) for k, v in element.attrib.items())
