"""Predicted against executed where an operation fails of which the plan could only take it that it succeeds.

A row says which resource breaks. It is judged by events in the order in which they ended:

*Failures.* At least one operation fails. Each that fails is of that resource and is one that the plan named, not a
repetition of it. Otherwise the row has a fault and is not exact.

*Broken* is a node from the first failure there on. *Struck* is another resource that was active on a broken node
before the change, if the node is then fenced: from when it was broken on, there and wherever the resource was not active
before (its instances on the nodes left are not struck).

*Collateral* is executed, and neither right nor wrong:
- all that the resource does on a broken node, its failed operations included;
- the fencing of a broken node, once, beyond what was predicted;
- what the resource does on other nodes after the first failure, beyond what was predicted;
- what a struck resource does where it is struck, beyond what was predicted.

*Unreached* is predicted and not executed, and neither right nor wrong: operations of the resource on a broken node, and
of struck resources on a fenced one.

All else must be as exact as in any row: everything before the first failure; resources neither broken nor struck; what
was predicted of the resource on nodes that are not broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from matrix.comparison import Comparison, Document, compare, named, shown
from matrix.observation import Event, Key, Operations


@dataclass(frozen=True)
class Failure:
    """``broken``: moment of the first failure by node. ``fenced``: nodes of these that were fenced afterwards.
    ``homes``: where each resource was active before the change."""

    resource: str
    broken: Mapping[str, int]
    fenced: frozenset[str]
    homes: Mapping[str, Set[str]]

    def drives(self, event: Event) -> bool:
        """It is collateral even if it was predicted."""
        since = self.broken.get(event.node)
        return base(event.resource) == self.resource and since is not None and event.moment >= since

    def excuses(self, event: Event) -> bool:
        """It is collateral unless it was predicted."""
        if event.operation == "fence":
            return event.node in self.fenced
        if base(event.resource) == self.resource:
            return bool(self.broken) and event.moment >= min(self.broken.values())
        homes = self.homes.get(base(event.resource), frozenset())
        since = [self.broken[node] for node in homes & self.fenced]
        return bool(since) and event.moment >= min(since) and (event.node in self.fenced or event.node not in homes)

    def prevents(self, key: Key) -> bool:
        """That a predicted operation was not executed follows from the failure."""
        _, resource, node = key
        if base(resource) == self.resource:
            return node in self.broken
        return node in self.fenced & self.homes.get(base(resource), frozenset())


def base(resource: str) -> str:
    """Without an instance's number."""
    return resource.partition(":")[0]


def compare_broken(plan: Document, events: Sequence[Event], resource: str, homes: Mapping[str, Set[str]]) -> Comparison:
    """``resource``: what breaks. ``homes``: the nodes where each resource was active before the change."""
    in_order = sorted(events)
    failure = failure_of(in_order, resource, homes)
    predicted = named(plan, certain=True)
    judged, collateral = _divided(in_order, predicted, failure)
    comparison = compare(plan, judged)
    unreached = Counter({key: count for key, count in comparison.wrong.items() if failure.prevents(key)})
    return replace(
        comparison,
        executed=Counter(event.key for event in in_order),
        wrong=comparison.wrong - unreached,
        failed=Counter(event.key for event in in_order if event.failed),
        collateral=collateral,
        unreached=unreached,
        faults=tuple(_faults(in_order, predicted, resource)),
    )


def failure_of(in_order: Sequence[Event], resource: str, homes: Mapping[str, Set[str]]) -> Failure:
    """What broke where."""
    broken: dict[str, int] = {}
    for event in in_order:
        if event.failed and base(event.resource) == resource:
            broken.setdefault(event.node, event.moment)
    fenced = frozenset(
        e.node for e in in_order if e.operation == "fence" and e.node in broken and e.moment >= broken[e.node]
    )
    by_base: dict[str, set[str]] = {}
    for name, nodes in homes.items():
        by_base.setdefault(base(name), set()).update(nodes)
    return Failure(resource, broken, fenced, by_base)


def _divided(in_order: Sequence[Event], predicted: Operations, failure: Failure) -> tuple[Operations, Operations]:
    """What is to be judged, and what is collateral."""
    judged: Operations = Counter()
    collateral: Operations = Counter()
    for event in in_order:
        again = event.operation == "fence" and collateral[event.key] > 0
        expected = judged[event.key] < predicted[event.key]
        excused = not again and (failure.drives(event) or (not expected and failure.excuses(event)))
        (collateral if excused else judged)[event.key] += 1
    return judged, collateral


def _faults(in_order: Sequence[Event], predicted: Operations, resource: str) -> Iterator[str]:
    if not any(event.failed for event in in_order):
        yield "nothing failed: the row breaks nothing"
    done: Operations = Counter()
    for event in in_order:
        done[event.key] += 1
        if not event.failed:
            continue
        what = shown(Counter([event.key]))
        if base(event.resource) != resource:
            yield f"failed, and is not of {resource}: {what}"
        elif done[event.key] > predicted[event.key]:
            yield f"failed, and the plan did not name it: {what}"
