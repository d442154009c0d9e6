"""One node as the keeper sees it: a disk (an overlay mount), a power button, a process that is systemd-nspawn."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

from pacewright.cluster import process
from pacewright.cluster.lab import first_child
from pacewright.lab import cgroups
from pacewright.lab.layout import BRIDGE, REMOTE, Lab, LabNode
from pacewright.lab.node_files import write_node
from pacewright.model.errors import PacewrightError

REBOOT = 133  # systemd-nspawn's exit code when the node asked for a reboot
# What a real machine does before its system boots. Without it a node is back before its peers have reported that it was
# fenced; told so then, its Pacemaker stops for good ("We were allegedly just fenced").
SELF_TEST_SECONDS = 5.0
_START = threading.Lock()  # one at a time: see cgroups.starting_in


class Machine:
    """``changed`` is told of each change of power with its cause."""

    def __init__(self, lab: Lab, node: LabNode, binds: Sequence[str], changed: Callable[[str], None]) -> None:
        self.lab, self.node, self.binds, self.changed = lab, node, binds, changed
        self.root = lab.node_path(node, "root")
        self.group = cgroups.group_of(lab.name, node.machine)
        self.frozen = False
        self._process: process.Started | None = None
        self._self_test: threading.Timer | None = None  # between the button and the boot
        self._wanted = False  # to be on: what tells a reboot and a crash from a power cut
        self._button = threading.RLock()

    @property
    def on(self) -> bool:
        """Has power, as its BMC tells."""
        return self._self_test is not None or self._runs

    @property
    def _runs(self) -> bool:
        return self._process is not None and self._process.runs

    def mount(self) -> None:
        """The image, the lab's common files, the node's own writes: in this order from below."""
        lower = self.lab.remote_image if self.node.kind == REMOTE else self.lab.image
        folders = {name: self.lab.node_path(self.node, name) for name in ("upper", "work", "root")}
        for folder in folders.values():
            os.makedirs(folder)
        options = f"lowerdir={self.lab.path('common')}:{lower},upperdir={folders['upper']},workdir={folders['work']}"
        process.run(["mount", "-t", "overlay", "overlay", "-o", options, self.root]).required()
        write_node(self.lab, self.node, self.root)

    def unmount(self) -> None:
        process.run(["umount", "--lazy", self.root]).required()

    def power_on(self, self_test: float = 0.0) -> None:
        """``self_test``: seconds until it boots."""
        with self._button:
            if self.on:
                return
            self._wanted = True
            if self_test:
                self._self_test = threading.Timer(self_test, self._tested)
                self._self_test.daemon = True
                self._self_test.start()
            else:
                self._boot()

    def _tested(self) -> None:
        with self._button:
            if self._self_test is threading.current_thread():
                self._self_test = None
                self._boot()

    def _boot(self) -> None:
        with self._button:
            cgroups.remove(self.group)  # one that was frozen when its node died would still be
            with _START, cgroups.starting_in(self.group):
                self._process = process.start(self._command(), log=self.lab.node_path(self.node, "console.log"),
                                              environment={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})  # fmt: skip
            threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()

    def power_off(self) -> None:
        """The cable is pulled: every process of the node ends at once, nothing is written any more."""
        with self._button:
            self._wanted = False
            if self._self_test is not None:
                self._self_test.cancel()
                self._self_test = None
            if self._process is None or not self._runs:
                return
            with contextlib.suppress(ProcessLookupError):
                if leader := first_child(self._process.pid):
                    os.kill(leader, signal.SIGKILL)
            if self._process.wait(5) is None:
                self._process.kill()
                self._process.wait(10)
            self.frozen = False

    def freeze(self, *, frozen: bool) -> None:
        """All processes stand still, as on a host that hangs; or go on."""
        if not self._runs:
            raise PacewrightError(f"{self.node.name} is off")
        cgroups.freeze(os.path.join(self.group, "payload"), frozen=frozen)
        self.frozen = frozen

    def _watch(self, started: process.Started) -> None:
        code = started.wait()
        with self._button:
            again = self._wanted and self._process is started
            if not again:
                return
            self.changed("rebooting" if code == REBOOT else f"shut down (exit code {code})")
            if code == REBOOT:
                time.sleep(0.2)
                self.power_on()
            else:
                self._wanted = False

    def _command(self) -> list[str]:
        return [
            "systemd-nspawn", "--quiet", f"--directory={self.root}", f"--machine={self.node.machine}",
            f"--hostname={self.node.name}", f"--network-bridge={BRIDGE}", "--boot", "--register=no", "--keep-unit",
            "--link-journal=no", "--resolv-conf=off", "--timezone=off", "--capability=all",
            "--system-call-filter=@keyring bpf", "--console=pipe", *self.binds,
        ]  # fmt: skip
