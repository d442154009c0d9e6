"""Containers inside lab nodes: podman (or docker), and images for bundles that all nodes of all labs share.

For podman the images are in an image store that podman itself makes once, in a throw-away container of the nodes' own
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
_REVISION = 3  # of how a store is made: raise it to have stores made anew


@cache
def _described() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "containers.yaml"), "rb") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found


def kinds() -> list[str]:
    """What ``lab up --containers`` takes, the default first."""
    return list(_described()["images"])


def shared_path(release: str, runtime: str, kind: str) -> str:
    """The folder that nodes share."""
    image = _described()["images"][kind]
    words = [str(_REVISION), release, *image["names"], image["update"], *images.flat(image["packages"], release)]
    words += [word for item in sorted(_files(image).items()) for word in item]
    name = "bundle" if kind == kinds()[0] else f"bundle-{kind}"
    return images.cached_path(f"{release}-{name if runtime == 'podman' else f'{name}-{runtime}'}", words)


def _files(image: dict[str, Any]) -> dict[str, str]:
    """What is written into an image, by path; modules are files beside this one."""
    found: dict[str, str] = dict(image["files"])
    for path, name in image.get("modules", {}).items():
        with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
            found[path] = file.read()
    return found


def prepare(lab: Lab, say: Say) -> str:
    """The folder that nodes share, made now if it is not there. ``lab.image`` is there. Raises PacewrightError."""
    path = shared_path(lab.release, lab.bundles, lab.containers)
    with images.locked(path):
        if not os.path.isdir(path):
            say(f"making the container images {os.path.basename(path)}: a minute or two, this once")
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
    image = _described()["images"][lab.containers]
    draft = f"{path}.draft"
    images.remove_left(draft)
    os.mkdir(draft)
    try:
        made, archive = os.path.join(draft, "made"), os.path.join(draft, "root.tar")
        os.mkdir(made, 0o755)
        _pack(lab.release, image, os.path.join(draft, "root"), archive)
        if lab.bundles == "podman":
            _import(lab.image, archive, made, image)
        else:
            os.rename(archive, os.path.join(made, "root.tar"))
            put(made, "names", "".join(f"{name}\n" for name in image["names"]))
        os.rename(made, path)
    finally:
        images.remove_left(draft)


def _pack(release: str, image: dict[str, Any], root: str, archive: str) -> None:
    """The container's file system as a tar file, which is what podman imports."""
    images.bootstrap(release, tuple(images.flat(image["packages"], release)), root, variant="minbase")
    for name, content in _files(image).items():
        put(root, name, content, 0o755 if content.startswith("#!") else 0o644)
    process.run(
        ["tar", "--create", f"--file={archive}", f"--directory={root}", "--numeric-owner", "--one-file-system",
         "--xattrs", "--xattrs-include=*", "."], timeout=PACK_SECONDS,
    ).required()  # fmt: skip
    images.remove_tree(root)


def _import(node_image: str, archive: str, store: str, image: dict[str, Any]) -> None:
    words = [sys.executable, "-m", "pacewright.lab.importing", node_image, archive, store, image["update"]]
    process.run([*images.CONTAINED, *words, *image["names"]], timeout=PACK_SECONDS).required()
