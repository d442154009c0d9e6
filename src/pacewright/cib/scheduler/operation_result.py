"""The result of one operation as a node's controller writes it into the status section (``lrm_rsc_op``)."""

from __future__ import annotations

from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True, kw_only=True)
class OperationResult:
    """``resource``: the name of its history. ``interval``: milliseconds. ``code``: the agent's exit code, a failure
    where it is not the ``expected`` one. ``transition``: its number and the DC that counts. ``node``: whose controller
    wrote it. ``now``: seconds since 1970."""

    resource: str
    operation: str
    interval: int = 0
    code: int = 0
    expected: int = 0
    call: int
    action: int = 0
    transition: tuple[int, str]
    feature_set: str
    node: str
    now: int
    reason: str = ""

    @property
    def key(self) -> str:
        return f"{self.resource}_{self.operation}_{self.interval}"

    @property
    def id(self) -> str:
        """One entry for what was done once last, one for each monitor, each side of a migration, the last failure."""
        if self.operation in ("migrate_to", "migrate_from"):
            return self.key
        if self.code != self.expected:
            return f"{self.resource}_last_failure_0"
        return self.key if self.interval else f"{self.resource}_last_0"

    @property
    def attributes(self) -> dict[str, str]:
        transition = f"{self.action}:{self.transition[0]}:{self.expected}:{self.transition[1]}"
        return {
            "operation_key": self.key, "operation": self.operation, "crm-debug-origin": "pacewright",
            "crm_feature_set": self.feature_set, "transition-key": transition,
            "transition-magic": f"0:{self.code};{transition}", "exit-reason": self.reason, "on_node": self.node,
            "call-id": str(self.call), "rc-code": str(self.code), "op-status": "0", "interval": str(self.interval),
            "last-rc-change": str(self.now), "exec-time": "0", "queue-time": "0",
        }  # fmt: skip
