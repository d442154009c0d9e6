"""Groups, clones and bundles that cannot work as written."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.catalogue.options import promotable_only
from pacewright.cib.checks.index import Index
from pacewright.model.report import Report, Severity
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource
from pacewright.model.values import is_true, role

_CHILD_TAGS = ("<primitive", "<group", "<clone", "<master", "<bundle", "<template")


def check_structure(index: Index) -> Iterator[Report]:
    for resource in index.resources.values():
        yield from _misplaced(resource)
        yield from _target_role(index, resource)
        match resource:
            case Group():
                yield from _group(resource)
            case Clone():
                yield from _clone(index, resource)
            case Bundle():
                yield from _bundle(resource)


def _target_role(index: Index, resource: Resource) -> Iterator[Report]:
    own = index.meta_of(resource).get("target-role", "")
    holder = index.clone_of(resource)
    promotable = holder.promotable if isinstance(holder, Clone) else holder is not None
    if role(own) in ("Promoted", "Unpromoted") and not promotable:
        message = f"target-role={own} means nothing outside a promotable clone: Pacemaker ignores it"
        yield Report("value-ignored", message, Severity.WARNING, subject=f"resource {resource.id}/meta/target-role")


def _misplaced(resource: Resource) -> Iterator[Report]:
    for text in resource.carried.children:
        if text.startswith(_CHILD_TAGS):
            word = text[1:].split(maxsplit=1)[0].rstrip("/>")
            message = f"<{word}> cannot stand here: a group holds primitives, a clone one primitive or group"
            yield Report("misplaced-resource", message, subject=f"resource {resource.id}")


def _group(group: Group) -> Iterator[Report]:
    if not group.members and not group.carried.children:
        yield Report("empty-group", "a group needs at least one primitive", subject=f"resource {group.id}")


def _clone(index: Index, clone: Clone) -> Iterator[Report]:
    where = f"resource {clone.id}"
    if clone.child is None:
        if not clone.carried.children:
            yield Report("empty-clone", "a clone needs a primitive or a group", subject=where)
        return
    meta = index.meta_of(clone)
    if not clone.promotable:
        for name in promotable_only():
            if name in meta:
                yield Report("not-promotable", f"{name} means nothing without promotable=true", Severity.WARNING,
                             subject=f"{where}/meta/{name}")  # fmt: skip
    if _number(meta.get("clone-node-max"), 1) > 1 and not is_true(meta.get("globally-unique")):
        message = "clone-node-max above 1 means nothing without globally-unique=true"
        yield Report("not-globally-unique", message, Severity.WARNING, subject=f"{where}/meta/clone-node-max")
    inner = clone.child.members if isinstance(clone.child, Group) else (clone.child,)
    classes = {index.effective(p).agent_class for p in inner if isinstance(p, Primitive)}
    if clone.promotable and classes and classes & {"systemd", "service", "lsb", "upstart", "stonith"}:
        message = "only ocf agents can be promoted"
        yield Report("promotion-impossible", message, subject=where)


def _bundle(bundle: Bundle) -> Iterator[Report]:
    where = f"resource {bundle.id}"
    if bundle.container is None or not bundle.container.image:
        yield Report("no-image", "a bundle needs a runtime (docker, podman) and an image", subject=where)
    if bundle.primitive is None or bundle.container is None:
        return
    network = bundle.network
    if network is None or not (network.ip_range_start or network.control_port):
        message = "a bundle with a primitive needs ip-range-start or control-port: Pacemaker must reach the container"
        yield Report("bundle-unreachable", message, subject=where)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
