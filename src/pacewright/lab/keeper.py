"""The process that holds a lab: ``python -m pacewright.lab.keeper NAME``, started in namespaces of its own.

It is the first process of its PID namespace and its mounts and network are nobody else's: when it ends, however it
ends, the kernel ends the nodes and takes away mounts, bridge and addresses.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pacewright.cluster import process
from pacewright.lab import network
from pacewright.lab.control import IPMI, Document, serve
from pacewright.lab.layout import Lab, LabNode, load_lab
from pacewright.lab.machine import SELF_TEST_SECONDS, Machine
from pacewright.lab.node_files import write_membership
from pacewright.lab.rerooting import take_root
from pacewright.model.errors import PacewrightError

SHARED = "/srv/shared"  # one folder that all nodes write to, as they would on NFS or CephFS


class Keeper:
    """All verbs of the control socket are methods here, by their name with ``_`` for ``-``."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.machines: dict[str, Machine] = {}
        self.bmcs: dict[str, process.Started] = {}
        self.cuts: list[network.Cut] = []
        self.ready = False
        self._change = threading.RLock()  # of what the lab consists of

    def start(self) -> None:
        _own_mounts()
        network.lay_bridge()
        self._filter()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._attach, self.lab.nodes))
        for node in self.lab.nodes:
            self._boot(node)
        self.ready = True

    def answer(self, verb: str, words: dict[str, Any]) -> Document:
        method = VERBS.get(verb)
        if method is None:
            raise PacewrightError(f"the keeper does not know '{verb}'")
        told: Document | None = method(self, **words)
        return told or {}

    # What a BMC asks.

    def power(self, node: str, who: str = "") -> Document:  # noqa: ARG002
        return {"on": self._machine(node).on}

    def power_off(self, node: str, who: str) -> None:
        machine = self._machine(node)
        if machine.on:
            self._event(f"{node}: power off ({who})")
        machine.power_off()

    def power_on(self, node: str, who: str) -> None:
        machine = self._machine(node)
        if not machine.on:
            self._event(f"{node}: power on ({who})")
        machine.power_on(SELF_TEST_SECONDS if who == IPMI else 0.0)

    def power_reset(self, node: str, who: str) -> None:
        self.power_off(node, who)
        self.power_on(node, who)

    # What people ask.

    def freeze(self, node: str) -> None:
        self._event(f"{node}: frozen")
        self._machine(node).freeze(frozen=True)

    def cut(self, nodes: list[str]) -> None:
        for name in nodes:
            self._machine(name)
        self._event(f"cut: {':'.join(nodes)}")
        with self._change:
            self.cuts = [*(c for c in self.cuts if c != tuple(nodes)), tuple(nodes)]
            self._filter()

    def heal(self, nodes: list[str]) -> Document:
        """Ends cuts and freezes of the nodes named; all when none is."""
        with self._change:
            gone = [c for c in self.cuts if not nodes or set(c) & set(nodes)]
            self.cuts = [c for c in self.cuts if c not in gone]
            self._filter()
        thawed = [n for n, m in self.machines.items() if m.frozen and m.on and (not nodes or n in nodes)]
        for name in thawed:
            self.machines[name].freeze(frozen=False)
        self._event(f"healed: {', '.join([':'.join(c) for c in gone] + thawed) or 'nothing was cut'}")
        return {"cuts": [":".join(c) for c in gone], "thawed": thawed}

    def status(self) -> Document:
        nodes = {
            name: {"on": m.on, "frozen": m.frozen and m.on, "bmc": self.bmcs[name].runs}
            for name, m in list(self.machines.items()) if name in self.bmcs
        }  # fmt: skip
        return {"ready": self.ready, "nodes": nodes, "cuts": [":".join(c) for c in self.cuts]}

    def add(self, node: str) -> None:
        """A new member: disk, BMC, files of the others; booted."""
        with self._change:
            lab = self.lab.with_node(node)
            self._become(lab)
            self._attach(lab.node(node))
            self._boot(lab.node(node))

    def remove(self, node: str) -> None:
        with self._change:
            lab = self.lab.without_node(node)
            machine = self.machines.pop(node)
            machine.power_off()
            bmc = self.bmcs.pop(node)
            bmc.kill()
            bmc.wait()
            machine.unmount()
            network.remove_bmc_address(machine.node)
            self.cuts = [c for c in self.cuts if node not in c]
            self._become(lab)
            self._filter()
            self._event(f"{node}: removed")

    def end(self) -> None:
        self._event("end")
        threading.Timer(0.05, os._exit, (0,)).start()

    # How it is done.

    def _attach(self, node: LabNode) -> None:
        from pacewright.lab.containers import binds

        shared = os.path.join(self.lab.folder, "shared")
        os.makedirs(shared, exist_ok=True)
        places = [f"--bind={shared}:{SHARED}", *binds(self.lab, node)]
        machine = Machine(self.lab, node, places, lambda what: self._event(f"{node.name}: {what}"))
        machine.mount()
        network.add_bmc_address(node)
        self.machines[node.name] = machine

    def _boot(self, node: LabNode) -> None:
        self._event(f"{node.name}: power on (lab)")
        self.machines[node.name].power_on()
        self.bmcs[node.name] = process.start(
            [sys.executable, "-m", "pacewright.lab.bmc", self.lab.name, node.name],
            log=self.lab.node_path(node, "bmc.log"), environment=kept_environment(),
        )  # fmt: skip

    def _become(self, lab: Lab) -> None:
        """The lab with other nodes: told to those that stay."""
        self.lab = lab
        lab.save()
        for machine in self.machines.values():
            machine.lab = lab
            write_membership(lab, machine.node, machine.root)

    def _machine(self, name: str) -> Machine:
        if name not in self.machines:
            raise PacewrightError(f"lab '{self.lab.name}' has no node '{name}'")
        return self.machines[name]

    def _filter(self) -> None:
        network.filter_frames(self.cuts, {n.name: n for n in self.lab.nodes})

    def _event(self, text: str) -> None:
        with open(self.lab.path("events.log"), "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {text}\n")


VERBS: dict[str, Any] = {
    "power": Keeper.power, "power-off": Keeper.power_off, "power-on": Keeper.power_on,
    "power-reset": Keeper.power_reset, "freeze": Keeper.freeze, "cut": Keeper.cut, "heal": Keeper.heal,
    "status": Keeper.status, "add": Keeper.add, "remove": Keeper.remove, "end": Keeper.end,
}  # fmt: skip


def kept_environment() -> dict[str, str]:
    """Variables that say where labs are, for our own processes."""
    return {name: os.environ[name] for name in ("PACEWRIGHT_LABS", "PACEWRIGHT_IMAGES") if name in os.environ}


def _own_mounts() -> None:
    """The host's mounts and ours are apart from now on; what nspawn leaves in /run and /tmp ends with us."""
    for command in (["mount", "--make-rprivate", "/"], ["mount", "-t", "tmpfs", "tmpfs", "/run"],
                    ["mount", "-t", "tmpfs", "tmpfs", "/tmp"]):  # fmt: skip  # noqa: S108
        process.run(command, timeout=20).required()


def main(name: str) -> None:
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: os._exit(0))
    try:
        take_root()
    except OSError as error:
        print(f"the root stays a chroot's: {error.strerror}; 'podman exec' in nodes leads out of them", file=sys.stderr)
    keeper = Keeper(load_lab(name))
    serve(keeper.lab.folder, keeper.answer)
    keeper.start()
    while True:
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1])
