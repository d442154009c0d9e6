"""Container images on one machine: which a name means, what a container runs, which Pacemaker is inside.

Each function gets the runner of a node and asks podman (or docker, which has the same words). Raises ToolError,
Unreachable.
"""

from __future__ import annotations

import re

from pacewright.cluster.runner import Runner
from pacewright.model.errors import ToolError

_SECONDS = 60.0
_NOT_THERE = re.compile(r"no such (image|object|container)|image not known|unable to find", re.IGNORECASE)
_RELEASE = re.compile(rb"Pacemaker (\d+\.\d+\.\d+)")
_REMOTED = "/usr/sbin/pacemaker_remoted"


def image_id(runner: Runner, runtime: str, name: str) -> str | None:
    """The id of the image that a name means there; None where there is none."""
    return _inspected(runner, [runtime, "image", "inspect", "--format", "{{.Id}}", "--", name])


def container_image(runner: Runner, runtime: str, container: str) -> str | None:
    """The id of the image that a container was made of; None where there is no such container."""
    return _inspected(runner, [runtime, "container", "inspect", "--format", "{{.Image}}", "--", container])


def tag(runner: Runner, runtime: str, image: str, name: str) -> None:
    """Makes a local name mean an image (its id), whatever it meant before.

    podman 4.3 leaves it as it is where an image of a read-only store has that name already, and one of the node's own
    store, which comes first, has it too: then the latter must lose it before.
    """
    _told(runner, [runtime, "tag", image, name])
    if image_id(runner, runtime, name) != image:
        _told(runner, [runtime, "untag", name, name])
        _told(runner, [runtime, "tag", image, name])
    if (now := image_id(runner, runtime, name)) != image:
        raise ToolError([runtime, "tag"], 1, f"{name} means {now or 'nothing'} still")


def pacemaker_inside(runner: Runner, runtime: str, image: str) -> str | None:
    """The release of pacemaker_remoted in an image, asked in a container that lives for that; None without one."""
    words = ["run", "--rm", "--network=none", f"--entrypoint={_REMOTED}", image, "--version"]
    done = runner.run([runtime, *words], timeout=_SECONDS)
    found = _RELEASE.search(done.stdout)
    return found[1].decode() if found else None


def pacemaker_release(runner: Runner) -> str | None:
    """The release of Pacemaker on the machine itself, by a tool that members and remote nodes both have."""
    found = _RELEASE.search(runner.run(["crm_node", "--version"], timeout=_SECONDS).stdout)
    return found[1].decode() if found else None


def _told(runner: Runner, command: list[str]) -> None:
    done = runner.run(command, timeout=_SECONDS)
    if done.code != 0:
        raise ToolError(command, done.code, done.stderr)


def _inspected(runner: Runner, command: list[str]) -> str | None:
    done = runner.run(command, timeout=_SECONDS)
    if done.code == 0:
        return done.stdout.decode(errors="replace").strip().removeprefix("sha256:") or None
    if _NOT_THERE.search(done.stderr):
        return None
    raise ToolError(command, done.code, done.stderr)
