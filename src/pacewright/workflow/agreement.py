"""Whether a present plan does only what was agreed to, and what somebody else changed when it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable

from pacewright.cib.desired.comparison import compare
from pacewright.cib.desired.compose import compose
from pacewright.cib.desired.ownership import without_records
from pacewright.cluster.base import Snapshot
from pacewright.model.change import Change, Detail
from pacewright.model.configuration import Configuration
from pacewright.model.effects import Effect
from pacewright.model.errors import StalePlan
from pacewright.model.plan import Plan
from pacewright.workflow.planning import changes_of


def require_fit(agreed: Plan, now: Plan, created_since: Container[str] = ()) -> None:
    """Raises StalePlan unless the present plan does nothing that was not agreed to.

    ``created_since``: ids of resources that others have created meanwhile; where these go could not be agreed to, and
    where the scheduler puts them changes with every resource that is added.
    """
    if now.cluster != agreed.cluster:
        raise StalePlan(f"the plan was made on another cluster: {agreed.cluster}")
    moved = now.version != agreed.version
    known = {_identity(c) for c in agreed.changes}
    strange = [c for c in now.changes if _identity(c) not in known or (moved and c.touches_secret)]
    if strange:
        before = {c.address: c for c in agreed.changes}
        told = "; ".join(_how_it_moved(c, before.get(c.address)) for c in strange)
        raise StalePlan(f"the configuration moved under the plan, which must be made again: {told}")
    effects = [e for e in now.effects if not e.base or e.base not in created_since]
    if more := Counter(_what(effects)) - Counter(_what(agreed.effects)) - Counter(_what(now.pending)):
        raise StalePlan(f"the plan would now cause more: {', '.join(f'{action} of {what}' for action, what in more)}")


def created_between(first: Snapshot, now: Snapshot) -> frozenset[str]:
    """Ids of resources, and of what they consist of, that are in the second reading alone."""
    before, after = (
        {str(e.get("id")) for e in s.root.iterfind("configuration/resources//*[@id]")} for s in (first, now)
    )
    return frozenset(after - before)


def _how_it_moved(now: Change, agreed: Change | None) -> str:
    """What somebody else did to an object since the plan was made, as far as the two plans tell."""
    if agreed is None:
        return f"{now.address} would now need {now.action}"
    then = {d.path: d for d in agreed.details}
    moved = []
    for detail in now.details:
        old = then.get(detail.path)
        if old is None:
            moved.append(f"{detail.path} is now {_words(detail)}")
        elif _shown(old.before, old.secret) != _shown(detail.before, detail.secret):
            moved.append(f"{detail.path} was {_words(old)}, is now {_words(detail)}")
    if now.action != agreed.action:
        moved.insert(0, f"to be {agreed.action}d, now to be {now.action}d")
    return f"{now.address}: {', '.join(moved) or 'changed'}"


def _words(detail: Detail) -> str:
    if detail.before is None:
        return "absent"
    return "(secret)" if detail.secret else repr(detail.before)


def _what(effects: Iterable[Effect]) -> list[tuple[str, str]]:
    """Effects without their nodes: which node a resource starts on may well depend on what others have done.

    What others have set going counts among ours where our change sends it to another node: it is pending all the same.
    """
    return [(str(e.action), e.base or e.node) for e in effects]


def _identity(change: Change) -> tuple[object, ...]:
    details = tuple((d.path, _shown(d.before, d.secret), _shown(d.after, d.secret)) for d in change.details)
    return (change.address, change.action, details)


def _shown(value: object, secret: bool) -> str:
    return "secret" if secret and value is not None else repr(value)


def require_kept(settled: Snapshot, spec: Configuration, plan: Plan) -> None:
    """Raises StalePlan where somebody has changed what is ours since it was as the spec says."""
    deployment, prune = plan.deployment, plan.options.prune
    changes = changes_of(settled.configuration, compose(settled.configuration, spec, deployment, prune=prune))
    if changes:
        told = "; ".join(_how_it_stands(c) for c in changes)
        raise StalePlan(f"the configuration was as the spec says, but has been changed since{_who(settled)}: {told}")


def _how_it_stands(change: Change) -> str:
    details = ", ".join(f"{d.path} is now {_words(d)}" for d in change.details)
    return f"{change.address}: {details or 'changed'}"


def what_moved(first: Snapshot, now: Snapshot) -> str:
    """What the other actor changed, and who it was, as far as the CIB tells."""
    moved = compare(without_records(first.configuration), without_records(now.configuration))
    named = ", ".join(f"{c.action} {c.address}" for c in moved) or "only records"
    return f"; meanwhile changed{_who(now)}: {named}"


def _who(snapshot: Snapshot) -> str:
    """Who wrote last, as the CIB has it: program, user, node."""
    who = " ".join(v for k in ("update-client", "update-user", "update-origin") if (v := snapshot.root.get(k)))
    return f" by {who}" if who else ""
