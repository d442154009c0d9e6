"""An architecture in a release that it was not for: refused where the result would be nonsense, else told."""

from __future__ import annotations

import pytest

from pacewright.architectures.deployment import ARCHITECTURES, Chosen, Deployment, Fencing
from pacewright.architectures.expansion import expand
from pacewright.catalogue.releases import releases

# By architecture: the first and last release in which it is possible, then those in which it is not remarked upon.
# From the fact sheet: MK's and ADMIN 14's agents; OSP Juno to PT 5.0.0 (Newton); migrate_full_to_ng_ha on Mitaka; PT 6.5.15
# (Ocata); PT 7.4.18 (Pike).
ERAS = {
    "classic": ("essex", "mitaka", "essex", "icehouse"),
    "full": ("juno", "newton", "juno", "mitaka"),
    "lightweight": ("essex", "flamingo", "mitaka", "flamingo"),
    "composable": ("essex", "flamingo", "ocata", "flamingo"),
    "containers": ("pike", "flamingo", "pike", "flamingo"),
}


def said(architecture: str, release: str) -> list[str]:
    """Codes, with ``!`` in front where it is an error."""
    cloud = Deployment(
        release, architecture, "rhel", {"controller": ("alice",)}, (Chosen("haproxy", "haproxy"),),
        fencing=Fencing(refused=True),
    )  # fmt: skip
    return [("" if p.warning else "!") + p.code for p in expand(cloud).problems]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_said_of_every_release(architecture):
    known = list(releases())
    first, last, usual, usual_last = map(known.index, ERAS[architecture])
    wanted = {
        release: ["!not-in-release"] if not first <= number <= last
        else [] if usual <= number <= usual_last else ["unusual-release"]
        for number, release in enumerate(known)
    }  # fmt: skip
    assert {release: said(architecture, release) for release in known} == wanted


@pytest.mark.parametrize("release", releases())
def test_some_architecture_is_right_for_every_release(release):
    assert any(said(architecture, release) == [] for architecture in ARCHITECTURES)
