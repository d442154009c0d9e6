"""The commands that are followed, and what follows each."""

from __future__ import annotations

from collections.abc import Callable

from pacewright.sources.pcs.reader import (
    access,
    alerts,
    bundles,
    cluster,
    constraints,
    containers,
    levels,
    locations,
    operations,
    primitives,
    resource_sets,
    tags,
)
from pacewright.sources.pcs.reader.command import Command
from pacewright.sources.pcs.reader.draft import Draft

Follow = Callable[[Draft, list[str], Command], None]
_CREATE = ("--no-default-ops", "--disabled", "--agent-validation", "--group", "--before", "--after")
COMMANDS: dict[str, Follow] = {
    "resource create": primitives.create,
    "stonith create": primitives.create_stonith,
    "resource op add": operations.op_add,
    "resource op remove": operations.op_remove,
    "resource op delete": operations.op_remove,
    "stonith op add": operations.op_add,
    "stonith op remove": operations.op_remove,
    "stonith op delete": operations.op_remove,
    "resource meta": primitives.meta,
    "stonith meta": primitives.meta,
    "resource update": primitives.update,
    "stonith update": primitives.update,
    "resource utilization": primitives.utilization,
    "resource group add": containers.group_add,
    "resource clone": containers.clone,
    "resource promotable": containers.promotable,
    "resource bundle create": bundles.bundle_create,
    "cib element description": primitives.description,
    "stonith level add": levels.level_add,
    "constraint location add": locations.location_add,
    "constraint location": locations.location,
    "constraint rule add": locations.rule_add,
    "constraint colocation add": constraints.colocation_add,
    "constraint colocation set": resource_sets.colocation_set,
    "constraint order set": resource_sets.order_set,
    "constraint order": constraints.order,
    "constraint ticket add": constraints.ticket_add,
    "constraint ticket set": resource_sets.ticket_set,
    "property set": cluster.property_set,
    "resource defaults": cluster.resource_defaults,
    "stonith defaults": cluster.resource_defaults,
    "resource op defaults": cluster.operation_defaults,
    "stonith op defaults": cluster.operation_defaults,
    "node attribute": cluster.node_attribute,
    "node utilization": cluster.node_utilization,
    "node standby": cluster.node_state("standby"),
    "node maintenance": cluster.node_state("maintenance"),
    "tag create": tags.tag_create,
    "acl role create": access.role_create,
    "acl permission add": access.permission_add,
    "acl user create": access.subject_create("acl_target"),
    "acl group create": access.subject_create("acl_group"),
    "alert create": alerts.alert_create,
    "alert recipient add": alerts.recipient_add,
}
OPTIONS: dict[str, tuple[str, ...]] = {
    "resource create": _CREATE, "stonith create": _CREATE, "resource group add": ("--before", "--after"),
    "resource bundle create": ("--disabled",),
}  # fmt: skip
