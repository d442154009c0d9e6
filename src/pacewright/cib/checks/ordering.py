"""Orders that can never be satisfied, and those that tie all instances of a clone together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pacewright.cib.checks.index import Index
from pacewright.model.constraints import Order, ResourceSet
from pacewright.model.report import Report, Severity
from pacewright.model.resources import Clone, Group, members
from pacewright.model.values import boolean, is_true, score

Event = tuple[str, str]  # resource, and "start begins", "start is done", "promote begins", ...
Graph = dict[Event, list[tuple[Event, str]]]  # what comes after, because of which constraint ("" for containment)


def check_orders(index: Index) -> Iterator[Report]:
    orders = [c for c in index.configuration.constraints if isinstance(c, Order)]
    yield from _cycles(index, orders)
    yield from _not_interleaved(index, orders)
    for order in orders:
        if order.first is not None and order.first == order.then and order.first_action == order.then_action:
            yield Report("order-with-itself", f"'{order.first}' cannot wait for itself", subject=f"order {order.id}")


def is_mandatory(order: Order | ResourceSet) -> bool:
    if order.kind is not None:
        return order.kind.lower() == "mandatory"
    return order.score is None or score(order.score) != 0


def _cycles(index: Index, orders: list[Order]) -> Iterator[Report]:
    graph: Graph = {}
    for resource in index.resources.values():
        inside = [m.id for m in members(resource) if m.id]
        for member in inside:
            for action in ("start", "promote"):
                _edge(graph, _begin(str(resource.id), action), _begin(member, action), "")
                _edge(graph, _done(member, action), _done(str(resource.id), action), "")
        if isinstance(resource, Group) and boolean(index.meta_of(resource).get("ordered", "true")) is not False:
            for one, next_one in pairwise(inside):
                _edge(graph, _done(one, "start"), _begin(next_one, "start"), "")
        for action in ("start", "promote"):
            _edge(graph, _begin(str(resource.id), action), _done(str(resource.id), action), "")
        _edge(graph, _done(str(resource.id), "start"), _begin(str(resource.id), "promote"), "")
    for order in orders:
        if is_mandatory(order):
            for earlier, later in _steps(order):
                _edge(graph, earlier, later, f"{order.id}")
    for names in _loops(graph):
        listed = ", ".join(sorted(names))
        yield Report("order-cycle", f"these orders wait for each other: {listed}", subject=f"order {min(names)}")


def _steps(order: Order) -> Iterator[tuple[Event, Event]]:
    """What must be done before what begins. Orders between stops are the same seen from the end: left out."""
    if order.first and order.then:
        first = (order.first_action or "start").lower()
        then = (order.then_action or first).lower()
        if {first, then} <= {"start", "promote"}:
            yield _done(order.first, first), _begin(order.then, then)
        return
    previous: Event | None = None
    for number, each in enumerate(order.sets):
        action = (each.action or "start").lower()
        if action not in ("start", "promote") or each.id_ref or is_optional_set(each):
            previous = None
            continue
        names, gate = each.resources, (f"set {number} of {order.id}", "all")
        if previous is not None:
            yield from ((previous, _begin(name, action)) for name in names)
        if boolean(each.sequential or "true") is not False:
            yield from ((_done(a, action), _begin(b, action)) for a, b in pairwise(names))
        yield from ((_done(name, action), gate) for name in names)
        previous = gate if boolean(each.require_all or "true") is not False else None


def is_optional_set(each: ResourceSet) -> bool:
    return (each.kind is not None or each.score is not None) and not is_mandatory(each)


def _begin(name: str, action: str) -> Event:
    return name, f"{action} begins"


def _done(name: str, action: str) -> Event:
    return name, f"{action} is done"


def _edge(graph: Graph, earlier: Event, later: Event, constraint: str) -> None:
    graph.setdefault(earlier, []).append((later, constraint))
    graph.setdefault(later, [])


def _loops(graph: Graph) -> Iterator[set[str]]:
    """The constraints inside each strongly connected component."""
    component: dict[Event, int] = {}
    for number, events in enumerate(_components(graph)):
        component.update(dict.fromkeys(events, number))
    found: dict[int, set[str]] = {}
    for event, followers in graph.items():
        for follower, constraint in followers:
            if constraint and component[event] == component[follower]:
                found.setdefault(component[event], set()).add(constraint)
    yield from found.values()


def _components(graph: Graph) -> Iterator[list[Event]]:
    """Kosaraju's algorithm, without recursion: a chain of orders may be thousands long."""
    finished: list[Event] = []
    seen: set[Event] = set()
    for root in graph:
        stack = [(root, iter(graph[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            event, followers = stack[-1]
            for follower, _ in followers:
                if follower not in seen:
                    seen.add(follower)
                    stack.append((follower, iter(graph[follower])))
                    break
            else:
                finished.append(event)
                stack.pop()
    backwards: dict[Event, list[Event]] = {event: [] for event in graph}
    for event, edges in graph.items():
        for follower, _ in edges:
            backwards[follower].append(event)
    placed: set[Event] = set()
    for root in reversed(finished):
        if root not in placed:
            yield _reachable(root, backwards, placed)


def _reachable(root: Event, edges: dict[Event, list[Event]], placed: set[Event]) -> list[Event]:
    found, waiting = [], [root]
    placed.add(root)
    while waiting:
        event = waiting.pop()
        found.append(event)
        for other in edges[event]:
            if other not in placed:
                placed.add(other)
                waiting.append(other)
    return found


def _not_interleaved(index: Index, orders: list[Order]) -> Iterator[Report]:
    """A clone that waits for a clone restarts everywhere when one instance of the other restarts anywhere."""
    told: set[str] = set()
    for order in orders:
        pairs = [(order.first, order.then)] if order.first and order.then else []
        for earlier, later in pairwise(order.sets):
            pairs += [(a, b) for a in earlier.resources[-1:] for b in later.resources[:1]]
        for first, then in pairs if is_mandatory(order) else []:
            clones = (index.resources.get(first or ""), index.resources.get(then or ""))
            if not all(isinstance(c, Clone) for c in clones) or then in told or clones[1] is None:
                continue
            if not is_true(index.meta_of(clones[1]).get("interleave", index.resource_default("interleave"))):
                told.add(str(then))
                message = f"waits for all instances of '{first}' on all nodes, not for the one on its own node"
                yield Report("clone-not-interleaved", message, Severity.WARNING, suggestion="set interleave=true",
                             subject=f"resource {then}")  # fmt: skip
