"""Mistakes of a deployment that show once its services have their places. Each is told once, with a way to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pacewright.architectures.deployment import Deployment, Store
from pacewright.architectures.draft import Draft
from pacewright.catalogue.data import load
from pacewright.catalogue.releases import within
from pacewright.model.report import did_you_mean

if TYPE_CHECKING:
    from pacewright.architectures.selection import Deployed
    from pacewright.catalogue.facts.catalogue import Catalogue

_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")
_SERVICE_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_MEANT = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
# After these a service that is missing may only be mistyped
_NOT_PLACED = ("unknown-service", "not-in-release", "unknown-role")


def judge_roles(deployment: Deployment, draft: Draft) -> None:
    if not deployment.roles:
        draft.problem("no-roles", "no role has nodes", "roles", "'roles: {controller: [NODE, ...]}'")
    if not deployment.services and not deployment.stores:
        draft.problem("no-services", "no service is deployed", "services", "'services: [NAME, ...]'")
    _judge_nodes(deployment, draft)
    for role, nodes in deployment.roles.items():
        for node in sorted({n for n in nodes if nodes.count(n) > 1}):
            suggestion = f"'{role}: [{', '.join(dict.fromkeys(nodes))}]', or another node in its place"
            draft.problem("node-twice", f"role '{role}' has {node} twice", f"roles/{role}", suggestion)
        if not nodes:
            suggestion = f"'{role}: [NODE, ...]', or without the role if nothing is to run on it"
            draft.problem("role-without-nodes", f"role '{role}' has no nodes", f"roles/{role}", suggestion)


def _judge_nodes(deployment: Deployment, draft: Draft) -> None:
    """Names that no host can have, and two that are one host: host names do not heed case."""
    seen: dict[str, str] = {}
    for role, nodes in deployment.roles.items():
        for node in dict.fromkeys(nodes):
            if not _HOST_NAME.fullmatch(node):
                message = f"'{node[:100]}' cannot be the name of a node"
                draft.problem("bad-node-name", message, f"roles/{role}", "letters, digits, '-', '_' and '.' inside")
            elif (other := seen.setdefault(node.lower(), node)) != node:
                draft.problem("node-twice", f"{other} and {node} are one host", f"roles/{role}", f"write '{other}'")


def judge_options(deployment: Deployment, catalogue: Catalogue, draft: Draft) -> None:
    for name, value in deployment.options.items():
        option = catalogue.options.get(name)
        if option is not None and not option.takes(value):
            suggestion = "a whole number" if option.number else _meant(value, option.values)
            draft.problem(
                "unknown-value", f"'{value[:100]}' is no value of option '{name}'", f"options/{name}", suggestion
            )
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


def judge_services(deployment: Deployment, found: Sequence[Deployed], draft: Draft) -> None:
    """One service twice on one node: what runs it would have it under two names, and each would stop the other's."""
    named = [each.name for each in deployment.services]
    for name in dict.fromkeys(n for n in named if named.count(n) > 1):
        draft.problem("service-twice", f"'{name[:100]}' is named twice", f"services/{name}", "once is enough")
    for each in found:
        if not _SERVICE_NAME.fullmatch(each.name):
            message = f"'{each.name[:100]}' cannot be the name of a service"
            draft.problem("bad-service-name", message, each.path, "letters, digits, '-', '_' and '.'")
    told = {p.path for p in draft.problems if p.code == "port-twice"}
    for number, each in enumerate(found):
        for other in found[:number]:
            shared = [node for node in each.nodes if node in other.nodes]
            if each.service is other.service and shared and each.path not in told:
                message = f"{each.name} and {other.name} are both {each.service.name}, on {shared[0]}"
                draft.problem("service-twice", message, each.path, "only one of them, or on a role of other nodes")
                break


def judge_stores(deployment: Deployment, found: Sequence[Deployed], draft: Draft) -> None:
    """A service that needs a database or broker, where the deployment has none and does not say whose it is."""
    for word, store in deployment.stores.items():
        _judge_store(word, store, deployment, found, draft)
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


def _judge_store(word: str, store: Store, deployment: Deployment, found: Sequence[Deployed], draft: Draft) -> None:
    """What the word says against the services that are named beside it."""
    own = next((each for each in found if each.asked_for and word in (each.service.name, *each.service.provides)), None)
    if store.role is not None and store.role not in deployment.roles:
        message = f"the {word} is to run on role '{store.role[:100]}', which is not there"
        hint = did_you_mean(store.role[:100], deployment.roles) or f"roles are {', '.join(deployment.roles)}"
        if not any(p.code == "unknown-role" and p.path.startswith(word) for p in draft.problems):
            draft.problem("unknown-role", message, word, hint)
    elif own is not None and store.way == "external":
        message = f"{own.name} is a {word}, which is said to be external"
        draft.problem("store-twice", message, own.path, f"without it, or without '{word}: external'")
    elif own is not None and store.role is not None and own.role != store.role:
        message = f"'{word}' is on role {store.role}, and {own.name} on {own.role}"
        draft.problem("store-twice", message, own.path, f"leave it out: '{word}' brings it")


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
