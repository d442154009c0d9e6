"""What an architecture has made so far: sections of a generic spec, each object with the rule behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pacewright.architectures.deployment import Opaque
from pacewright.model.immutable import immutable
from pacewright.model.origin import Origin

Tree = str | Opaque | list["Tree"] | dict[str, "Tree"]
# What addresses of objects begin with, by section (cib/address.py)
WORDS = {
    "properties": "property", "resource-defaults": "resource-default", "operation-defaults": "operation-default",
    "resources": "resource", "locations": "location", "colocations": "colocation", "orders": "order",
}  # fmt: skip


@immutable(frozen=True, slots=True)
class Problem:
    """A mistake in the deployment, at a path."""

    code: str
    message: str
    path: str
    suggestion: str | None = None
    warning: bool = False


@dataclass(slots=True)
class Draft:
    """``sections``: tables by id; ``fencing-topology`` is a list. ``origins``: by address.
    ``rules``: sets of operation defaults with a rule.
    """

    sections: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rules: list[Tree] = field(default_factory=list)

    def add(self, section: str, name: str, value: Tree, origin: Origin) -> None:
        """An object, or a property or default, of a section that is a table. Two rules may make the same one."""
        table = self.sections.setdefault(section, {})
        if name not in table:
            table[name] = value
            self.origins[f"{WORDS[section]} {name}"] = origin
        elif table[name] != value:
            other = self.origins[f"{WORDS[section]} {name}"]
            message = f"{WORDS[section]} '{name}' is made twice: {other.rule}; {origin.rule}"
            self.problem("duplicate-id", message, origin.path, "another id or name for one of them")

    def node(self, name: str) -> None:
        """A node that Pacemaker runs on. It belongs to the cluster, not to the deployment, so it has no origin."""
        nodes = self.sections.setdefault("nodes", {})
        nodes.setdefault(name, {})

    def node_attribute(self, node: str, name: str, value: str, origin: Origin) -> None:
        self.node(node)
        self.sections["nodes"][node].setdefault("attributes", {})[name] = value
        self.origins[f"node {node} attribute {name}"] = origin

    def level(self, node: str, index: int, devices: list[str], origin: Origin) -> None:
        """One step of the fencing topology."""
        levels = self.sections.setdefault("fencing-topology", [])
        levels.append({"target": node, "index": str(index), "devices": devices})
        self.origins[f"level {node} {index}"] = origin

    def operation_rule(self, rule: str, attributes: dict[str, str], origin: Origin) -> None:
        """Defaults of some operations, over those of all."""
        self.rules.append({"score": "10", "rule": rule, "attributes": dict(attributes)})
        self.origins[f"operation-default {rule}"] = origin

    def finish(self) -> None:
        """Defaults with rules are a list of sets."""
        if self.rules:
            plain = self.sections.get("operation-defaults")
            self.sections["operation-defaults"] = [*([{"attributes": plain}] if plain else []), *self.rules]

    def problem(self, code: str, message: str, path: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(code, message, path, suggestion))

    def warning(self, code: str, message: str, path: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(code, message, path, suggestion, warning=True))

    @property
    def failed(self) -> bool:
        return any(not problem.warning for problem in self.problems)
