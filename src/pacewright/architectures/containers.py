"""Operations of containers: Pacemaker makes a bundle's resources itself, so only defaults with rules reach them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pacewright.architectures.deployment import Deployment, Images
from pacewright.architectures.draft import Draft
from pacewright.architectures.selection import Deployed, Selection, runtime
from pacewright.model.origin import Origin
from pacewright.model.report import did_you_mean

_OPERATIONS = ("start", "stop", "monitor")  # of Pacemaker's agents for containers
_PARTS = "[HOST[:PORT]/]name:tag, names in small letters"
_IMAGE = re.compile(
    r"([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)


def image_of(each: Deployed, images: Images) -> str:
    """The image of a service's containers."""
    assert each.way is not None
    assert each.way.bundle is not None
    if (named := images.names.get(each.name)) is not None:
        return named
    registry = f"{images.registry.rstrip('/')}/" if images.registry else ""
    return f"{registry}{images.prefix}{each.way.bundle.image}:{images.tag}"


def judge(selection: Selection, deployed: Sequence[Deployed]) -> None:
    """Images that are none or of services that are not there, and what is said of containers as a whole."""
    deployment, draft = selection.deployment, selection.draft
    if deployment.architecture != "containers":
        return  # the rest of a deployment may stay as it is where only the architecture is another
    names = [each.name for each in deployed if each.way is not None and each.way.bundle is not None]
    for name, image in deployment.images.names.items():
        path = f"containers/images/{name}"
        if name not in names:
            suggestion = did_you_mean(name[:100], names) or f"containers are {', '.join(names)}"
            draft.problem("unknown-service", f"an image for '{name[:100]}', which has no container", path, suggestion)
        elif not image.strip():
            draft.problem("no-image", f"the image of {name} has no name", path, f"leave it out, or '{name}: IMAGE:TAG'")
        elif not _IMAGE.fullmatch(image):
            draft.problem("bad-image", f"'{image[:100]}' cannot be the name of an image", path, _PARTS)
    _judge_operations(deployment, draft)
    _judge_release(selection, deployed)
    for each in deployed if not any(p.path.startswith("containers/images") for p in draft.problems) else ():
        whole = image_of(each, deployment.images) if each.way is not None and each.way.bundle is not None else None
        if whole is not None and not _IMAGE.fullmatch(whole):
            draft.problem("bad-image", f"'{whole[:100]}' cannot be the name of an image", "containers", _PARTS)
            return


def _judge_operations(deployment: Deployment, draft: Draft) -> None:
    for operation in deployment.images.operations:
        if operation not in _OPERATIONS:
            suggestion = did_you_mean(operation[:100], _OPERATIONS) or f"one of {', '.join(_OPERATIONS)}"
            path = f"containers/operations/{operation}"
            draft.problem("unknown-operation", f"containers have no operation '{operation[:100]}'", path, suggestion)


def _judge_release(selection: Selection, deployed: Sequence[Deployed]) -> None:
    """A service that was in containers only later. Told once, and not where no service was."""
    deployment, draft = selection.deployment, selection.draft
    for each in () if any(p.code == "not-in-release" for p in draft.problems) else deployed:
        bundles = [way for way in each.service.ways if way.bundle is not None and "containers" in way.architectures]
        if bundles and each.way is None and (since := bundles[0].since) is not None:
            message = f"nothing is known of {each.name} in containers in {deployment.release}"
            suggestion = f"a release since {since}, or 'architecture: lightweight'"
            draft.problem("not-in-release", message, "architecture", suggestion)
            return


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
        rule = f"resource ocf:heartbeat:{runtime(deployment)} and op {operation}"
        draft.operation_rule(
            rule, attributes, Origin(f"{operation} of all containers", f"containers/operations/{operation}")
        )
