"""Promotion scores, as agents of promotable clones report them: without one, nothing is ever promoted."""

from __future__ import annotations

from pacewright.cib.scheduler.nodestate import NodeState, StatusSection
from pacewright.cib.scheduler.transition import GraphAction

# What ocf:pacemaker:Stateful reports.
PROMOTED_SCORE = "10"
UNPROMOTED_SCORE = "5"


def report_score(status: StatusSection, action: GraphAction) -> None:
    """The score that the agent reports after an operation: the first instance to start gets the higher one."""
    if not _is_promotable(action):
        return
    state = _reports_to(status, action)
    name = f"master-{action.resource}"
    match action.operation:
        case "start" if state.attribute(name) is None:
            others = any(other.attribute(name) is not None for other in status.all())
            state.set_attribute(name, UNPROMOTED_SCORE if others else PROMOTED_SCORE)
        case "promote":
            state.set_attribute(name, PROMOTED_SCORE)
        case "demote":
            state.set_attribute(name, UNPROMOTED_SCORE)
        case "stop":
            state.remove_attributes(lambda each: each == name)


def _is_promotable(action: GraphAction) -> bool:
    return "promoted_max" in action.meta or "master_max" in action.meta


def _reports_to(status: StatusSection, action: GraphAction) -> NodeState:
    """The node that keeps the score: a bundle may ask for its host's instead of its own."""
    host = action.meta.get("physical_host")
    if action.meta.get("container_attribute_target") == "host" and host:
        return status.named(host)
    return status.of(action)
