"""The example of the containers architecture: its files onto nodes, and a way into its containers."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from laboratory import Laboratory

EXAMPLE = Path(__file__).parents[1] / "examples" / "lab-containers.yaml"
FILES = EXAMPLE.with_suffix("")
PLACE = "/usr/local/lib/lab-containers"
VIP = "192.0.2.101"


def prepare(lab: Laboratory) -> None:
    """As docs/lab.md says it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(FILES, ".")
    for node in lab.nodes:
        assert lab.exec(node, "mkdir", "-p", PLACE).returncode == 0
        unpack = lab.entered(node, "tar", "-xf", "-", "-C", PLACE)
        subprocess.run(unpack, input=packed.getvalue(), check=True, timeout=60)
        done = lab.exec(node, f"{PLACE}/prepare")
        assert done.returncode == 0, done.stderr


def inside(lab: Laboratory, number: int, service: str, *command: str) -> str:
    """Runs a command in the container that a service has on a node."""
    node = lab.nodes[number]
    found = lab.exec(
        node, "podman", "ps", "--format", "{{.Names}}", "--filter", f"name={service}-bundle"
    ).stdout.split()
    assert len(found) == 1, (node, service, found)
    done = lab.exec(node, "podman", "exec", found[0], *command)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def sql(lab: Laboratory, number: int, statement: str) -> str:
    """As root by the server's own socket."""
    return inside(lab, number, "galera", "mysql", "--batch", f"--execute={statement}")
