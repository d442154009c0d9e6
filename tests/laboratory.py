"""The lab that cluster tests share: three real nodes, put back to how they were before each test."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from pacewright.cluster.lab import LabRunner, entering
from pacewright.lab.layout import load_lab

SOURCE = Path(__file__).resolve().parents[1] / "src"
INSTALLED = "/usr/lib/python3/dist-packages"
NODE_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C"}
FENCING_SECONDS = 20.0
ADDITIONS = "database,broker,web"  # of every lab in tests/cluster, so that one image serves all
Done = subprocess.CompletedProcess[str]


def host_pacewright(*arguments: str, timeout: float = 600) -> Done:
    """The program as it is run on the lab's host."""
    command = [sys.executable, "-m", "pacewright", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Waits until it holds; the seconds that took. Raises AssertionError."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.25)
    return time.monotonic() - started


class Laboratory:
    """A lab by its name. ``nodes``: names of its members."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lab = load_lab(name)
        self.nodes = [n.name for n in self.lab.members]
        self._runners = {n.name: LabRunner(name, n.name, n.machine) for n in self.lab.nodes}
        self._baseline = ""

    def entered(self, node: str, *command: str) -> list[str]:
        """The command line on the host that runs a command in a node: for Popen."""
        return entering(self._runners[node].leader(), command)

    def exec(self, node: str, *command: str, stdin: str = "", timeout: float = 120) -> Done:
        return subprocess.run(
            self.entered(node, *command), input=stdin, capture_output=True, text=True, check=False, timeout=timeout,
            env=NODE_ENVIRONMENT,
        )  # fmt: skip

    def host(self, *arguments: str, expect: int | None = 0, timeout: float = 600) -> Done:
        """pacewright on the host with ``--cluster lab:NAME``."""
        return _expected(
            host_pacewright("--cluster", f"lab:{self.name}", *arguments, timeout=timeout), expect, arguments
        )

    def pacewright(self, *arguments: str, node: str = "", expect: int | None = 0, timeout: float = 600) -> Done:
        """pacewright inside a node (the first one), on its own cluster."""
        done = self.exec(node or self.nodes[0], "pacewright", *arguments, timeout=timeout)
        return _expected(done, expect, arguments)

    def json(self, *arguments: str, node: str = "", expect: int | None = 0) -> dict:
        return json.loads(self.pacewright(*arguments, "--json", node=node, expect=expect).stdout)

    def control(self, verb: str, *words: str, expect: int | None = 0) -> Done:
        """``pacewright lab VERB``."""
        return _expected(host_pacewright("lab", verb, "--name", self.name, *words), expect, (verb, *words))

    def put(self, node: str, path: str, content: str, mode: int = 0o644) -> None:
        """A file on a node."""
        done = self.exec(node, "tee", path, stdin=content)
        assert done.returncode == 0, done.stderr
        assert self.exec(node, "chmod", f"{mode:o}", path).returncode == 0

    def spec(self, text: str, name: str = "site") -> str:
        """A spec on every node; its path there."""
        for node in self.nodes:
            self.put(node, f"/root/{name}.yaml", text)
        return f"/root/{name}.yaml"

    def version(self, node: str = "") -> tuple[str, str]:
        """(epoch, num_updates)."""
        head = self.exec(node or self.nodes[0], "cibadmin", "--query", "--no-children").stdout
        return tuple(re.search(rf'\b{k}="(\d+)"', head)[1] for k in ("epoch", "num_updates"))

    def install_pacewright(self) -> None:
        """Today's source into nodes that were booted with an older one."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(SOURCE / "pacewright", "pacewright", filter=lambda m: None if "__pycache__" in m.name else m)
        for node in self.nodes:
            subprocess.run(
                self.entered(node, "tar", "-xf", "-", "-C", INSTALLED), input=packed.getvalue(), check=True, timeout=60
            )

    def remember(self) -> None:
        """What ``reset`` goes back to."""
        done = self.exec(self.nodes[0], "cibadmin", "--query", "--scope", "configuration")
        assert done.returncode == 0, done.stderr
        self._baseline = done.stdout

    def reset(self, seconds: float = 120) -> None:
        """All nodes on, connected and online; nothing configured but fencing; no failures; settled."""
        self.control("heal")
        started = time.monotonic()
        while not self._all_online():
            assert time.monotonic() - started < seconds, "the lab's nodes did not come back"
            time.sleep(0.5)
            if time.monotonic() - started > FENCING_SECONDS:
                self._boot_all()
        done = self.exec(
            self.nodes[0], "cibadmin", "--replace", "--scope", "configuration", "--xml-pipe", stdin=self._baseline
        )
        assert done.returncode == 0, done.stderr
        self.exec(self.nodes[0], "crm_resource", "--cleanup", timeout=60)
        self.host("wait", "--timeout", str(int(seconds)))

    def _boot_all(self) -> None:
        """Not before fencing has had its time: a node switched on while it is being fenced looks not fenced."""
        for node in self.nodes:
            self.control("boot", node)

    def _all_online(self) -> bool:
        state = json.loads(host_pacewright("lab", "status", "--name", self.name, "--json").stdout)
        online = all(n["cluster"] == "online" for n in state["nodes"] if n["kind"] == "member")
        return bool(state["dc"]) and state["quorum"] and online


@contextlib.contextmanager
def own_lab(kind: str, *options: str) -> Iterator[Laboratory]:
    """A lab for this occasion alone. ``kind``: how its name begins; others may be beside it. ``options``: of ``lab up``."""
    name = f"{kind}-{uuid.uuid4().hex[:8]}"
    try:
        done = host_pacewright("lab", "up", "--name", name, *options, timeout=1500)
        assert done.returncode == 0, done.stderr
        yield Laboratory(name)
    finally:
        host_pacewright("lab", "down", "--name", name, timeout=120)


def _expected(done: Done, expect: int | None, arguments: tuple[str, ...]) -> Done:
    if expect is not None:
        assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    return done
