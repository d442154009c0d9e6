"""A bundle's new image, one replica at a time: the name in the CIB stays, and comes to mean another image on each node.

A changed ``image`` in the CIB would restart all replicas at once. So REF, which every node has already, is tagged with
the name that the CIB has, and then each replica restarts whose container was made of another image. Interrupted at
any point, the next call sees from the containers themselves what is left to do.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from functools import partial

from pacewright.cib.desired.hosts import MEMBER, REMOTE, hosts_of_bundles
from pacewright.cluster import images_on_nodes as images
from pacewright.cluster.base import Cluster, Snapshot
from pacewright.cluster.bundle_hosts import own_attributes
from pacewright.cluster.nodes import ask
from pacewright.cluster.observation import Observation
from pacewright.cluster.runner import Runner
from pacewright.model.configuration import Configuration
from pacewright.model.errors import InputError, PacewrightError, UsageError
from pacewright.model.immutable import immutable
from pacewright.model.report import Report, Severity, did_you_mean
from pacewright.model.resources import Bundle
from pacewright.model.status import ClusterStatus, Planned
from pacewright.operations import rolling
from pacewright.operations.copies import Copy, carriers, copies, require_copied
from pacewright.operations.locking import held
from pacewright.operations.stopping import beside
from pacewright.workflow.settling import require_quorum, settle, status_of


@immutable(frozen=True, slots=True)
class Wanted:
    """``name``: what the CIB calls the image, which shall mean what ``ref`` means. ``remoted``: an agent is inside."""

    bundle: str
    runtime: str
    name: str
    ref: str
    remoted: bool


@immutable(frozen=True, slots=True)
class OnNode:
    """Ids of images on a node that may run the bundle: what the name means, what it shall mean, what the container is.

    ``running``: None where there is no container of it.
    """

    node: str
    named: str | None
    wanted: str
    running: str | None

    @property
    def former(self) -> str | None:
        """What to go back to."""
        return next((i for i in (self.named, self.running) if i not in (None, self.wanted)), None)


@immutable(frozen=True, slots=True)
class Step:
    """``action``: retag, start (a replica that is missing), restart. ``beside``: what that does to other resources."""

    action: str
    bundle: str
    node: str
    former: str | None = None
    promoted: bool = False
    beside: tuple[Planned, ...] = ()


@immutable(frozen=True, slots=True)
class Update:
    """What there is to do for one bundle. No ``steps``: nothing."""

    wanted: Wanted
    nodes: tuple[OnNode, ...]
    steps: tuple[Step, ...]


def survey(cluster: Cluster, spec: Configuration, refs: Mapping[str, str]) -> list[Update]:
    """What there is to do. ``refs``: the new image by bundle. Changes nothing.

    Raises NoCluster without quorum, InputError with everything that stands in the way.
    """
    if cluster.simulated:
        raise UsageError(f"{cluster.name} has no nodes with images")
    observation = Observation(cluster)
    snapshot, status = observation.snapshot, status_of(cluster, observation)
    require_quorum(snapshot)
    all_wanted = _wanted(snapshot.configuration, spec, refs)
    _refuse(_troubles(status, refs))
    found = {each.bundle: _on_nodes(cluster, snapshot, status, each) for each in all_wanted}
    return [
        Update(each, found[each.bundle], _steps(cluster, snapshot, status, each, found[each.bundle]))
        for each in all_wanted
    ]


def carry_out(cluster: Cluster, update: Update, talk: rolling.Talk, *, seconds: float) -> list[str]:
    """Retags on all nodes, then restarts what is not yet made of the new image. The nodes restarted, in order.

    ``seconds``: bound of each single restart. Raises Held where another is at it, PacewrightError with the way back
    among its reports.
    """
    bundle, why = update.wanted.bundle, f"new image {update.wanted.ref}"
    try:
        with held(cluster, f"restart-{bundle}", why, deadline=time.monotonic() + seconds, say=talk.doing) as holding:
            rolling.tidy(holding, bundle, talk, seconds)
            _retag(cluster, update, talk)
            _start_missing(cluster, bundle, talk, seconds)
            old = partial(outdated, cluster, update=update)
            return rolling.restart_copies(holding, bundle, old, talk, seconds=seconds)
    except PacewrightError as error:
        error.reports += way_back(update)
        raise


def outdated(cluster: Cluster, status: ClusterStatus, update: Update) -> Collection[str]:
    """Nodes whose replica is not of the new image. Raises PacewrightError where one cannot tell, or was retagged."""
    containers, wanted = _containers(status, update.wanted.bundle), update.wanted
    new = {each.node: each.wanted for each in update.nodes}

    def differs(node: str, runner: Runner) -> bool:
        if (named := images.image_id(runner, wanted.runtime, wanted.name)) != new.get(node):
            raise PacewrightError(f"{wanted.name} means {(named or 'nothing')[:12]} there")
        return images.container_image(runner, wanted.runtime, containers[node]) != new[node]

    answers = ask(cluster, containers, differs).require_all("not known whether the new image runs")
    return {node for node, differing in answers.items() if differing}


def way_back(update: Update) -> list[Report]:
    """How to have the former image again; nothing where none is known any more."""
    by_image: dict[str, list[str]] = {}
    for each in update.nodes:
        if each.former:
            by_image.setdefault(each.former[:12], []).append(each.node)
    named = " or, ".join(f"--image {update.wanted.bundle}={i} (on {', '.join(n)})" for i, n in by_image.items())
    if not named:
        return []
    return [Report("way-back", f"to have the former image again: {named}", Severity.INFO)]


def _wanted(live: Configuration, spec: Configuration, refs: Mapping[str, str]) -> list[Wanted]:
    """Raises InputError for bundles that are not there, and names that cannot mean another image."""
    bundles = {r.id: r for r in live.resources if isinstance(r, Bundle) and r.id}
    stated = {r.id: r for r in spec.resources if isinstance(r, Bundle) and r.id}
    problems, found = [], []
    for name, ref in refs.items():
        if (bundle := bundles.get(name)) is None or bundle.container is None:
            problems.append(Report("unknown-bundle", f"the cluster has no bundle '{name}'",
                                   suggestion=did_you_mean(name, list(bundles))))  # fmt: skip
            continue
        runtime, image = bundle.container.tag, bundle.container.image or ""
        if name not in stated:
            problems.append(Report("unknown-bundle", f"the spec has no bundle '{name}'"))
        elif (said := stated[name].container) is None or (said.tag, said.image) != (runtime, image):
            message = f"the spec's {name} is not of {runtime} and {image}, as the cluster's is"
            problems.append(Report("image-differs", message, suggestion="apply it first: that restarts all replicas"))
        if "@" in image:
            problems.append(Report("image-by-digest", f"{name} names its image by digest, which no tag can change"))
        for other in bundles.values():
            if other.container and other.container.image == image and refs.get(other.id or "") != ref:
                message = f"{other.id} has the image {image} of {name}, too"
                problems.append(Report("image-shared", message, suggestion=f"--image {other.id}={ref} as well"))
        found.append(Wanted(name, runtime, image, ref, bundle.primitive is not None))
    _refuse(problems)
    return found


def _troubles(status: ClusterStatus, bundles: Collection[str]) -> list[Report]:
    """What must be mended first. A replica of these bundles that failed is what going back is for."""
    if status.maintenance:
        return [Report("maintenance-mode", "the cluster is in maintenance: nothing would restart")]
    found = []
    for name in status.top:
        resource = status.resources[name]
        if any(i.active and not i.managed for i in resource.instances):
            found.append(Report("resource-unmanaged", f"{name} is not managed", subject=f"resource {name}"))
        elif name not in bundles and resource.state in ("failed", "blocked"):
            message = f"{name} is {resource.state}: {'; '.join(resource.why_not)}"
            found.append(Report("resource-failed", message, subject=f"resource {name}"))
    for node in status.nodes:
        if node.unclean or node.maintenance:
            found.append(Report("node-not-well", f"{node.name} is {node.state}", subject=f"node {node.name}"))
    return found


def _on_nodes(cluster: Cluster, snapshot: Snapshot, status: ClusterStatus, wanted: Wanted) -> tuple[OnNode, ...]:
    """Asks every node that may run the bundle. Raises InputError where one cannot take the new image."""
    kinds = {n.name: n.kind for n in status.nodes if n.kind in (MEMBER, REMOTE)}
    live = snapshot.configuration
    allowed = next(
        nodes for bundle, nodes, _ in hosts_of_bundles(live, kinds, own_attributes(live)) if bundle.id == wanted.bundle
    )
    containers = _containers(status, wanted.bundle)

    def look(node: str, runner: Runner) -> tuple[str | None, str | None, str | None, tuple[str | None, str | None]]:
        named, new = (images.image_id(runner, wanted.runtime, name) for name in (wanted.name, wanted.ref))
        running = images.container_image(runner, wanted.runtime, containers[node]) if node in containers else None
        releases: tuple[str | None, str | None] = (None, None)
        if new and wanted.remoted and {named, running} != {new}:
            releases = images.pacemaker_release(runner), images.pacemaker_inside(runner, wanted.runtime, new)
        return named, new, running, releases

    answers = ask(cluster, sorted({*allowed, *containers}), look)
    problems = answers.report(f"{wanted.bundle} may run where nobody could look", Severity.ERROR)
    if lacking := [node for node, (_, new, _, _) in answers.values.items() if new is None]:
        message = f"on {', '.join(lacking)}: there is no image {wanted.ref}"
        problems.append(Report("image-missing", message, suggestion=f"{wanted.runtime} pull {wanted.ref}"))
    for node, (_, new, _, (outside, inside)) in answers.values.items():
        if new is not None and outside != inside:
            message = f"on {node}: {wanted.ref} has Pacemaker {inside or 'none'} inside, the host has {outside}"
            problems.append(Report("pacemaker-differs", message))
    _refuse(problems)
    return tuple(OnNode(node, named, new or "", running) for node, (named, new, running, _) in answers.values.items())


def _steps(
    cluster: Cluster, snapshot: Snapshot, status: ClusterStatus, wanted: Wanted, nodes: tuple[OnNode, ...]
) -> tuple[Step, ...]:
    """In the order in which they are done, promoted replicas as they are now."""
    by_node = {each.node: each for each in nodes}
    steps = [Step("retag", wanted.bundle, n.node, n.named) for n in nodes if n.named != n.wanted]
    resource = require_copied(status, wanted.bundle)
    here = copies(status, wanted.bundle)
    if resource.active < resource.expected and resource.failures:
        failed = sorted({f.node for f in resource.failures} & set(by_node) - {copy.node for copy in here})
        steps += [Step("start", wanted.bundle, node) for node in failed]
    for copy in here:
        now = by_node.get(copy.node)
        if now is not None and now.running != now.wanted:
            steps.append(Step("restart", wanted.bundle, copy.node, now.running, copy.promoted,
                              _beside(cluster, snapshot, status, wanted.bundle, copy)))  # fmt: skip
    return tuple(steps)


def _beside(
    cluster: Cluster, snapshot: Snapshot, status: ClusterStatus, bundle: str, copy: Copy
) -> tuple[Planned, ...]:
    """Nothing is foreseen while replicas are missing: what a restart would do then is not what it will do."""
    if status.resources[bundle].why_not or not status.settled:
        return ()
    return tuple(beside(cluster, snapshot, bundle, copy))


def _retag(cluster: Cluster, update: Update, talk: rolling.Talk) -> None:
    wanted = update.wanted
    to_do = {each.node: each.wanted for each in update.nodes if each.named != each.wanted}
    if to_do:
        talk.doing(f"{wanted.bundle}: {wanted.name} comes to mean {wanted.ref} on {', '.join(to_do)}")
    answers = ask(cluster, to_do, lambda node, runner: images.tag(runner, wanted.runtime, to_do[node], wanted.name))
    answers.require_all(f"{wanted.name} could not be tagged")


def _start_missing(cluster: Cluster, bundle: str, talk: rolling.Talk, seconds: float) -> None:
    """Replicas that failed with an image get another chance with this one."""
    deadline = time.monotonic() + seconds
    status = settle(cluster, deadline, progress=talk.waiting)[1]
    resource = require_copied(status, bundle)
    if not (resource.why_not and resource.failures):
        return
    talk.doing(f"{bundle}: forgetting failures, so that what is missing starts again")
    cluster.runner.run(["crm_resource", "--cleanup", "--resource", bundle], timeout=60).required()
    settle(cluster, deadline, progress=talk.waiting)


def _containers(status: ClusterStatus, bundle: str) -> dict[str, str]:
    """The container by its host."""
    return {i.node: i.id for i in carriers(require_copied(status, bundle)) if i.active and i.node}


def _refuse(problems: list[Report]) -> None:
    if problems:
        raise InputError(problems)
