"""Predicts what a change of the configuration makes Pacemaker do, over all transitions until it has settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pacewright.cib.scheduler.digests import Agents, no_metadata
from pacewright.cib.scheduler.history import settle
from pacewright.cib.scheduler.transition import Answer, Simulate, Transition
from pacewright.cib.xml import Node
from pacewright.model.effects import Action, Effect, Operation
from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True)
class Prediction:
    """What a change brings about.

    ``effects``: of the change alone, in order. ``pending_effects``: what the cluster would do anyway. ``operations``:
    all that nodes will execute, for pending effects too. ``settled``: whether the scheduler comes to an end.
    ``final_root``: the CIB then.
    """

    effects: tuple[Effect, ...]
    pending_effects: tuple[Effect, ...]
    operations: tuple[Operation, ...]
    transitions: tuple[Transition, ...]
    settled: bool
    final_root: Node


def predict(
    live: Node,
    desired: Node,
    simulate: Simulate,
    *,
    agents: Agents = no_metadata,
    answered: Callable[[], Answer] | None = None,
) -> Prediction:
    """The effects of ``desired`` (a whole CIB: live status, new configuration) beyond those pending in ``live``.

    ``simulate`` is called from two threads at once. Raises what it raises. ``answered``: what the scheduler has
    said to ``live`` already.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        pending = beside.submit(settle, live, simulate, agents=agents, answered=answered)
        outcome = settle(desired, simulate, agents=agents)
        would = effects_of(pending.result().transitions)
    return Prediction(
        effects=without(effects_of(outcome.transitions), would),
        pending_effects=would,
        operations=operations_of(outcome.transitions),
        transitions=outcome.transitions,
        settled=outcome.settled,
        final_root=outcome.root,
    )


def effects_of(transitions: Iterable[Transition]) -> tuple[Effect, ...]:
    """The effects of transitions that follow each other. From the first promotion in a later one on they are uncertain:
    they rest on the promotion scores that agents will report."""
    return tuple(replace(e, certain=certain) for t, certain in _with_certainty(transitions) for e in t.summary)


def operations_of(transitions: Iterable[Transition]) -> tuple[Operation, ...]:
    """What nodes execute, in order; as certain as the effects."""
    told = enumerate(_with_certainty(transitions), 1)
    return tuple(replace(o, certain=certain) for number, (t, certain) in told for o in t.operations(number))


def _with_certainty(transitions: Iterable[Transition]) -> Iterator[tuple[Transition, bool]]:
    certain = True
    for number, transition in enumerate(transitions):
        if number and any(effect.action in (Action.PROMOTE, Action.DEMOTE) for effect in transition.summary):
            certain = False
        yield transition, certain


def without(effects: Iterable[Effect], others: Iterable[Effect]) -> tuple[Effect, ...]:
    """The effects less the others, each counted once."""
    left = Counter(effect.key for effect in others)
    remaining = []
    for effect in effects:
        if left[effect.key]:
            left[effect.key] -= 1
        else:
            remaining.append(effect)
    return tuple(remaining)
