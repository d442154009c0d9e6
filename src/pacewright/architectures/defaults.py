"""What an architecture sets for the whole cluster. Data: ``catalogue/architectures.yaml``."""

from __future__ import annotations

from typing import Any

from pacewright.architectures.selection import Selection
from pacewright.catalogue.data import load
from pacewright.catalogue.releases import within
from pacewright.model.origin import Origin


def build(selection: Selection) -> None:
    deployment = selection.deployment
    rows: Any = load("architectures")
    for row in rows:
        fits = deployment.architecture in row["architectures"] and selection.holds(row.get("when", {}))
        if fits and within(deployment.release, row.get("since"), row.get("until")):
            origin = Origin(f"{deployment.architecture}: of the whole cluster ({row['source']})", "architecture")
            selection.draft.add(row["section"], row["name"], row["value"], origin)
