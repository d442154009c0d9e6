"""Digests of an operation's parameters: how the scheduler notices that a running resource's definition has changed.

op-digest is the MD5 of one space, ``<parameters .../>`` with names in order, and a newline (Pacemaker 2.1 and 3;
``crm_resource --digests`` prints the same).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from lxml import etree

from pacewright.cib.transition import META_PREFIX, GraphAction
from pacewright.cib.xml import Node

# Pacemaker adds these for the agent and leaves them out of digests.
_NOT_DIGESTED = ("id", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip")
Agent = tuple[str, str, str]
# An agent (class, provider, type) to the parameters whose change needs a restart; None for one that cannot reload.
Reloadable = Callable[[Agent], tuple[str, ...] | None]


def no_metadata(_agent: Agent) -> tuple[str, ...] | None:
    """Nothing is known of any agent: every change of a parameter restarts."""
    return None


def digest(parameters: Mapping[str, str]) -> str:
    """MD5 in hexadecimal, as Pacemaker computes it."""
    element = etree.Element("parameters", dict(sorted(parameters.items())))
    text = " " + etree.tostring(element, encoding="unicode") + "\n"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def add_digests(entry: Node, action: GraphAction, reloadable: Reloadable) -> None:
    """Adds what lets the scheduler choose between nothing, a reload and a restart when a parameter changes."""
    parameters = {name: value for name, value in action.parameters.items() if name not in _NOT_DIGESTED}
    if action.interval and "timeout" in action.meta:
        parameters[f"{META_PREFIX}timeout"] = action.meta["timeout"]
    entry.set("op-digest", digest(parameters))
    if action.interval or action.operation == "stop":
        return
    restarting = reloadable(action.agent)
    if restarting is not None:
        entry.set("op-force-restart", f" {' '.join(restarting)} " if restarting else "")
        entry.set("op-restart-digest", digest({k: v for k, v in parameters.items() if k in restarting}))
