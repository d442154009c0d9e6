"""Containers inside lab nodes."""

from __future__ import annotations

from collections.abc import Callable

from pacewright.lab.layout import Lab, LabNode


def prepare(lab: Lab, say: Callable[[str], None]) -> None:
    """Makes what nodes share, once."""


def binds(lab: Lab, node: LabNode) -> list[str]:
    """systemd-nspawn's options for what a node's containers need of the host."""
    return []
