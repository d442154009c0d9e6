"""Predicted against executed, as multisets of elementary operations by resource and node.

Each effect that a plan names stands for elementary operations (``EXPANSIONS``); the plan's own list of operations says
the same more precisely (a promoted instance is demoted before it stops). Both are held against what was executed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matrix.observation import Key, Operations

Document = Mapping[str, Any]
# effect: operations (needed at the destination, needed at the source, possible at the destination, possible at the source)
EXPANSIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "start": (("start",), (), (), ()),
    "stop": (("stop",), (), ("demote",), ()),
    "restart": (("stop", "start"), (), ("demote", "promote"), ()),
    "recover": (("stop", "start"), (), ("demote", "promote"), ()),
    "reload": (("reload",), (), (), ()),
    "promote": (("promote",), (), ("start",), ()),
    "demote": (("demote",), (), (), ()),
    "move": (("start",), ("stop",), ("promote",), ("demote",)),
    "migrate": (("migrate_from",), ("migrate_to", "stop"), (), ()),
    "fence": (("fence",), (), (), ()),
}


@dataclass(frozen=True)
class Comparison:
    """``hits``: predicted and executed. ``missed``: executed, not predicted. ``wrong``: predicted, not executed.
    ``may``: executed where the plan said "may", ``uncertain``: what it said so of. ``words``: where the effects and the
    operations of the plan disagree.

    Of a row that breaks something (collateral.py), and empty otherwise: ``failed``: what failed; ``collateral``: executed
    because of that; ``unreached``: predicted, not executed because of that. These three are in no figure.
    ``faults``: what of the failures themselves is not as the row says.
    """

    predicted: Operations
    executed: Operations
    hits: Operations
    missed: Operations
    wrong: Operations
    may: Operations
    uncertain: Operations
    words: tuple[str, ...]
    failed: Operations = field(default_factory=Counter)
    collateral: Operations = field(default_factory=Counter)
    unreached: Operations = field(default_factory=Counter)
    faults: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        known = self.hits.total() + self.missed.total()
        return self.hits.total() / known if known else 1.0

    @property
    def precision(self) -> float:
        said = self.hits.total() + self.wrong.total()
        return self.hits.total() / said if said else 1.0

    @property
    def exact(self) -> bool:
        return not (self.missed or self.wrong or self.words or self.faults)


def compare(plan: Document, executed: Operations) -> Comparison:
    """A plan's JSON document against what the cluster then did."""
    certain, uncertain = named(plan, certain=True), named(plan, certain=False)
    open_resources = {resource for _, resource, _ in uncertain}
    missed = executed - certain
    may = Counter({key: n for key, n in missed.items() if key[1] in open_resources})
    return Comparison(
        predicted=certain,
        executed=executed,
        hits=certain & executed,
        missed=missed - may,
        wrong=certain - executed,
        may=may,
        uncertain=uncertain,
        words=tuple(disagreements(plan)),
    )


def named(plan: Document, *, certain: bool) -> Operations:
    """The operations that a plan lists."""
    return Counter((o["operation"], o["resource"], o["node"]) for o in plan["operations"] if o["certain"] is certain)


def disagreements(plan: Document) -> Iterable[str]:
    """Where the words of the effects do not say what the operations say. Nothing is pending before a row's change."""
    operations: Operations = Counter((o["operation"], o["resource"], o["node"]) for o in plan["operations"])
    needed: Operations = Counter()
    possible: Operations = Counter()
    for effect in plan["effects"]:
        here, there, perhaps_here, perhaps_there = _expansion(effect, operations)
        name = _history_name(effect["resource"], operations)
        needed.update((o, name, effect["node"]) for o in here)
        needed.update((o, name, effect["source"]) for o in there)
        possible.update((o, name, effect["node"]) for o in perhaps_here)
        possible.update((o, name, effect["source"]) for o in perhaps_there)
    fenced = {node for operation, _, node in operations if operation == "fence"}
    yield from (f"effect without operation: {_words(k)}" for k in needed - operations if k[2] not in fenced)
    yield from (f"operation without effect: {_words(k)}" for k in operations - needed - possible)


def _expansion(effect: Document, operations: Operations) -> tuple[tuple[str, ...], ...]:
    """Pacemaker also says "restart" of what is demoted and promoted again."""
    name = _history_name(effect["resource"], operations)
    if effect["action"] == "restart" and not operations["stop", name, effect["node"]]:
        return ("demote", "promote"), (), (), ()
    return EXPANSIONS[effect["action"]]


def _history_name(resource: str, operations: Operations) -> str:
    """Without the number of the instance where the history has none: that of an anonymous clone."""
    return resource if any(resource == name for _, name, _ in operations) else resource.partition(":")[0]


def shown(operations: Operations) -> str:
    """``stop+start a @controller-0``, by resource and node."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for (operation, resource, node), count in sorted(operations.items(), key=lambda i: (i[0][1], i[0][2])):
        by_place.setdefault((resource, node), []).extend([operation] * count)
    order = ["demote", "stop", "fence", "migrate_to", "migrate_from", "start", "reload", "promote"]
    return ", ".join(
        " ".join(w for w in ("+".join(sorted(names, key=order.index)), resource, f"@{node}") if w)
        for (resource, node), names in by_place.items()
    )


def _words(key: Key) -> str:
    return f"{key[0]} {key[1]} on {key[2]}"
