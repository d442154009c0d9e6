"""Clients of the stack, as another machine on the lab's network, and a watch of an address and what listens on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

from laboratory import Laboratory
from pacewright.cluster.lab import keeper_of
from stack import ADDRESSES, VIP, Stack

CLIENT = Path(__file__).with_name("stack_client.py")
WATCH = Path(__file__).with_name("stack_watch.py")


def on_network(lab: Laboratory, *command: str) -> list[str]:
    """A command line for Popen: this machine's programs on the lab's network."""
    keeper = keeper_of(lab.name)
    assert keeper is not None
    return ["nsenter", "--target", str(keeper.pid), "--net", "--", *command]


class Writer:
    """``acknowledged``: time and number of each write that the server has promised to keep; after ``ended`` only."""

    def __init__(self, lab: Laboratory, *words: str) -> None:
        command = on_network(lab, sys.executable, str(CLIENT), *words)
        self._told = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self._told, stderr=self._complaints)
        self.acknowledged: list[tuple[float, int]] = []

    def has_begun(self) -> bool:
        return os.fstat(self._told.fileno()).st_size > 0

    def end(self) -> None:
        self._process.communicate(timeout=60)
        told, complaints = (_read(file) for file in (self._told, self._complaints))
        self.acknowledged = [(float(when), int(number)) for when, number in map(str.split, told.splitlines())]
        assert self.acknowledged, complaints

    @property
    def numbers(self) -> set[int]:
        return {number for _when, number in self.acknowledged}

    @property
    def longest_gap(self) -> float:
        times = [when for when, _number in self.acknowledged]
        return max(after - before for before, after in pairwise(times))


def _read(file: IO[str]) -> str:
    with file:
        file.seek(0)
        return file.read()


@contextlib.contextmanager
def writing(stack: Stack, occasion: str) -> Iterator[tuple[Writer, Writer]]:
    """Rows through the VIP and messages to any broker, all the time; what is acknowledged is known afterwards."""
    stack.sql(
        stack.databases[0], f"DROP TABLE IF EXISTS lab.{occasion}; CREATE TABLE lab.{occasion} (n INT PRIMARY KEY)"
    )
    writers = (
        Writer(stack.lab, "database", VIP, occasion),
        Writer(stack.lab, "broker", occasion, *(ADDRESSES[node] for node in stack.brokers)),
    )
    try:
        yield writers
    finally:
        for writer in writers:
            writer.end()


def require_rows(stack: Stack, occasion: str, writer: Writer) -> None:
    """Every acknowledged row is on every server."""
    for node in stack.databases:
        found = {int(n) for n in stack.sql(node, f"SELECT n FROM lab.{occasion}").split()}
        assert writer.numbers <= found, (node, "lost", sorted(writer.numbers - found)[:20])


def require_messages(stack: Stack, occasion: str, writer: Writer) -> None:
    """Every acknowledged message can be had; the queue is empty and gone then."""
    command = on_network(stack.lab, sys.executable, str(CLIENT), "consume", occasion)
    done = subprocess.run(
        [*command, *(ADDRESSES[node] for node in stack.brokers)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {int(n) for n in done.stdout.split()}
    assert writer.numbers <= found, ("lost", sorted(writer.numbers - found)[:20])


class Watch:
    """Of an address and a listener on each node, every 20 ms. ``alone``: (from, seconds) the address was without it."""

    def __init__(self, lab: Laboratory, address: str, port: int) -> None:
        words = ["python3", "-c", WATCH.read_text(), address, str(port)]
        self._processes = {
            node: subprocess.Popen(lab.entered(node, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for node in lab.nodes
        }
        self.alone: dict[str, list[tuple[float, float]]] = {}

    def end(self) -> None:
        for node, process in self._processes.items():
            told, _ = process.communicate("", timeout=30)
            lines = [(float(when), state == "alone") for when, state in map(str.split, told.splitlines())]
            spans = [(at, until - at) for (at, alone), (until, _) in pairwise(lines) if alone]
            self.alone[node] = spans

    @property
    def killed(self) -> int:
        """How often the listener was seen to be away."""
        return sum(len(spans) for spans in self.alone.values())

    @property
    def longest(self) -> float:
        return max((seconds for spans in self.alone.values() for _at, seconds in spans), default=0.0)


@contextlib.contextmanager
def watching(lab: Laboratory, address: str, port: int) -> Iterator[Watch]:
    watch = Watch(lab, address, port)
    try:
        yield watch
    finally:
        watch.end()
