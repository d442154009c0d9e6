"""Digests of an operation's parameters: how the scheduler notices that a running resource's definition has changed.

op-digest is the MD5 of one space, ``<parameters .../>`` with names in order, and a newline (Pacemaker 2.1 and 3;
``crm_resource --digests`` prints the same).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from pacewright.cib.agent_metadata import AgentMetadata
from pacewright.cib.scheduler.transition import META_PREFIX, GraphAction
from pacewright.cib.xml import Node

# Pacemaker adds these for the agent and leaves them out of digests.
_NOT_DIGESTED = ("id", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip")
_ENTITIES = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "&": "&amp;"}
_WHITE_BEFORE_2_1_8 = {"\t": "    ", "\n": "\\n", "\r": "\\r"}
Agents = Callable[[str], AgentMetadata | None]


def no_metadata(_agent: str) -> AgentMetadata | None:
    """Nothing is known of any agent: every change of a parameter restarts."""
    return None


def digest(parameters: Mapping[str, str], feature_set: str = "3.16.1") -> str:
    """MD5 in hexadecimal, as Pacemaker of that feature set computes it."""
    escape = _escape_since_2_1_8 if _numbers(feature_set) > [3, 19, 0] else _escape_before_2_1_8
    # Names that no XML attribute may have (``1``) are written all the same, so this is no work for an XML library.
    attributes = (f' {name}="{escape(parameters[name])}"' for name in sorted(parameters))
    text = f" <parameters{''.join(attributes)}/>\n"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=4096)
def _escape_since_2_1_8(value: str) -> str:
    escaped = "".join(f"&#x{ord(c):02X};" if c < " " or c == "\x7f" else _ENTITIES.get(c, c) for c in value)
    return escaped.replace("&apos;", "'")


@lru_cache(maxsize=4096)
def _escape_before_2_1_8(value: str) -> str:
    """Its quirk: it stops at the first character that is not ASCII."""
    end = next((i for i, c in enumerate(value) if ord(c) > 127), len(value))
    return "".join(_ENTITIES.get(c) or _WHITE_BEFORE_2_1_8.get(c, c) for c in value[:end]) + value[end:]


# Without a digest Pacemaker 2.1.5 restarts what runs, so even a history that only serves a prediction needs them.
def add_digests(entry: Node, action: GraphAction, agents: Agents) -> None:
    """Adds what lets the scheduler choose between nothing, a reload and a restart when a parameter changes."""
    parameters = {name: value for name, value in action.parameters.items() if name not in _NOT_DIGESTED}
    if action.interval and "timeout" in action.meta:
        parameters[f"{META_PREFIX}timeout"] = action.meta["timeout"]
    entry.set("op-digest", digest(parameters, action.feature_set))
    if action.interval or action.operation == "stop":
        return
    metadata = agents(":".join(word for word in action.agent if word))
    restarting = None if metadata is None else restart_parameters(metadata)
    if restarting is not None:
        entry.set("op-force-restart", f" {' '.join(restarting)} " if restarting else "")
        entry.set(
            "op-restart-digest", digest({k: v for k, v in parameters.items() if k in restarting}, action.feature_set)
        )


def restart_parameters(metadata: AgentMetadata) -> tuple[str, ...] | None:
    """The parameters whose change needs a restart; None for an agent that cannot reload.

    Since OCF 1.1 agents have the action reload-agent and mark what it can take; before, the action reload took all
    parameters that are not unique.
    """
    actions = {action.name for action in metadata.actions}
    if _numbers(metadata.version) >= [1, 1]:
        if "reload-agent" not in actions:
            return None
        return tuple(p.name for p in metadata.parameters if not p.reloadable)
    if "reload" not in actions:
        return None
    return tuple(p.name for p in metadata.parameters if p.unique_group is not None)


@lru_cache(maxsize=16)
def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
