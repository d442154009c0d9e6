"""The operation history of the status section: failures, fail counts, operations in flight."""

from __future__ import annotations

from collections.abc import Container, Iterator

from pacewright.cib.xml import Node
from pacewright.model.status import Failure, InFlight
from pacewright.model.values import score

PENDING_CODE = "193"
REASONS = {
    1: "error", 2: "invalid parameter", 3: "unimplemented feature", 4: "insufficient privileges", 5: "not installed",
    6: "not configured", 7: "not running", 8: "promoted", 9: "failed in promoted role", 124: "timed out",
    189: "interrupted", 190: "degraded", 191: "degraded promoted", 192: "node lost", 193: "pending",
    198: "timed out", 199: "unknown", 0: "running unexpectedly",
}  # fmt: skip
_STATUS_REASONS = {
    "2": "timed out", "3": "not supported", "7": "not installed", "8": "executor disconnected",
    "10": "no fencing device", "11": "no secrets", "12": "invalid",
}  # fmt: skip
_BENIGN_STATUS = ("-1", "1")  # pending, cancelled
_DEGRADED = (190, 191)


def in_flight(cib: Node, online: Container[str]) -> Iterator[InFlight]:
    """Operations begun and not ended, on nodes that are online: a dead node's history says nothing of now."""
    for node, resource, entry in _entries(cib):
        if node in online and (entry.get("rc-code") == PENDING_CODE or entry.get("op-status") == "-1"):
            yield InFlight(resource, str(entry.get("operation")), node)


def failures(cib: Node, online: Container[str]) -> Iterator[Failure]:
    """Failed operations that the history still shows, each once."""
    counts = dict(fail_counts(cib))
    seen: set[tuple[str, ...]] = set()
    for node, resource, entry in _entries(cib):
        key = (node, resource, str(entry.get("operation")), str(entry.get("interval")))
        if node in online and key not in seen and _failed(entry):
            seen.add(key)
            yield _failure(node, resource, entry, counts.get((resource.rpartition(":")[0] or resource, node)))


def fail_counts(cib: Node) -> Iterator[tuple[tuple[str, str], str]]:
    """((resource, node), fail count as written), the greatest of its operations' counts."""
    greatest: dict[tuple[str, str], str] = {}
    for state in cib.iterfind("status/node_state"):
        for pair in state.iterfind("transient_attributes/instance_attributes/nvpair"):
            name = pair.get("name") or ""
            if name.startswith("fail-count-"):
                resource = name.removeprefix("fail-count-").partition("#")[0]
                base, _, number = resource.rpartition(":")
                key = (base if base and number.isdigit() else resource, str(state.get("uname")))
                if _count(pair.get("value")) >= _count(greatest.get(key)):
                    greatest[key] = pair.get("value") or "0"
    yield from greatest.items()


def _entries(cib: Node) -> Iterator[tuple[str, str, Node]]:
    for state in cib.iterfind("status/node_state"):
        node = str(state.get("uname") or state.get("id"))
        for resource in state.iterfind("lrm/lrm_resources/lrm_resource"):
            for entry in resource.iterfind("lrm_rsc_op"):
                yield node, str(resource.get("id")), entry


def _failed(entry: Node) -> bool:
    status, code = entry.get("op-status") or "0", _integer(entry.get("rc-code"))
    if status in _BENIGN_STATUS or code is None or str(code) == PENDING_CODE or code in _DEGRADED:
        return False
    if entry.get("operation") == "monitor" and entry.get("interval") in (None, "0"):  # a probe asks, it does not expect
        return code not in (0, 7, 8) or status == "2"
    return code != _expected(entry) or status not in ("0",)


def _expected(entry: Node) -> int:
    """The exit code that the scheduler expected: the third part of the transition key."""
    parts = (entry.get("transition-key") or "").split(":")
    return int(parts[2]) if len(parts) > 3 and parts[2].isdigit() else 0


def _failure(node: str, resource: str, entry: Node, count: str | None) -> Failure:
    code, status = _integer(entry.get("rc-code")) or 0, entry.get("op-status") or "0"
    reason = entry.get("exit-reason") or _STATUS_REASONS.get(status) or REASONS.get(code, f"exit code {code}")
    when = _integer(entry.get("last-rc-change") or entry.get("last-run"))
    return Failure(
        resource, str(entry.get("operation")), _integer(entry.get("interval")) or 0, node, code, reason, when, count
    )


def _integer(text: str | None) -> int | None:
    return int(text) if text and text.lstrip("-").isdigit() else None


def _count(text: str | None) -> int:
    return score(text or "0") or 0
