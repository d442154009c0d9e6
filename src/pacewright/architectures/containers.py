"""Operations of containers: Pacemaker makes a bundle's resources itself, so only defaults with rules reach them."""

from __future__ import annotations

from collections.abc import Sequence

from pacewright.architectures.selection import Deployed, Selection, runtime


def build(selection: Selection, deployed: Sequence[Deployed]) -> None:
    """Rules see the agent of an operation's resource, and that is the same for all bundles: they cannot differ."""
    deployment, draft = selection.deployment, selection.draft
    bundles = [each for each in deployed if each.way is not None and each.way.bundle is not None]
    chosen = {chosen.name: chosen.operations for chosen in deployment.services}
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for each in bundles:
        own = chosen.get(each.path.rpartition("/")[2], {})
        for operation in (*deployment.images.operations, *own):
            merged = {**deployment.images.operations.get(operation, {}), **own.get(operation, {})}
            for name, value in merged.items():
                wanted.setdefault((operation, name), {})[each.outer] = value
    rules: dict[str, dict[str, str]] = {}
    for (operation, name), values in wanted.items():
        if len(set(values.values())) == 1 and len(values) == len(bundles):
            rules.setdefault(operation, {})[name] = next(iter(values.values()))
            continue
        first, value = next(iter(values.items()))
        other = next(each.outer for each in bundles if values.get(each.outer) != value)
        draft.problem(
            "bundles-differ", f"{first} and {other} cannot differ in the {name} of their containers' {operation}: "
            f"Pacemaker's rules only see that both are of ocf:heartbeat:{runtime(deployment)}",
            next(each.path for each in bundles if each.outer == (first if first in values else other)),
            "give it under 'containers: operations', for all",
        )  # fmt: skip
    for operation, attributes in rules.items():
        draft.operation_rule(f"resource ocf:heartbeat:{runtime(deployment)} and op {operation}", attributes)
