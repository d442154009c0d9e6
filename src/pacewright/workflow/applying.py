"""Apply: plan, confirm, write once, settle."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from pacewright.cib.desired.comparison import compare
from pacewright.cib.desired.ownership import records, with_record, without_records
from pacewright.cib.desired.patch import bound_to_version, desired_document, without_status
from pacewright.cib.xml import Node
from pacewright.cluster import tools
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.observation import Observation
from pacewright.cluster.tools import Written
from pacewright.model.change import Change, Detail
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Declined, ForbiddenEffect, PacewrightError, StalePlan, TimedOut
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options, Plan
from pacewright.model.status import ClusterStatus
from pacewright.workflow.planning import Planned, plan, refuse_adoption
from pacewright.workflow.settling import Progress, is_settled_now, require_plan, require_quorum, settle

Confirm = Callable[[Plan], bool]


@immutable(frozen=True, slots=True)
class Applied:
    """``plan`` as carried out. ``written``: something was. ``status``: once settled, None with ``--no-wait``."""

    plan: Plan
    written: bool
    status: ClusterStatus | None = None
    owned: frozenset[str] = frozenset()

    def undesired(self) -> list[str]:
        """Ids of this deployment's resources that are not as desired."""
        if self.status is None:
            return []
        ours = {a.partition(" ")[2] for a in self.owned if a.startswith("resource ")}
        return [r.id for r in self.status.resources.values() if r.id in ours and not r.as_desired]


def apply(
    cluster: Cluster,
    spec: Configuration,
    deployment: str,
    options: Options,
    *,
    seconds: float | None = 600.0,
    confirm: Confirm,
    agreed: Plan | None = None,
    progress: Progress | None = None,
    observation: Observation | None = None,
) -> Applied:
    """Makes it so. ``seconds``: bound of the whole wait, None: do not wait for the cluster to settle.

    ``observation``: a reading begun before.
    ``agreed``: a plan made before, which stands for the confirmation; then only its changes, or fewer, are made.
    Raises ForbiddenEffect, AdoptionNeeded, StalePlan, Declined, TimedOut, NoCluster.
    """
    deadline = time.monotonic() + (600.0 if seconds is None else seconds)
    planned = plan(cluster, spec, deployment, options, observation)
    if agreed is not None:
        require_fit(agreed, planned.plan)
    if not planned.plan.changes:
        return _nothing_to_do(cluster, planned, deadline if seconds is not None else None, progress)
    refuse(planned)
    if agreed is None and not confirm(planned.plan):
        raise Declined("declined: nothing was changed")
    planned, plan_id = write(cluster, spec, planned, deadline)
    owned = planned.composition.record.owned
    if not planned.plan.changes:
        return _nothing_to_do(cluster, planned, deadline if seconds is not None else None, progress)
    if seconds is None:
        return Applied(planned.plan, True, owned=owned)
    epoch = (planned.snapshot.version[0], planned.snapshot.version[1] + 1)
    snapshot, status = settle(cluster, deadline, epoch=epoch, progress=progress)
    require_plan(snapshot, deployment, plan_id)
    return Applied(planned.plan, True, status, owned=owned)


def refuse(planned: Planned) -> None:
    """Raises what stands in the way of writing this plan."""
    require_quorum(planned.snapshot)
    refuse_adoption(planned)
    if forbidden := planned.plan.forbidden:
        named = ", ".join(f"{e.action} of {e.resource or e.node}" for e in forbidden)
        raise ForbiddenEffect(f"refused by --forbid: {named}")


