"""Containers inside lab nodes: podman (or docker), and one image for bundles that all nodes of all labs share.

For podman the image is in an image store that podman itself makes once, in a throw-away container of the nodes' own
image. Nodes get the store read-only, as an additional one: no node imports, copies or unpacks anything. docker has
nothing like it: its nodes get a tar file, read-only, and import it when they boot first.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

import yaml

from pacewright.cluster import process
from pacewright.lab import images
from pacewright.lab.layout import Lab, LabNode, Say
from pacewright.lab.node_files import enable, put

PACK_SECONDS = 300.0
_REVISION = 1  # of how a store is made: raise it to have stores made anew


@cache
def _described() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "containers.yaml"), "rb") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found


def image_name() -> str:
    """What bundles have as their ``image``."""
    name: str = _described()["image"]["name"]
    return name


def shared_path(release: str, runtime: str) -> str:
    """The folder that nodes share."""
    image = _described()["image"]
    words = [str(_REVISION), release, image["name"], *image["packages"]]
    words += [word for item in sorted(image["files"].items()) for word in item]
    kind = "bundle" if runtime == "podman" else f"bundle-{runtime}"
    return images.cached_path(f"{release}-{kind}", words)


def prepare(lab: Lab, say: Say) -> str:
    """The folder that nodes share, made now if it is not there. ``lab.image`` is there. Raises PacewrightError."""
    path = shared_path(lab.release, lab.bundles)
    with images.locked(path):
        if not os.path.isdir(path):
            say(f"making the container image {os.path.basename(path)}: about a minute, this once")
            _make(lab, path)
    return path


def write_files(root: str, runtime: str) -> None:
    """The runtime's settings, for the layer that all nodes share."""
    for name, content in _described()[runtime]["files"].items():
        put(root, name, content)
    for unit in _described()[runtime]["units"]:
        enable(root, unit, "/etc/systemd/system")


def binds(lab: Lab, node: LabNode) -> list[str]:
    """systemd-nspawn's options for what a node's containers need of the host."""
    if not lab.bundles:
        return []
    runtime = _described()[lab.bundles]
    own = lab.node_path(node, "containers")
    os.makedirs(own, exist_ok=True)
    return [f"--bind={own}:{runtime['own']}", f"--bind-ro={lab.bundle_image}:{runtime['shared']}"]


def _make(lab: Lab, path: str) -> None:
    draft = f"{path}.draft"
    images.remove_left(draft)
    os.mkdir(draft)
    try:
        made, archive = os.path.join(draft, "made"), os.path.join(draft, "root.tar")
        os.mkdir(made, 0o755)
        _pack(lab.release, os.path.join(draft, "root"), archive)
        if lab.bundles == "podman":
            _import(lab.image, archive, made)
        else:
            os.rename(archive, os.path.join(made, "root.tar"))
        os.rename(made, path)
    finally:
        images.remove_left(draft)


def _pack(release: str, root: str, archive: str) -> None:
    """The container's file system as a tar file, which is what podman imports."""
    image = _described()["image"]
    images.bootstrap(release, tuple(image["packages"]), root, variant="minbase")
    for name, content in image["files"].items():
        put(root, name, content)
    process.run(
        ["tar", "--create", f"--file={archive}", f"--directory={root}", "--numeric-owner", "--one-file-system",
         "--xattrs", "--xattrs-include=*", "."], timeout=PACK_SECONDS,
    ).required()  # fmt: skip
    images.remove_tree(root)


def _import(node_image: str, archive: str, store: str) -> None:
    words = [sys.executable, "-m", "pacewright.lab.importing", node_image, archive, store, image_name()]
    process.run([*images.CONTAINED, *words], timeout=PACK_SECONDS).required()
