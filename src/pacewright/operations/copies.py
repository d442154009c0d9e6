"""The copies of a resource that runs several times: clones, promotables, bundles, by the node that each is on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pacewright.model.errors import InputError
from pacewright.model.immutable import immutable
from pacewright.model.report import Report
from pacewright.model.status import ClusterStatus, Instance, ResourceStatus

COPIED = ("clone", "promotable", "bundle")
_CONTAINER = re.compile(r"-(?:podman|docker|rkt)-\d+$")


@immutable(frozen=True, slots=True)
class Copy:
    """One copy that is active. ``node``: a cluster node, of a bundle the host. ``promoted``: it, or what is inside."""

    node: str
    number: str
    promoted: bool


def copies(status: ClusterStatus, identity: str) -> list[Copy]:
    """Active copies in the order in which they are best restarted: promoted ones last.

    Raises InputError where there is no such resource, it has no copies, or two of them share a node.
    """
    resource = require_copied(status, identity)
    found: dict[str, Copy] = {}
    promoted = {i.copy for i in resource.instances if i.promoted}
    for each in carriers(resource):
        if not each.active or each.node is None:
            continue
        number = each.copy or ""
        if (before := found.get(each.node)) is not None and before.number != number:
            message = f"{identity} runs twice on {each.node}: a ban would stop both at once"
            raise InputError([Report("several-on-a-node", message, subject=f"resource {identity}")])
        found[each.node] = Copy(each.node, number, number in promoted)
    return sorted(found.values(), key=lambda copy: (copy.promoted, copy.node))


def carriers(resource: ResourceStatus) -> Iterable[Instance]:
    """The instances that nodes carry: a bundle's containers, the primitives inside a clone."""
    if resource.kind == "bundle":
        return [i for i in resource.instances if _CONTAINER.search(i.id)]
    return resource.instances


def require_copied(status: ClusterStatus, identity: str) -> ResourceStatus:
    resource = status.resources.get(identity)
    if resource is None or resource.orphaned:
        raise InputError([Report("unknown-resource", f"there is no resource '{identity}'")])
    if resource.kind not in COPIED:
        message = f"{identity} is a {resource.kind}: one at a time is for {', '.join(COPIED)}"
        raise InputError([Report("not-copied", message, subject=f"resource {identity}")])
    return resource