def write(cluster: Cluster, spec: Configuration, planned: Planned, deadline: float) -> tuple[Planned, str]:
    """Writes the plan as one compare-and-swap; plans again while others move what is not ours.

    Returns the plan as written (without changes when somebody else has made them meanwhile) and its id.
    """
    agreed, first = planned.plan, planned.snapshot
    while planned.plan.changes:
        plan_id = os.urandom(16).hex()
        answer = cluster.write(_patch(cluster, planned, plan_id))
        if answer is Written.DONE or (answer is Written.UNKNOWN and landed(cluster, planned, plan_id, deadline)):
            return planned, plan_id
        if time.monotonic() >= deadline:
            raise TimedOut("the configuration kept moving: nothing was written")
        planned = plan(cluster, spec, agreed.deployment, agreed.options)
        try:
            require_fit(agreed, planned.plan)
        except StalePlan as stale:
            raise StalePlan(f"{stale}{_what_moved(first, planned.snapshot)}") from None
        refuse(planned)
    return planned, ""


def landed(cluster: Cluster, planned: Planned, plan_id: str, deadline: float) -> bool:
    """After an uncertain answer: whether our write is in, judged when there is quorum and a DC again."""
    while True:
        try:
            snapshot = cluster.read()
            if snapshot.root.get("have-quorum") != "0" and cluster.idle():
                record = records(snapshot.configuration).get(planned.plan.deployment)
                return record is not None and record.plan == plan_id
        except PacewrightError:
            pass
        if time.monotonic() >= deadline:
            raise TimedOut("no certain answer whether the write landed: read the cluster again when it is back")
        cluster.step(deadline)


def require_fit(agreed: Plan, now: Plan) -> None:
    """Raises StalePlan unless the present plan does nothing that was not agreed to."""
    if now.cluster != agreed.cluster:
        raise StalePlan(f"the plan was made on another cluster: {agreed.cluster}")
    moved = now.version != agreed.version
    known = {_identity(c) for c in agreed.changes}
    strange = [c for c in now.changes if _identity(c) not in known or (moved and c.touches_secret)]
    if strange:
        before = {c.address: c for c in agreed.changes}
        told = "; ".join(_how_it_moved(c, before.get(c.address)) for c in strange)
        raise StalePlan(f"the configuration moved under the plan: {told}")
    if more := Counter(_what(now)) - Counter(_what(agreed)):
        raise StalePlan(f"the plan would now cause more: {', '.join(f'{action} of {what}' for action, what in more)}")


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


def _what(plan: Plan) -> list[tuple[str, str]]:
    """Effects without their nodes: which node a resource starts on may well depend on what others have done."""
    return [(str(e.action), e.base or e.node) for e in plan.effects]


def _identity(change: Change) -> tuple[object, ...]:
    details = tuple((d.path, _shown(d.before, d.secret), _shown(d.after, d.secret)) for d in change.details)
    return (change.address, change.action, details)


def _shown(value: object, secret: bool) -> str:
    return "secret" if secret and value is not None else repr(value)


def _patch(cluster: Cluster, planned: Planned, plan_id: str) -> bytes:
    record = replace(planned.composition.record, plan=plan_id)
    desired = with_record(planned.composition.desired, record)
    old, new = planned.snapshot.root, desired_document(planned.snapshot.root, desired)
    sides = [etree.tostring(without_status(side)) for side in (old, new)]
    return bound_to_version(tools.difference(cluster.runner, *sides))


def _what_moved(first: Snapshot, now: Snapshot) -> str:
    """What the other actor changed, and who it was, as far as the CIB tells."""
    moved = compare(without_records(first.configuration), without_records(now.configuration))
    named = ", ".join(f"{c.action} {c.address}" for c in moved) or "only records"
    root: Node = now.root
    who = " ".join(v for k in ("update-client", "update-user", "update-origin") if (v := root.get(k)))
    return f"; meanwhile changed{' by ' + who if who else ''}: {named}"


def _nothing_to_do(cluster: Cluster, planned: Planned, deadline: float | None, progress: Progress | None) -> Applied:
    owned = planned.composition.record.owned
    if deadline is None:
        return Applied(planned.plan, False, owned=owned)
    require_quorum(planned.snapshot)
    status = is_settled_now(cluster, planned.observation)
    if status is None:
        _, status = settle(cluster, deadline, progress=progress)
    return Applied(planned.plan, False, status, owned=owned)
