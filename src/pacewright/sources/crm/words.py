"""The vocabulary of crm text: what reader and writer must agree on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pacewright.model.attributes import META, PARAMS, UTILIZATION

STATEMENTS = (
    "node", "primitive", "group", "clone", "ms", "master", "bundle", "rsc_template", "location", "colocation",
    "collocation", "order", "rsc_ticket", "property", "rsc_defaults", "op_defaults", "fencing_topology",
    "fencing-topology", "tag", "role", "acl_target", "acl_group", "user", "alert", "monitor", "xml",
)  # fmt: skip
# Commands of crmsh's configure level that change nothing by themselves.
HARMLESS_COMMANDS = (
    "commit", "bye", "exit", "quit", "end", "up", "back", "cd", "configure", "show", "verify", "save", "refresh",
    "ptest", "simulate", "graph", "help", "validate_all", "get_property", "get-property",
)  # fmt: skip
# Commands that would change what the statements say.
OTHER_COMMANDS = (
    "delete", "rm", "erase", "rename", "load", "edit", "filter", "modgroup", "set", "upgrade", "schema",
    "default-timeouts", "default_timeouts", "cib", "cibstatus", "template", "ra", "history", "assist", "rsctest",
)  # fmt: skip

# A value-less name in a set ends where one of these stands.
TERMINATORS = frozenset(
    ("params", "meta", "utilization", "operations", "op", "op_params", "op_meta", "rule", "attributes")
)
PRIMITIVE_SETS: Mapping[str, str] = {"params": PARAMS, "meta": META, "utilization": UTILIZATION}
CONTAINER_SETS: Mapping[str, str] = {"params": PARAMS, "meta": META}
OPERATION_SETS: Mapping[str, str] = {"op_params": PARAMS, "op_meta": META}
NODE_SETS: Mapping[str, str] = {"attributes": PARAMS, "utilization": UTILIZATION}
ALERT_SETS: Mapping[str, str] = {"attributes": PARAMS, "meta": META}
ALERT_TERMINATORS = frozenset(("attributes", "meta", "to", "select", "}"))
BUNDLE_WORDS = ("docker", "podman", "rkt", "network", "storage", "primitive", "meta", "params")
BUNDLE_TERMINATORS = frozenset(BUNDLE_WORDS)
SELECTORS = ("nodes", "fencing", "resources", "attributes")

ID = re.compile(r"[A-Za-z_][\w.-]*")
REFERENCE = re.compile(r"[A-Za-z_#$][^=]*")
HEAD_ID = re.compile(r"([\w-]+):")
BARE_VALUE = re.compile(r"[\w.-]+", re.ASCII)
SCORE_WORDS = {"advisory": "0", "mandatory": "INFINITY"}
# crmsh knows these alone; the other fields of date_spec and duration need XML.
DATE_WORDS = ("hours", "monthdays", "weekdays", "yearsdays", "months", "weeks", "years", "weekyears", "moon")

# Set ids that stand for themselves: statements without an id mean these.
OBSCURED = "******"  # what crmsh prints for the value of a password
PROPERTY_ID = "cib-bootstrap-options"
RESOURCE_DEFAULTS_ID = "rsc-options"
OPERATION_DEFAULTS_ID = "op-options"

# What the words of an ACL role stand for; each @ takes one further argument.
ACL_SHORTCUTS: Mapping[str, tuple[str, ...]] = {
    "meta": ("//primitive[@id='@']/meta_attributes", "/nvpair[@name='@']"),
    "params": ("//primitive[@id='@']/instance_attributes", "/nvpair[@name='@']"),
    "utilization": ("//primitive[@id='@']/utilization",),
    "location": ("//rsc_location[@id='cli-prefer-@' and @rsc='@']",),
    "property": ("//crm_config/cluster_property_set", "/nvpair[@name='@']"),
    "nodeattr": ("//nodes/node/instance_attributes", "/nvpair[@name='@']"),
    "nodeutil": ("//nodes/node/utilization", "[@uname='@']"),
    "node": ("//nodes/node", "[@uname='@']"),
    "status": ("/cib/status",),
    "cib": ("/cib",),
}
# Agents that Pacemaker itself ships. crmsh asks the machine which provider an agent without one has; a conversion
# cannot. crmsh prints an agent without provider only if that is heartbeat, so this is what it means here too.
PACEMAKER_AGENTS = frozenset(
    ("ClusterMon", "HealthCPU", "HealthIOWait", "HealthSMART", "Stateful", "SysInfo", "SystemHealth", "attribute",
     "controld", "ifspeed", "o2cb", "ping", "pingd", "remote")
)  # fmt: skip


def expand_shortcut(word: str, arguments: list[str]) -> str | None:
    """The XPath of ``params:p_IP:ip``; None where the arguments do not fit."""
    parts = ACL_SHORTCUTS[word]
    remaining = list(arguments)
    text = ""
    for number, part in enumerate(parts):
        if "@'" not in part:
            text += part
        elif remaining:
            argument = remaining.pop(0)
            text += part.replace("'@'", f"'{argument}'").replace("cli-prefer-@", f"cli-prefer-{argument}")
        elif number == 0:
            return None
        else:
            break
    return None if remaining else text
