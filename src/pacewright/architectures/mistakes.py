"""Mistakes of a deployment that show once its services have their places. Each is told once, with a way to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pacewright.architectures.deployment import Deployment
from pacewright.architectures.draft import Draft
from pacewright.catalogue.data import load
from pacewright.catalogue.releases import within
from pacewright.model.report import did_you_mean

if TYPE_CHECKING:
    from pacewright.architectures.selection import Deployed
    from pacewright.catalogue.facts.catalogue import Catalogue

_MEANT = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
# After these a service that is missing may only be mistyped
_NOT_PLACED = ("unknown-service", "not-in-release", "unknown-role")


def judge_roles(deployment: Deployment, draft: Draft) -> None:
    for role, nodes in deployment.roles.items():
        for node in sorted({n for n in nodes if nodes.count(n) > 1}):
            suggestion = f"'{role}: [{', '.join(dict.fromkeys(nodes))}]', or another node in its place"
            draft.problem("node-twice", f"role '{role}' has {node} twice", f"roles/{role}", suggestion)
        if not nodes:
            suggestion = f"'{role}: [NODE, ...]', or without the role if nothing is to run on it"
            draft.problem("role-without-nodes", f"role '{role}' has no nodes", f"roles/{role}", suggestion)


def judge_options(deployment: Deployment, catalogue: Catalogue, draft: Draft) -> None:
    for name, value in deployment.options.items():
        option = catalogue.options.get(name)
        if option is not None and not option.takes(value):
            suggestion = "a whole number" if option.number else _meant(value, option.values)
            draft.problem("unknown-value", f"'{value[:100]}' is no value of option '{name}'", f"options/{name}", suggestion)
    for name in (*deployment.options, *deployment.secrets):
        if name not in catalogue.options:
            suggestion = did_you_mean(name[:100], catalogue.options) or "without it: nothing asks for it"
            draft.problem("unknown-option", f"unknown option '{name[:100]}'", f"options/{name}", suggestion)


def _meant(value: str, values: Sequence[str]) -> str:
    """Of the values that an option takes."""
    word = _MEANT.get(value.lower(), value.lower())
    if word in values:
        return f"write '{word}'"
    return did_you_mean(value[:100], values) or f"one of {', '.join(values)}"


def judge_stores(deployment: Deployment, found: Sequence[Deployed], draft: Draft) -> None:
    """A service that needs a database or broker, where the deployment has none and does not say whose it is."""
    for word, store in deployment.stores.items():
        for name in load("stores")[word][store.way].get("asks", ()):
            if name not in deployment.options:
                message = f"'{word}: {store.way}' needs the option '{name}'"
                draft.problem("missing-option", message, word, f"under 'options:', '{name}: ...'")
    if any(problem.code in _NOT_PLACED for problem in draft.problems):
        return  # it may be what is missing
    provided = {word for each in found for word in (each.service.name, *each.service.provides)}
    for word in load("stores"):
        needy = next((each for each in found if word in each.service.needs), None)
        if needy is not None and word not in provided and word not in deployment.stores:
            draft.problem(
                f"missing-{word}", f"{needy.name} needs a {word}, and nothing deployed is one", needy.path,
                f"'{word}: {next(iter(load('stores')[word]))}', or '{word}: external'",
            )  # fmt: skip


def judge_ports(deployment: Deployment, found: Sequence[Deployed], draft: Draft) -> None:
    """Two services that listen on one port of one node: told once, with all such ports."""
    taken: dict[tuple[str, str, int], Deployed] = {}
    shared: dict[tuple[str, str, str], list[str]] = {}
    paths = {each.name: each.path for each in found}
    release = deployment.release
    for each in found:
        for port in (p for p in each.service.ports if within(release, p.since, p.until)):
            for node in each.nodes:
                other = taken.setdefault((node, port.protocol, port.port), each)
                if other is not each:
                    shared.setdefault((each.name, other.name, node), []).append(f"{port.protocol} {port.port}")
                    break
    for (one, other_one, node), ports in shared.items():
        message = f"{one} and {other_one} both listen on {', '.join(dict.fromkeys(ports))} of {node}"
        suggestion = "one of them on a role of other nodes, or only one of them"
        draft.problem("port-twice", message, paths[one], suggestion)
