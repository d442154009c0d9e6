"""Apply: plan, confirm, write once, settle."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Protocol

from pacewright.cib.desired.ownership import records, with_record
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.observation import Observation
from pacewright.cluster.tools import Written
from pacewright.model.configuration import Configuration
from pacewright.model.errors import (
    Declined,
    ForbiddenEffect,
    NoCluster,
    PacewrightError,
    StalePlan,
    TimedOut,
    ToolError,
    Unreachable,
)
from pacewright.model.immutable import immutable
from pacewright.model.plan import Options, Plan
from pacewright.model.status import ClusterStatus
from pacewright.workflow.agreement import created_between, require_fit, require_kept, what_moved
from pacewright.workflow.planning import Planned, plan, refuse_adoption
from pacewright.workflow.rewriting import patch_to
from pacewright.workflow.settling import (
    Patience,
    has_leader,
    is_settled_now,
    require_plan,
    require_quorum,
    settle,
)


class Talk(Protocol):
    """What apply asks and tells while it works."""

    def report(self, plan: Plan) -> None:
        """What is to be said of the plan, before anything is written."""
        ...

    def confirm(self, plan: Plan) -> bool:
        """Whether to go on. Not asked about a plan agreed to before."""
        ...

    def refused(self, plan: Plan) -> None:
        """The plan has an effect that is forbidden."""
        ...

    def written(self, plan: Plan) -> None:
        """The write has landed; what follows is waiting."""
        ...

    def waiting(self, status: ClusterStatus) -> None:
        """Each status met on the way to a settled one."""
        ...


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
    talk: Talk,
    *,
    seconds: float | None = 600.0,
    agreed: Plan | None = None,
    observation: Observation | None = None,
) -> Applied:
    """Makes it so. ``seconds``: bound of the wait for writing and settling, None: do not wait for settling.

    ``agreed``: a plan made before, which stands for the confirmation; then only its changes, or fewer, are made.
    ``observation``: a reading begun before.
    Raises ForbiddenEffect, AdoptionNeeded, StalePlan, Declined, TimedOut, NoCluster.
    """
    cluster.require_writable()
    planned = _plan(cluster, spec, deployment, options, observation or Observation(cluster))
    if agreed is not None:
        require_fit(agreed, planned.plan)
    talk.report(planned.plan)
    if planned.plan.changes:
        try:
            refuse(planned)
        except ForbiddenEffect:
            talk.refused(planned.plan)
            raise
        if agreed is None and not talk.confirm(planned.plan):
            raise Declined("declined: nothing was changed")
    deadline = time.monotonic() + (600.0 if seconds is None else seconds)
    planned, plan_id = write(cluster, spec, planned, deadline)
    if plan_id is not None:
        talk.written(planned.plan)
    if seconds is None:
        return Applied(planned.plan, plan_id is not None, owned=planned.composition.record.owned)
    status = _settled(cluster, spec, planned, plan_id, deadline, talk)
    return Applied(planned.plan, plan_id is not None, status, owned=planned.composition.record.owned)


def _plan(
    cluster: Cluster, spec: Configuration, deployment: str, options: Options, observation: Observation
) -> Planned:
    """The plan; once more where the node went away whose tools were used: another may take its place."""
    try:
        return plan(cluster, spec, deployment, options, observation)
    except Unreachable:
        if not observation.succeeded:
            raise
    return plan(cluster, spec, deployment, options)


def refuse(planned: Planned) -> None:
    """Raises what stands in the way of writing this plan."""
    require_quorum(planned.snapshot)
    refuse_adoption(planned)
    if forbidden := planned.plan.forbidden:
        named = ", ".join(f"{e.action} of {e.resource or e.node}" for e in forbidden)
        raise ForbiddenEffect(f"refused by --forbid: {named}")


def write(cluster: Cluster, spec: Configuration, planned: Planned, deadline: float) -> tuple[Planned, str | None]:
    """Writes the plan as one compare-and-swap; plans again while others move what is not ours.

    Returns the plan as written and its id; no id where there is nothing (or nothing any more) to be written.
    """
    agreed, first = planned.plan, planned.snapshot
    tried: dict[str | None, Planned] = {}
    while planned.plan.changes:
        plan_id = os.urandom(16).hex()
        tried[plan_id] = planned
        if _wrote(cluster, planned, plan_id, deadline):
            return planned, plan_id
        if time.monotonic() >= deadline:
            raise TimedOut("the configuration kept moving: nothing was written")
        planned = plan(cluster, spec, agreed.deployment, agreed.options)
        if (late := _plan_in(planned.snapshot, agreed.deployment)) in tried:  # sent, given up, and taken after all
            return tried[late], late
        try:
            require_fit(agreed, planned.plan, created_between(first, planned.snapshot))
        except StalePlan as stale:
            raise StalePlan(f"{stale}{what_moved(first, planned.snapshot)}") from None
        refuse(planned)
    return planned, None


def _plan_in(snapshot: Snapshot, deployment: str) -> str | None:
    """Id of the deployment's plan that was written last."""
    record = records(snapshot.configuration).get(deployment)
    return record.plan if record else None


