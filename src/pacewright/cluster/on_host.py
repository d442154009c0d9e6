"""Runs on a node, as ``python3 -I -S -c``: tells of paths there and in images. Needs nothing but Python 3.6.

Standard input: ``{"paths": [...], "images": {NAME: {"layers": [...], "paths": [...], "users": [...]}}}``, layers from
the topmost down. Standard output: the same shape with facts by path and ids by user, and who asked (``uid``). Nothing
is mounted, run or written: images are read as their layers lie on disk, by the rules of overlay file systems.
"""
# ruff: noqa: UP006, UP035, UP045

import json
import os
import stat
import sys
from typing import Any, Dict, List, Optional, Tuple

_KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "folder"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
    (stat.S_ISFIFO, "pipe"),
)
_LINKS = 40  # followed at most, as the kernel does

Fact = Dict[str, Any]


def answer(questions: Dict[str, Any]) -> Dict[str, Any]:
    images = {}
    for name, asked in questions["images"].items():
        layers = asked["layers"]
        images[name] = {
            "paths": {path: in_image(layers, path) for path in asked["paths"]},
            "users": {user: ids_of(layers, user) for user in asked["users"]},
        }
    paths = {path: on_host(path) for path in questions["paths"]}
    return {"uid": os.geteuid(), "paths": paths, "images": images}


def on_host(path: str) -> Fact:
    """Links followed. What is not there: ``kind`` is empty, ``above`` the nearest folder, with what hinders there."""
    try:
        return fact(os.stat(path), os.path.realpath(path), path)
    except OSError:
        above = path
        while above != "/" and not os.path.lexists(above):
            above = os.path.dirname(above)
        hindered = "" if os.path.isdir(above) else "it is no folder"
        if not hindered and os.statvfs(above).f_flag & os.ST_RDONLY:
            hindered = "it can only be read"
        return {
            "kind": "",
            "path": path,
            "mode": 0,
            "uid": 0,
            "gid": 0,
            "acl": False,
            "above": above,
            "hindered": hindered,
        }


def fact(about: os.stat_result, path: str, real: str) -> Fact:
    kind = next((word for is_kind, word in _KINDS if is_kind(about.st_mode)), "other")
    return {
        "kind": kind, "path": path, "mode": stat.S_IMODE(about.st_mode), "uid": about.st_uid, "gid": about.st_gid,
        "acl": has_attribute(real, "system.posix_acl_access"), "above": "", "hindered": "",
    }  # fmt: skip


def has_attribute(path: str, name: str, value: Optional[bytes] = None) -> bool:
    try:
        found = os.getxattr(path, name)
    except OSError:
        return False
    return value is None or found == value


def in_image(layers: List[str], path: str) -> Optional[Fact]:
    """Links inside the image followed; None for what is not there."""
    found = resolved(layers, path)
    return None if found is None else fact(found[1], found[0], found[2])


def resolved(layers: List[str], path: str) -> Optional[Tuple[str, os.stat_result, str]]:
    """(path in the image without links, its facts, where it lies on disk)."""
    left, at, links = [w for w in reversed(path.split("/")) if w], "", 0
    found = lying(layers, "")
    while left:
        word = left.pop()
        if word in (".", ".."):
            at = os.path.dirname(at).rstrip("/") if word == ".." else at
            found = lying(layers, at)
            continue
        found = lying(layers, at + "/" + word)
        if found is None:
            return None
        if not stat.S_ISLNK(found[0].st_mode):
            at += "/" + word
            continue
        links += 1
        if links > _LINKS:
            return None
        target = os.readlink(found[1])
        at = "" if target.startswith("/") else at
        left += [w for w in reversed(target.split("/")) if w]
        found = lying(layers, at)
    return None if found is None else (at or "/", found[0], found[1])


def lying(layers: List[str], path: str) -> Optional[Tuple[os.stat_result, str]]:
    """Facts and place on disk of a path without links, as the layers show it together."""
    words = [w for w in path.split("/") if w]
    for layer in layers:
        place, opaque = layer, False
        about = _lstat(place)
        for word in words:
            if about is None:
                break
            if not stat.S_ISDIR(about.st_mode):
                return None  # a file or link up here hides a folder further down
            place += "/" + word
            about = _lstat(place)
            if about is not None and stat.S_ISCHR(about.st_mode) and about.st_rdev == 0:
                return None  # removed in this layer
            opaque = opaque or (about is not None and has_attribute(place, "trusted.overlay.opaque", b"y"))
        if about is not None:
            return about, place
        if opaque:
            return None
    return None


def _lstat(path: str) -> Optional[os.stat_result]:
    try:
        return os.lstat(path)
    except OSError:
        return None


def ids_of(layers: List[str], user: str) -> Optional[Dict[str, Any]]:
    """``NAME``, ``UID``, either with ``:GROUP``. None for a name that the image does not have."""
    name, _, group = user.partition(":")
    accounts, groups = _table(layers, "/etc/passwd"), _table(layers, "/etc/group")
    account = next((a for a in accounts if len(a) > 3 and name in (a[0], a[2])), None)
    if account is None and not name.isdigit():
        return None
    uid = int(account[2]) if account else int(name)
    if group:
        found = next((int(g[2]) for g in groups if len(g) > 2 and group in (g[0], g[2])), None)
        if found is None and not group.isdigit():
            return None
        return {"uid": uid, "gids": [int(group) if found is None else found]}
    more = [int(g[2]) for g in groups if account and len(g) > 3 and account[0] in g[3].split(",")]
    return {"uid": uid, "gids": [int(account[3]) if account else 0, *more]}


def _table(layers: List[str], path: str) -> List[List[str]]:
    found = resolved(layers, path)
    if found is None or not stat.S_ISREG(found[1].st_mode):
        return []
    with open(found[2], encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n").split(":") for line in file]


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
