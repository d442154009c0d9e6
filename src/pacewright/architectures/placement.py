"""Roles as node properties, and rules that let a resource run only where its property is true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pacewright.architectures.deployment import Deployment
from pacewright.architectures.draft import Draft, Tree
from pacewright.architectures.resources import Resources
from pacewright.architectures.selection import Deployed
from pacewright.model.origin import Origin

if TYPE_CHECKING:
    from pacewright.catalogue.facts.values import NodeProperty

ARCHITECTURES = ("composable", "containers")


def build(deployment: Deployment, deployed: Sequence[Deployed], resources: Resources, draft: Draft) -> None:
    """In architectures without roles every resource may run on every node."""
    if deployment.architecture not in ARCHITECTURES:
        return
    for each in deployed:
        assert each.way is not None
        if (wanted := each.way.property) is not None:
            name = property_name(each, wanted)
            origin = Origin(f"{each.name} runs on role {each.role}", each.path)
            for node in each.nodes if wanted.rule != "never-there" else ():
                draft.node_attribute(node, name, "true", origin)
            restrict(resources.outer_of(each), name, wanted.rule, draft, origin)


def property_name(each: Deployed, wanted: NodeProperty) -> str:
    """``galera-role``; of a second one of its kind ``galera-cell1-role``."""
    more = each.suffix
    base, dash, last = wanted.name.rpartition("-")
    return f"{base}{more}{dash}{last}" if dash and more else wanted.name


def restrict(resource: str, name: str, kind: str, draft: Draft, origin: Origin) -> None:
    """A location rule on the resource. ``kind``: as in the catalogue."""
    rules: dict[str, tuple[str, str, str]] = {
        "only-there": ("exclusive", "0", f"{name} eq true"),
        "never-elsewhere": ("never", "-INFINITY", f"{name} ne true"),
        "never-there": ("never", "-INFINITY", f"{name} eq true"),
    }
    discovery, score, rule = rules[kind]
    value: Tree = {"resource": resource, "discovery": discovery, "rules": [{"rule": rule, "score": score}]}
    draft.add("locations", f"location-{resource}", value, origin)
