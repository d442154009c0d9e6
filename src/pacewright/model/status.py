"""The state of a cluster as values: what one CIB, and the scheduler's answer on it, say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pacewright.model.immutable import immutable

PROMOTED = "Promoted"


@immutable(frozen=True, slots=True)
class NodeStatus:
    """``state``: online, offline, unclean, standby, maintenance or pending. ``kind``: member, remote or guest.

    ``resource``: what runs a guest node. ``health``: green, yellow or red. ``online`` holds in standby too.
    """

    name: str
    id: str
    state: str
    kind: str
    online: bool
    unclean: bool = False
    standby: bool = False
    maintenance: bool = False
    shutdown: bool = False
    is_dc: bool = False
    health: str = "green"
    resource: str | None = None

    @property
    def usable(self) -> bool:
        """May be given new resources."""
        return self.state == "online" and not self.shutdown

    @property
    def lost(self) -> bool:
        """Counts against ``status``: a node that should be there and is not. Guests are their resource's business."""
        return self.kind != "guest" and self.state in ("offline", "unclean")


@immutable(frozen=True, slots=True)
class Instance:
    """One copy of a primitive. ``id`` carries a number inside clones and bundles (``p_db:0``).

    ``role``: Stopped, Started, Promoted, Unpromoted, or on the way: Starting, Stopping, Migrating, Promoting, Demoting.
    ``nodes``: more than one only where it should not be. ``copy``: the clone instance's or replica's number.
    """

    id: str
    resource: str
    role: str
    active: bool
    nodes: tuple[str, ...] = ()
    failed: bool = False
    blocked: bool = False
    orphaned: bool = False
    managed: bool = True
    pending: str | None = None
    copy: str | None = None

    @property
    def node(self) -> str | None:
        return self.nodes[0] if self.nodes else None

    @property
    def promoted(self) -> bool:
        return self.active and self.role == PROMOTED


@immutable(frozen=True, slots=True)
class Failure:
    """A failed operation in the history. ``interval``: ms. ``code``: the agent's exit code. ``when``: Unix time."""

    resource: str
    operation: str
    interval: int
    node: str
    code: int
    reason: str
    when: int | None = None
    fail_count: str | None = None


@immutable(frozen=True, slots=True)
class InFlight:
    """An operation that a node has begun and not ended."""

    resource: str
    operation: str
    node: str


@immutable(frozen=True, slots=True)
class Planned:
    """What the scheduler does next. ``resource``: an instance id or a node's name. ``blocked``: it would but cannot."""

    action: str
    resource: str
    node: str | None = None
    destination: str | None = None
    reason: str | None = None
    blocked: bool = False


@immutable(frozen=True, slots=True)
class Hold:
    """The operator's hand on a resource. ``by``: target-role, is-managed, maintenance, standby, ban, stop-all-resources
    or dependency. ``detail``: the value, the node, the constraint or the resource that is held."""

    by: str
    detail: str


@immutable(frozen=True, slots=True)
class ResourceStatus:
    """A resource, implicit ones of bundles included. ``kind``: primitive, group, clone, promotable, bundle.

    ``members``: ids of the resources directly inside. ``active`` and ``expected`` count members in a group, copies in
    a clone or bundle. What the operator holds back is not in ``expected`` and ``promoted_expected``.
    """

    id: str
    kind: str
    instances: tuple[Instance, ...]
    agent: str | None = None
    parent: str | None = None
    members: tuple[str, ...] = ()
    target_role: str | None = None
    managed: bool = True
    active: int = 0
    expected: int = 0
    promoted: int = 0
    promoted_expected: int = 0
    failures: tuple[Failure, ...] = ()
    held: tuple[Hold, ...] = ()
    planned: tuple[Planned, ...] = ()
    why_not: tuple[str, ...] = ()

    @property
    def as_desired(self) -> bool:
        return not self.why_not

    @property
    def orphaned(self) -> bool:
        """Runs, or has run, but is no longer configured."""
        return bool(self.instances) and all(i.orphaned for i in self.instances)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Where it is active, each once. Of a bundle the hosts, not its own guest nodes."""
        guests = {i.resource for i in self.instances} if self.kind == "bundle" else set()
        return tuple(dict.fromkeys(n for i in self.instances if i.active for n in i.nodes if n not in guests))

    @property
    def state(self) -> str:
        """One word: blocked, failed, running, partial, stopped."""
        if any(i.blocked for i in self.instances):
            return "blocked"
        if any(i.failed for i in self.instances):
            return "failed"
        if not self.active and not any(i.active for i in self.instances):
            return "stopped"
        short = self.active < self.expected or self.promoted < self.promoted_expected
        return "partial" if short else "running"


@immutable(frozen=True, slots=True)
class ClusterStatus:
    """Everything. ``resources``: all by id, at every depth; ``top``: the ids of the outermost, in order.

    ``planned``: all actions of the next transition that can run, fencing included, and blocked ones. ``settled``: as
    far as one CIB can tell: nothing in flight, nothing runnable planned. Only the DC can say that it is idle.
    """

    nodes: tuple[NodeStatus, ...]
    resources: Mapping[str, ResourceStatus]
    top: tuple[str, ...]
    quorum: bool
    dc: str | None
    in_flight: tuple[InFlight, ...]
    planned: tuple[Planned, ...]
    settled: bool
    failures: tuple[Failure, ...] = ()
    maintenance: bool = False

    @property
    def leaderless(self) -> bool:
        """No node is online in the CIB: a new DC clears what was known of nodes and asks them again (2.1.5)."""
        return not any(n.online for n in self.nodes if n.kind == "member")

    def node(self, name: str) -> NodeStatus | None:
        return next((n for n in self.nodes if n.name == name), None)

    def find(self, identity: str) -> ResourceStatus | None:
        """A resource, or one of its instances (``p_db:0``, ``g_web:1``) as a resource of one copy."""
        if (whole := self.resources.get(identity)) is not None:
            return whole
        base, _, number = identity.rpartition(":")
        owner = self.resources.get(base)
        found = tuple(i for i in owner.instances if number and i.copy == number) if owner else ()
        return _one_copy(owner, identity, found) if owner and found else None

    def lost_nodes(self) -> Iterator[NodeStatus]:
        return (n for n in self.nodes if n.lost)

    @property
    def as_desired(self) -> bool:
        """Every resource is, and no node is offline or unclean."""
        return not any(self.lost_nodes()) and all(self.resources[i].as_desired for i in self.top)


def _one_copy(owner: ResourceStatus, identity: str, instances: tuple[Instance, ...]) -> ResourceStatus:
    """The owner narrowed to one copy. A stopped copy of an anonymous clone is not missed: another node may have all."""
    ids = {i.id for i in instances} | {identity}
    nodes = {n for i in instances for n in i.nodes}
    planned = tuple(p for p in owner.planned if p.resource in ids)
    active = sum(i.active for i in instances)
    troubled = any(i.failed or i.blocked for i in instances) or bool(planned)
    return replace(
        owner, id=identity, instances=instances, active=active, expected=len(instances) if active else 0,
        promoted=sum(i.promoted for i in instances), promoted_expected=0, planned=planned,
        failures=tuple(f for f in owner.failures if f.node in nodes or f.resource in ids),
        why_not=owner.why_not if troubled or (not active and owner.why_not) else (),
    )  # fmt: skip
