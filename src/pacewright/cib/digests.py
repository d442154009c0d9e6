"""Digests of an operation's parameters: how the scheduler notices that a running resource's definition has changed.

op-digest is the MD5 of one space, ``<parameters .../>`` with names in order, and a newline (Pacemaker 2.1 and 3;
``crm_resource --digests`` prints the same).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from lxml import etree

from pacewright.cib.agent_metadata import AgentMetadata
from pacewright.cib.transition import META_PREFIX, GraphAction
from pacewright.cib.xml import Node

# Pacemaker adds these for the agent and leaves them out of digests.
_NOT_DIGESTED = ("id", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip")
Agents = Callable[[str], AgentMetadata | None]


def no_metadata(_agent: str) -> AgentMetadata | None:
    """Nothing is known of any agent: every change of a parameter restarts."""
    return None


def digest(parameters: Mapping[str, str]) -> str:
    """MD5 in hexadecimal, as Pacemaker computes it."""
    text = f" <parameters{''.join(_attribute(n, parameters[n]) for n in sorted(parameters))}/>\n"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _attribute(name: str, value: str) -> str:
    """`` name="value"``, for names too that no XML attribute may have (``1``): Pacemaker writes them all the same."""
    written = etree.tostring(etree.Element("e", a=value), encoding="unicode")
    return f" {name}={written[len('<e a=') : -len('/>')]}"


def add_digests(entry: Node, action: GraphAction, agents: Agents) -> None:
    """Adds what lets the scheduler choose between nothing, a reload and a restart when a parameter changes."""
    parameters = {name: value for name, value in action.parameters.items() if name not in _NOT_DIGESTED}
    if action.interval and "timeout" in action.meta:
        parameters[f"{META_PREFIX}timeout"] = action.meta["timeout"]
    entry.set("op-digest", digest(parameters))
    if action.interval or action.operation == "stop":
        return
    metadata = agents(":".join(word for word in action.agent if word))
    restarting = None if metadata is None else restart_parameters(metadata)
    if restarting is not None:
        entry.set("op-force-restart", f" {' '.join(restarting)} " if restarting else "")
        entry.set("op-restart-digest", digest({k: v for k, v in parameters.items() if k in restarting}))


def restart_parameters(metadata: AgentMetadata) -> tuple[str, ...] | None:
    """The parameters whose change needs a restart; None for an agent that cannot reload.

    Since OCF 1.1 agents have the action reload-agent and mark what it can take; before, the action reload took all
    parameters that are not unique.
    """
    actions = {action.name for action in metadata.actions}
    if _at_least_1_1(metadata.version):
        if "reload-agent" not in actions:
            return None
        return tuple(p.name for p in metadata.parameters if not p.reloadable)
    if "reload" not in actions:
        return None
    return tuple(p.name for p in metadata.parameters if p.unique_group is not None)


def _at_least_1_1(version: str) -> bool:
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return numbers >= [1, 1]
