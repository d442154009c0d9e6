"""Tells a story made of commands: shows each with its output, and checks what it claims."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WIDTH = 110
SHOWN = 40  # lines of a command's output


class Surprise(Exception):
    """Something is not as the story says."""


class Story:
    """Commands run in ``folder`` with ``programs`` first on the path and PACEWRIGHT_CLUSTER set to ``cluster``."""

    def __init__(self, programs: Path, folder: Path, cluster: str) -> None:
        self.folder, self.commands, self.facts = folder, 0, 0
        path = f"{programs}:{os.environ.get('PATH', '/usr/bin:/bin')}"
        self._environment = {**os.environ, "PATH": path, "PACEWRIGHT_CLUSTER": cluster, "NO_COLOR": "1"}
        print(f"$ cd {os.path.relpath(folder)}; export PACEWRIGHT_CLUSTER={cluster}", flush=True)

    def tell(self, text: str) -> None:
        print("\n" + textwrap.fill(text, WIDTH, initial_indent="# ", subsequent_indent="# "), flush=True)

    def run(self, command: str, *, expect: int = 0, show: int = SHOWN) -> str:
        """Runs a command line (words only, no shell), prints it and its output, and returns the output."""
        print(f"\n$ {command}", flush=True)
        done = self._completed(command, stderr=subprocess.STDOUT)
        if done.stdout:
            print(_shortened(done.stdout.rstrip("\n"), show))
        if expect or done.returncode:
            print(f"[exit code {done.returncode}]", flush=True)
        _require(command, done, expect)
        return done.stdout

    def document(self, command: str, *expect: int) -> dict[str, Any]:
        """The JSON document of a command; nothing is printed."""
        done = self._completed(f"{command} --json", stderr=subprocess.PIPE)
        _require(command, done, *expect)
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def places(self) -> dict[str, list[str]]:
        """Primitive's id to the nodes that its instances are active on."""
        return dict(_places(self.document("pacewright status", 0, 2)["resources"]))

    def check(self, holds: bool, fact: str) -> None:
        if not holds:
            raise Surprise(fact)
        self.facts += 1
        print(f"  checked: {fact}", flush=True)

    def _completed(self, command: str, *, stderr: int) -> subprocess.CompletedProcess[str]:
        self.commands += 1
        return subprocess.run(
            shlex.split(command), cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=stderr, text=True, timeout=120, check=False,
        )  # fmt: skip


def _require(command: str, done: subprocess.CompletedProcess[str], *codes: int) -> None:
    if done.returncode not in codes:
        wanted = " or ".join(map(str, codes))
        raise Surprise(f"'{command}' ended with {done.returncode}, not {wanted}\n{done.stderr or ''}".rstrip())


def _places(resources: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for resource in resources:
        if resource["kind"] == "primitive":
            yield resource["id"], [node for each in resource["instances"] if each["active"] for node in each["nodes"]]
        yield from _places(resource["members"])


def _shortened(text: str, lines: int) -> str:
    """At most that many lines: the middle is left out, and says so."""
    all_lines = text.split("\n")
    left_out = len(all_lines) - lines
    if left_out <= 1:
        return text
    head = lines * 2 // 3
    return "\n".join([*all_lines[:head], f"    ... ({left_out} more lines)", *all_lines[head + left_out :]])