def _wrote(cluster: Cluster, planned: Planned, plan_id: str, deadline: float) -> bool:
    """Whether this plan is in now. False: the configuration has moved. Raises ToolError where the write is refused."""
    try:
        patch = _patch(cluster, planned, plan_id)
    except Unreachable:  # planning again finds another node, or says that there is none
        return False
    try:
        answer = cluster.write(patch)
    except ToolError:
        if cluster.simulated or not landed(cluster, planned, plan_id, deadline):
            raise
        return True
    return answer is Written.DONE or (answer is Written.UNKNOWN and landed(cluster, planned, plan_id, deadline))


def landed(cluster: Cluster, planned: Planned, plan_id: str, deadline: float) -> bool:
    """After an uncertain answer: whether our write is in, judged when there is quorum and a DC again.

    Raises NoCluster where they do not come back.
    """
    patience = Patience(cluster, deadline)
    unknown = "whether the changes are written is not known: {}; plan again when the cluster is back"
    while True:
        told = "no DC is in office"
        try:
            snapshot = cluster.read()
            require_quorum(snapshot)
            if has_leader(snapshot.root) and cluster.led():
                return _plan_in(snapshot, planned.plan.deployment) == plan_id
        except PacewrightError as absence:
            told = str(absence)
        patience.bear(NoCluster(unknown.format(told)))
        cluster.step(deadline)


def _patch(cluster: Cluster, planned: Planned, plan_id: str) -> bytes:
    record = replace(planned.composition.record, plan=plan_id)
    return patch_to(cluster, planned.snapshot, with_record(planned.composition.desired, record))


def _settled(
    cluster: Cluster, spec: Configuration, planned: Planned, plan_id: str | None, deadline: float, talk: Talk
) -> ClusterStatus:
    """The settled state after the write; without one the state just read, if that is settled."""
    deployment = planned.plan.deployment
    if plan_id is None:
        require_quorum(planned.snapshot)
        if (status := is_settled_now(cluster, planned.observation)) is not None:
            return status
        snapshot, status = settle(cluster, deadline, progress=talk.waiting)
        require_kept(snapshot, spec, planned.plan)
        return status
    admin_epoch, epoch, _ = planned.snapshot.version
    try:
        snapshot, status = settle(cluster, deadline, written=(admin_epoch, epoch + 1), progress=talk.waiting)
    except TimedOut as late:
        raise TimedOut(f"the changes are written, but {late}; 'pacewright wait' goes on waiting") from None
    except (NoCluster, ToolError) as absence:
        # Pacemaker takes writes in a partition without quorum, too; when it meets the others again, one of both stays.
        raise NoCluster(
            f"the changes are written, but {absence}: whether they last is certain only when the cluster is back; "
            "plan again then"
        ) from None
    require_kept(snapshot, spec, planned.plan)  # names what has been changed; the record alone cannot
    require_plan(snapshot, deployment, plan_id)
    return status
