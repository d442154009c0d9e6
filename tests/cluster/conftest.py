"""Real daemons for the tests here: a lab of three nodes, and a one-node cluster in namespaces, each shared by many.

PACEWRIGHT_TEST_LAB=NAME uses a lab that is up already, and leaves it up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from laboratory import ADDITIONS, Laboratory, own_lab
from pacewright.lab.needs import missing_needs

NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts"]
WITHOUT_FENCING = (
    '<cluster_property_set id="cib-bootstrap-options">'
    '<nvpair id="se" name="stonith-enabled" value="false"/></cluster_property_set>'
)


def why_not() -> str | None:
    if os.geteuid() != 0:
        return "needs root, to make namespaces"
    missing = [
        p
        for p in ("corosync", "pacemakerd", "unshare", "nsenter", "ip")
        if shutil.which(p, path="/usr/sbin:/usr/bin:/sbin:/bin") is None
    ]
    if missing:
        return f"needs the programs {', '.join(missing)} (Debian: pacemaker, corosync, iproute2, util-linux)"
    if subprocess.run(["unshare", *NAMESPACES, "--fork", "true"], capture_output=True, check=False).returncode != 0:
        return "this machine does not allow namespaces"
    return None


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    """The shared lab as it happens to be. Tests that need it clean take ``empty_lab``."""
    given = os.environ.get("PACEWRIGHT_TEST_LAB")
    if given:
        shared = Laboratory(given)
        shared.install_pacewright()
        shared.remember()
        yield shared
        shared.reset()
        return
    if missing := missing_needs():
        pytest.skip(f"SKIPPED LOUDLY: no real cluster tested: {'; '.join(missing)}")
    with own_lab("test", "--with", ADDITIONS) as shared:
        shared.remember()
        yield shared


@pytest.fixture
def empty_lab(lab: Laboratory) -> Laboratory:
    """All nodes online, nothing configured but fencing."""
    lab.reset()
    return lab


class Node:
    """Runs programs inside the node."""

    def __init__(self, process: subprocess.Popen[str], leader: int) -> None:
        self.process, self.leader = process, leader
        # --root: the mount namespace alone would lead out of a chroot that the tests may run in.
        self.entered = [
            "nsenter",
            "--target",
            str(leader),
            "--mount",
            "--net",
            "--pid",
            "--ipc",
            "--uts",
            "--root",
            "--",
        ]

    def run(self, *command: str, stdin: str = "", timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.entered, *command], input=stdin, capture_output=True, text=True, check=False, timeout=timeout
        )

    def pacewright(self, *arguments: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = self.run(sys.executable, "-m", "pacewright", *arguments)
        if expect is not None:
            assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *arguments: str, expect: int | None = 0) -> dict:
        return json.loads(self.pacewright(*arguments, "--json", expect=expect).stdout)

    def cib_version(self) -> tuple[str, str]:
        import re

        head = self.run("cibadmin", "--query", "--no-children").stdout
        return tuple(re.search(rf'\b{k}="(\d+)"', head)[1] for k in ("epoch", "num_updates"))


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    if reason := why_not():
        pytest.skip(f"SKIPPED LOUDLY: no real daemons tested: {reason}")
    boot = Path(__file__).with_name("boot_node.py")
    process = subprocess.Popen(
        ["unshare", *NAMESPACES, "--fork", "--kill-child", "--mount-proc", sys.executable, str(boot)],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Node(process, int(children[0]))
    finally:
        process.kill()
        process.wait(timeout=30)


@pytest.fixture
def empty(node: Node) -> Iterator[Node]:
    """The node without resources, and with fencing off."""
    _clear(node)
    yield node
    _clear(node)


def _clear(node: Node) -> None:
    for section in ("constraints", "resources", "crm_config"):
        text = f"<{section}>{WITHOUT_FENCING if section == 'crm_config' else ''}</{section}>"
        done = node.run("cibadmin", "--replace", "--scope", section, "--xml-pipe", stdin=text)
        assert done.returncode == 0, done.stderr
    node.run("crm_resource", "--wait", timeout=90)
