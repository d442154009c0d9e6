"""Releases in which an architecture is nonsense, and those in which nobody ran it. Data: ``catalogue/eras.yaml``."""

from __future__ import annotations

from typing import Any

from pacewright.architectures.deployment import ARCHITECTURES, Deployment
from pacewright.architectures.draft import Draft
from pacewright.catalogue.data import load
from pacewright.catalogue.releases import within


def judge(deployment: Deployment, draft: Draft) -> None:
    architecture, release = deployment.architecture, deployment.release
    era: dict[str, Any] = load("eras").get(architecture, {})
    since, until = era.get("since"), era.get("until")
    if not within(release, since, until):
        draft.problem(
            "not-in-release", f"'{architecture}' is not possible in {release}: {era['because']}", "architecture",
            f"a release {_span(since, until)}, or 'architecture: {_another(release)}'",
        )  # fmt: skip
        return
    first, last = era.get("usual", (None, None))
    if not within(release, first, last):
        draft.warning(
            "unusual-release", f"'{architecture}' was used {_span(first, last)}, not in {release}", "architecture",
            f"'architecture: {_another(release)}' is what was usual then",
        )  # fmt: skip


def _span(since: str | None, until: str | None) -> str:
    return " ".join(word for word in (since and f"since {since}", until and f"until {until}") if word)


def _another(release: str) -> str:
    """The first architecture that was usual in a release."""
    for name in ARCHITECTURES:
        era: dict[str, Any] = load("eras")[name]
        if within(release, era.get("since"), era.get("until")) and within(release, *era.get("usual", (None, None))):
            return name
    raise AssertionError(release)  # a test goes through all of them
