"""The spec in one place: every section with its objects and their keys.

The loader's checks, the JSON Schema and what ``write`` says all come from these tables; keys not listed here are
derived from the model's declarations (``records.keys_of``).
"""

from __future__ import annotations

from dataclasses import replace

from pacewright.model.access import AclRole, AclSubject, Permission
from pacewright.model.alerts import Alert, Recipient, Select
from pacewright.model.alerts import Flag as FlagElement
from pacewright.model.attributes import META, PARAMS, PROPERTIES, UTILIZATION
from pacewright.model.constraints import Colocation, Lifetime, Location, Order, ResourceSet, Ticket
from pacewright.model.fencing import FencingLevel
from pacewright.model.nodes import Node
from pacewright.model.resources import (
    RUNTIMES,
    Bundle,
    Clone,
    Container,
    Group,
    Network,
    PortMapping,
    Primitive,
    Storage,
    StorageMapping,
    Template,
)
from pacewright.sources.spec.named import Named, Words
from pacewright.sources.spec.records import Items, Key, Record, Wrapped, keys_of
from pacewright.sources.spec.resource_section import Resources
from pacewright.sources.spec.resources import Agent, MembersShape, OperationsShape
from pacewright.sources.spec.rules import LOCATION_RULE
from pacewright.sources.spec.scalars import Flag, Ids
from pacewright.sources.spec.sections import (
    AclSection,
    Extra,
    Section,
    SelectedNames,
    TagSection,
)
from pacewright.sources.spec.sets import Sets

# ---- resources

_AGENT = Key("agent", ("agent_class", "provider", "type"), Agent())
_PRIMITIVE_KEYS = keys_of(Primitive, leave_out=("agent_class", "provider", "type"), operations=OperationsShape())
PRIMITIVE = Record(
    "primitive", Primitive, (_AGENT, *_PRIMITIVE_KEYS), ("primitive",), identity="key",
    required=(("agent", "template"),), exclusive=(("agent", "template"),),
)  # fmt: skip
TEMPLATE = Record(
    "template", Template, (_AGENT, *(k for k in _PRIMITIVE_KEYS if k.name != "template")), ("template",),
    identity="key", required=(("agent",),), absent=("template",),
)  # fmt: skip
_MEMBERS = Key("group", ("members",), MembersShape("group", many=True))
GROUP = Record(
    "group", Group, (_MEMBERS, *keys_of(Group, leave_out=("members",))), ("group",), identity="key",
    required=(("group",),),
)  # fmt: skip


def _clone(key: str, tag: str) -> Record:
    inner = Key(key, ("child",), MembersShape(key))
    return Record(
        key, Clone, (inner, *keys_of(Clone, leave_out=("child",))), (tag,), identity="key", required=((key,),)
    )  # fmt: skip


CLONE, PROMOTABLE, MASTER = _clone("clone", "clone"), _clone("promotable", "clone"), _clone("master", "master")
CONTAINER = Record(
    "container", Container, (Key("runtime", ("tag",), Words(RUNTIMES)), *keys_of(Container)), RUNTIMES,
    tag_key="runtime", identity="none", required=(("runtime",), ("image",)),
)  # fmt: skip
PORT = Record("port", PortMapping, keys_of(PortMapping), ("port-mapping",), required=(("port", "range"),))
STORAGE = Record(
    "storage-mapping", StorageMapping, keys_of(StorageMapping), ("storage-mapping",),
    required=(("source-dir", "source-dir-root"), ("target-dir",)), exclusive=(("source-dir", "source-dir-root"),),
)  # fmt: skip
NETWORK = Record("network", Network, keys_of(Network, ports=Items(PORT)), ("network",))
BUNDLE = Record(
    "bundle", Bundle,
    (
        Key("bundle", ("container",), CONTAINER),
        *keys_of(
            Bundle, leave_out=("container",), network=NETWORK, storage=Wrapped(Storage, "mappings", Items(STORAGE)),
            primitive=Key("contains", ("primitive",), MembersShape("contains")),
        ),
    ),
    ("bundle",), identity="key", required=(("bundle",),),
)  # fmt: skip
RESOURCES = Resources((PRIMITIVE, GROUP, CLONE, PROMOTABLE, MASTER, BUNDLE))

# ---- constraints

