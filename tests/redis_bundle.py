"""The example's redis bundle as ``pacewright status`` shows it, and a way into its containers."""

from __future__ import annotations

import json
from pathlib import Path

from laboratory import Laboratory

# What podman notes of an image of another store once it has tagged it; no command of its own removes that.
OWN_RECORDS = "/var/lib/containers/storage/overlay-images/images.json"
EXAMPLE = Path(__file__).parents[1] / "examples" / "redis-bundle.yaml"


class Bundle:
    """What ``pacewright status`` says of the bundle, read once."""

    def __init__(self, lab: Laboratory) -> None:
        self.document = json.loads(lab.host("status", "--json", expect=None).stdout)
        found = [r for r in self.document["resources"] if r["id"] == "redis-bundle"]
        self.resource = found[0] if found else {"instances": [], "active": 0, "promoted": 0, "as_desired": False}
        self.hosts = {  # replica's number: the host of its container
            i["copy"]: i["nodes"][0] for i in self.resource["instances"] if "-podman-" in i["id"] and i["nodes"]
        }
        roles = {i["copy"]: i["role"] for i in self.resource["instances"] if i["resource"] == "redis" and i["active"]}
        self.promoted = [copy for copy, role in roles.items() if role == "Promoted"]
        self.guests = {n["name"]: n["online"] for n in self.document["nodes"] if n["kind"] == "guest"}

    @property
    def whole(self) -> bool:
        counted = (self.resource["active"], self.resource["promoted"], len(self.promoted)) == (3, 1, 1)
        return counted and self.document["as_desired"] and len(self.guests) == 3 and all(self.guests.values())


def redis(lab: Laboratory, bundle: Bundle, copy: str, *command: str) -> str:
    """redis-cli in a replica's container."""
    done = lab.exec(bundle.hosts[copy], "podman", "exec", f"redis-bundle-podman-{copy}", "redis-cli", *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
