"""Resources as commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pacewright.model.configuration import Configuration
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, Template
from pacewright.model.values import is_true
from pacewright.sources.pcs.writer.bundles import write_bundle
from pacewright.sources.pcs.writer.primitives import write_primitive
from pacewright.sources.pcs.writer.script import Script


def write_resources(script: Script, configuration: Configuration) -> None:
    for resource in configuration.resources:
        _write(script, resource)


def _write(script: Script, resource: Resource, holder: Sequence[str] = ()) -> None:
    subject = f"resource {resource.id}"
    script.nothing_unknown(subject, resource)
    if resource.id in script.ids:
        script.refuse(subject, "a second resource of this id")
    script.ids.add(script.id(subject, resource))
    match resource:
        case Template():
            script.refuse(subject, "<template>: it has no templates")
        case Primitive():
            write_primitive(script, resource, subject, holder)
        case Group():
            _group(script, resource, subject)
        case Clone():
            _clone(script, resource, subject)
        case Bundle():
            write_bundle(script, resource, subject)
            if resource.primitive is not None:
                _write(script, resource.primitive, ("bundle", str(resource.id)))


def _group(script: Script, group: Group, subject: str) -> None:
    script.absent(subject, group, "description", "params")
    if not group.members:
        script.refuse(subject, "a group without members")
    for member in group.members:
        _write(script, member)
    script.add(subject, "resource group add", [str(group.id), *(str(m.id) for m in group.members)])
    if meta := script.one_set(subject, group.meta):
        script.add(subject, "resource meta", [str(group.id), *meta])


def _clone(script: Script, clone: Clone, subject: str) -> None:
    """A primitive is created as a clone: ``resource clone`` of pcs 0.11 fails where an OCF agent is not installed."""
    script.absent(subject, clone, "description", "params")
    child = clone.child
    if child is None:
        script.refuse(subject, "a clone of nothing")
        return
    meta = script.one_set(subject, clone.meta)
    if clone.tag == "master":
        meta = [*(word for word in meta if not word.startswith("promotable=")), "promotable=true"]
    _only_ocf(script, clone, meta, subject)
    if isinstance(child, Primitive) and child.agent_class == "ocf":
        _write(script, child, ("clone", str(clone.id), *meta))
        return
    _write(script, child)
    script.add(subject, "resource clone", [str(child.id), str(clone.id), *meta], "--force")


def _only_ocf(script: Script, clone: Clone, meta: Iterable[str], subject: str) -> None:
    """pcs has these options for OCF agents only, forced or not."""
    members = clone.child.members if isinstance(clone.child, Group) else (clone.child,)
    others = any(isinstance(m, Primitive) and m.agent_class != "ocf" for m in members)
    for word in meta:
        name, _, value = word.partition("=")
        if others and name in ("globally-unique", "promotable") and is_true(value):
            script.refuse(subject, f"{name} of a clone whose agents are not ocf")
