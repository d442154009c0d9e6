"""podman's import in a throw-away container: ``python -m ... NODE-IMAGE ARCHIVE STORE UPDATE NAME...``.

The first NAME is imported, the others are tags of it; UPDATE is the same with another label, so of another id.

Runs in mount and PID namespaces of its own: what nspawn leaves behind ends with them. The node's podman writes the
store, so that nodes can read it; the node's image is not changed.
"""

from __future__ import annotations

import sys

from pacewright.cluster import process

SECONDS = 240.0
_ARCHIVE = "/var/tmp/image.tar"  # noqa: S108 (in the container)


def main(node_image: str, archive: str, store: str, update: str, first: str, *others: str) -> None:
    for folder in ("/run", "/tmp"):  # noqa: S108
        process.run(["mount", "-t", "tmpfs", "tmpfs", folder], timeout=20).required()
    inside = (node_image, archive, store)
    _podman(*inside, "import", _ARCHIVE, first)
    _podman(*inside, "import", "--change=LABEL rehearsal=update", _ARCHIVE, update)
    for name in others:
        _podman(*inside, "tag", first, name)


def _podman(node_image: str, archive: str, store: str, *words: str) -> None:
    process.run(
        ["systemd-nspawn", "--quiet", f"--directory={node_image}", "--volatile=overlay", "--machine=import",
         "--register=no", "--keep-unit", "--private-network", "--resolv-conf=off", "--timezone=off", "--console=pipe",
         f"--bind={store}:/var/lib/containers/storage", f"--bind-ro={archive}:{_ARCHIVE}",
         "podman", "--storage-driver=overlay", *words],
        environment={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}, timeout=SECONDS,
    ).required()  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
