"""Every version of the configuration, from a CIB manager's own log: who wrote it, how, and what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from laboratory import Laboratory

LOG = "/var/log/pacemaker/pacemaker.log"
_LINE = re.compile(r"pacemaker-based .*?\((\w+)\)\s+\w+: (.*)")
_DONE = re.compile(
    r"Completed (\w+) operation for section (\S+): OK \(rc=0, origin=([^/,]+)/([^/,]+)/\d+, version=\d+\.(\d+)\.(\d+)\)"
)
_EPOCH = re.compile(r"/cib: .*@epoch=")


@dataclass(frozen=True)
class Version:
    """One write of the configuration. ``changes``: lines of its difference."""

    epoch: int
    operation: str
    node: str
    client: str
    changes: tuple[str, ...]

    def value(self, resource: str, parameter: str) -> str | None:
        """What a parameter was set to here; None where it was not."""
        found = None
        for line in self.changes:
            if f"[@id='{resource}']" not in line and f'id="{resource}"' not in line and f'id="{resource}-' not in line:
                continue
            if (
                line.startswith("++") and f'name="{parameter}"' in line and (m := re.search(r'value="([^"]*)"', line))
            ) or (parameter in line and (m := re.search(r"@value=([^,\s]+)", line))):
                found = m[1]
        return found

    @property
    def plan(self) -> str | None:
        """The plan id written here."""
        for line in self.changes:
            if (
                "pacewright-" in line
                and "-plan" in line
                and (m := re.search(r'(?:@value=|value=")([0-9a-f]{32})', line))
            ):
                return m[1]
        return None


class History:
    """What is written from now on, as one node sees it."""

    def __init__(self, lab: Laboratory, node: str) -> None:
        self.lab, self.node = lab, node
        self.begin = int(lab.exec(node, "stat", "--format=%s", LOG).stdout)

    def versions(self) -> list[Version]:
        text = self.lab.exec(self.node, "tail", f"--bytes=+{self.begin + 1}", LOG, timeout=60).stdout
        return list(versions(text.splitlines()))


def unseen(history: Iterable[Version], planned_on: int, written: Version) -> list[Version]:
    """What came after the epoch that a plan was made on and before it was written: a compare-and-swap leaves none.

    Such a write may well lose nothing, as a patch changes single objects; but what it was agreed to is not what it did.
    """
    return [v for v in history if planned_on < v.epoch < written.epoch]


def versions(lines: Iterable[str]) -> Iterable[Version]:
    changes: list[str] = []
    for line in lines:
        found = _LINE.search(line)
        if not found:
            continue
        function, text = found.groups()
        if function == "cib_perform_op" or text.startswith(("+", "-", "Diff:", "++", "--")):
            changes.append(text)
        elif done := _DONE.search(text):
            operation, _section, node, client, epoch, _ = done.groups()
            if any(_EPOCH.search(c) for c in changes):
                yield Version(int(epoch), operation, node, client, tuple(changes))
            changes = []
