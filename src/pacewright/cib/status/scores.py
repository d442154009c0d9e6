"""Node scores and promotion scores of a crm_simulate answer (``--show-scores``).

The scheduler prints a resource's table at each step of its work: for its clone or bundle first, for itself last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from pacewright.cib.xml import Node
from pacewright.model.immutable import immutable
from pacewright.model.values import INFINITY, score

_FINAL = "primitive"  # pcmk__primitive_assign: where one instance is placed at last


@immutable(frozen=True, slots=True)
class Scores:
    """``steps``: instance id to the scheduler's step to node to score. ``promotion``: by (instance id, node)."""

    steps: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    promotion: dict[tuple[str, str], int] = field(default_factory=dict)

    @staticmethod
    def of(answer: Node) -> Scores:
        found = Scores()
        for row in answer.iterfind("allocations/node_weight"):
            table = found.steps.setdefault(str(row.get("id")), {}).setdefault(str(row.get("function")), {})
            table[str(row.get("node"))] = score(row.get("score") or "0") or 0
        for row in answer.iterfind("allocations/promotion_score"):
            if row.get("node"):
                found.promotion[str(row.get("id")), str(row.get("node"))] = score(row.get("score") or "0") or 0
        return found

    def allowed(self, instances: Iterable[str], node: str, *, final: bool = False) -> bool:
        """Whether locations and failures let one of these instances be there; ``final``: and colocations too.

        True where nothing is known. A primitive outside clones has only final scores.
        """
        tables = [t for i in instances for t in self._tables(i, final)]
        steps = {step for step, _ in tables}
        return not steps or all(
            any(t.get(node, -INFINITY) > -INFINITY for s, t in tables if s == step) for step in steps
        )

    def _tables(self, instance: str, final: bool) -> list[tuple[str, dict[str, int]]]:
        tables = list(self.steps.get(instance, {}).items())
        early = [(step, table) for step, table in tables if _FINAL not in step]
        return tables if final or not early else early

    def final(self, instance: str) -> dict[str, int]:
        """The instance's scores by node as it was placed."""
        steps = self.steps.get(instance, {})
        last = [t for step, t in steps.items() if _FINAL in step] or list(steps.values())
        return last[-1] if last else {}
