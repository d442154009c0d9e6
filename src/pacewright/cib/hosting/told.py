"""What a host has told of what bundles want of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True)
class Fact:
    """Something at a path, links followed. ``kind``: file, folder, socket, device, pipe, other; empty: it is not there.

    ``path``: where it really is. ``mode``: permission bits. ``acl``: an access list says more than they do.
    Of what is not there: ``above``, the nearest thing that is, and why nothing can be made in it (``hindered``).
    """

    kind: str
    path: str
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    acl: bool = False
    above: str = ""
    hindered: str = ""

    def readable_by(self, uid: int, gids: tuple[int, ...]) -> bool:
        """By the permission bits; a folder must be open to be read and entered."""
        needed = 0o5 if self.kind == "folder" else 0o4
        shift = 6 if uid == self.uid else 3 if self.gid in gids else 0
        return uid == 0 or (self.mode >> shift) & needed == needed


@immutable(frozen=True, slots=True)
class Identity:
    """Numbers of a user and its groups inside a container."""

    uid: int
    gids: tuple[int, ...]


@immutable(frozen=True, slots=True)
class Image:
    """``unread``: why its files could not be looked at, where they could not. ``paths``: None for what it lacks.

    ``user``: whom it runs as by default; ``identities`` by user, None for one that it does not have.
    """

    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    search_path: tuple[str, ...] = ()
    unread: str = ""
    paths: Mapping[str, Fact | None] = field(default_factory=dict)
    identities: Mapping[str, Identity | None] = field(default_factory=dict)


@immutable(frozen=True, slots=True)
class Told:
    """``absent``: runtimes that are not installed. ``images`` by (runtime, name), None for those that are not there."""

    absent: frozenset[str] = frozenset()
    images: Mapping[tuple[str, str], Image | None] = field(default_factory=dict)
    paths: Mapping[str, Fact] = field(default_factory=dict)


def fact_of(answer: Mapping[str, Any] | None) -> Fact | None:
    """From the keys that ``cluster/on_host.py`` gives, which are the names of the fields."""
    return Fact(**answer) if answer is not None else None