RESOURCE_SET = Record(
    "resource-set", ResourceSet, keys_of(ResourceSet), ("resource_set",), required=(("resources", "ref"),),
)  # fmt: skip
_SETS = Items(RESOURCE_SET)
_LIFETIME = Wrapped(Lifetime, "rules", Items(LOCATION_RULE))
LOCATION = Record(
    "location", Location, keys_of(Location, sets=_SETS, rules=Items(LOCATION_RULE), lifetime=_LIFETIME),
    ("rsc_location",), identity="key", required=(("resource", "pattern", "sets"), ("node", "rules")),
    exclusive=(("resource", "pattern", "sets"),), together=(("node", "score"),),
)  # fmt: skip
COLOCATION = Record(
    "colocation", Colocation, keys_of(Colocation, sets=_SETS, lifetime=_LIFETIME), ("rsc_colocation",), identity="key",
    required=(("resource", "sets"),), exclusive=(("resource", "sets"), ("with-resource", "sets")),
    together=(("resource", "with-resource"), ("with-resource", "resource")),
)  # fmt: skip
ORDER = Record(
    "order", Order, keys_of(Order, sets=_SETS, lifetime=_LIFETIME), ("rsc_order",), identity="key",
    required=(("first", "sets"),), exclusive=(("first", "sets"), ("then", "sets"), ("kind", "score")),
    together=(("first", "then"), ("then", "first")),
)  # fmt: skip
TICKET = Record(
    "ticket", Ticket, keys_of(Ticket, sets=_SETS), ("rsc_ticket",), identity="key",
    required=(("ticket",), ("resource", "sets")), exclusive=(("resource", "sets"),),
)  # fmt: skip

# ---- the rest

NODE = Record(
    "node", Node, (Key("id", ("id",), Words()), *keys_of(
        Node, leave_out=("name",), attributes=Sets(PARAMS, " attribute "),
        utilization=Sets(UTILIZATION, " utilization "),
    )), ("node",), identity="key",
)  # fmt: skip
LEVEL = Record(
    "level", FencingLevel, keys_of(FencingLevel, devices=Ids(joined=True)), ("fencing-level",),
    required=(("target", "target-pattern", "target-attribute"), ("index",), ("devices",)),
    exclusive=(("target", "target-pattern", "target-attribute"),),
    together=(("target-attribute", "target-value"), ("target-value", "target-attribute")),
)  # fmt: skip
PERMISSION = Record(
    "permission", Permission, keys_of(Permission), ("acl_permission",), required=(("kind",),),
)  # fmt: skip
ROLE = Record("acl-role", AclRole, keys_of(AclRole, permissions=Items(PERMISSION)), ("acl_role",), identity="key")
USER = Record("acl-user", AclSubject, keys_of(AclSubject), ("acl_target",), identity="key")
USER_GROUP = replace(USER, name="acl-group", tags=("acl_group",))
SELECT = Record(
    "select", Select,
    keys_of(
        Select, attributes=SelectedNames(), fencing=Flag(FlagElement, "select_fencing"),
        nodes=Flag(FlagElement, "select_nodes"), resources=Flag(FlagElement, "select_resources"),
    ),
    ("select",), identity="none",
)  # fmt: skip
RECIPIENT = Record("recipient", Recipient, keys_of(Recipient), ("recipient",), identity="key", required=(("value",),))
ALERT = Record(
    "alert", Alert, keys_of(Alert, select=SELECT, recipients=Named(RECIPIENT)), ("alert",), identity="key",
    required=(("path",),),
)  # fmt: skip

_ACLS = AclSection(
    roles=Named(ROLE, "acl-role"),
    users=Named(USER, "acl-target", claims=False),
    groups=Named(USER_GROUP, "acl-group", claims=False),
)
OPENSTACK = "openstack"  # a section that stands for others: deployments.py
SECTIONS: tuple[Section, ...] = (
    Section("deployment", Words()),
    Section("schema", Words()),
    Section("properties", Sets(PROPERTIES, "property "), "crm_config"),
    Section("resource-defaults", Sets(META, "resource-default "), "rsc_defaults"),
    Section("operation-defaults", Sets(META, "operation-default "), "op_defaults"),
    Section("nodes", Named(NODE, "node", key_field="name", claims=False), "nodes"),
    Section("templates", Named(TEMPLATE, "resource"), "resources"),
    Section("resources", RESOURCES, "resources"),
    Section("locations", Named(LOCATION, "location"), "constraints"),
    Section("colocations", Named(COLOCATION, "colocation"), "constraints"),
    Section("orders", Named(ORDER, "order"), "constraints"),
    Section("tickets", Named(TICKET, "ticket"), "constraints"),
    Section("fencing-topology", Items(LEVEL), "fencing-topology"),
    Section("tags", TagSection(), "tags"),
    Section("acls", _ACLS, "acls"),
    Section("alerts", Named(ALERT, "alert"), "alerts"),
    Section("extra", Extra(), "configuration"),
)
