"""The story of a lab: up, add, remove, down."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace

from pacewright.cluster.lab import Keeper, keeper_of, lab_folder, labs_folder
from pacewright.lab import cgroups, formation, holding, images
from pacewright.lab.control import Document, ask
from pacewright.lab.layout import MEMBER, REMOTE, Lab, Say, check_name, load_lab
from pacewright.lab.logs import collect
from pacewright.lab.needs import require_all, require_room
from pacewright.lab.node_files import write_common
from pacewright.model.errors import NoCluster, PacewrightError


def up(lab: Lab, say: Say, *, seconds: float = 180.0) -> Lab:
    """Boots a lab and waits until its cluster is whole. What was begun is taken away when it fails.

    ``seconds``: bound of the wait after the images are made. Raises PacewrightError, TimedOut.
    """
    require_all()
    require_room(len(lab.nodes))
    _require_free(lab)
    runtime = lab.bundles or "podman"
    lab = replace(
        lab,
        image=images.made(images.recipe(MEMBER, lab.release, runtime, lab.additions), say),
        remote_image=images.made(images.recipe(REMOTE, lab.release, runtime, lab.additions), say)
        if lab.remotes
        else "",
    )
    if lab.bundles:
        from pacewright.lab.containers import prepare

        lab = replace(lab, bundle_image=prepare(lab, say))
    deadline = time.monotonic() + seconds
    with _all_or_nothing(lab, say):
        _write_folder(lab)
        say(f"booting {', '.join(n.name for n in lab.nodes)} (Debian {lab.release})")
        holding.start(lab, deadline)
        formation.wait_booted(lab, deadline)
        if not lab.bare:
            formation.form(lab, say, deadline)
    return lab


def down(name: str, say: Say) -> bool:
    """Takes away all that a lab has, whatever state it is in. False where there was nothing."""
    check_name(name, "a lab")
    folder = lab_folder(name)
    found = holding.keepers(name)
    existed = bool(found) or os.path.isdir(folder)
    for keeper in found:
        say(f"ending lab '{name}'")
        holding.end(keeper)
    cgroups.remove(cgroups.group_of(name))
    with contextlib.suppress(FileNotFoundError):  # of two that end one lab, one gives the name free
        os.rename(folder, os.path.join(labs_folder(), f".{name}.{secrets.token_hex(4)}"))
    for draft in glob.glob(os.path.join(labs_folder(), f".{name}.*")):  # also of an 'up' that was killed as it began
        _remove(draft)
    with contextlib.suppress(OSError):  # the folder of all labs, when this was the last
        os.rmdir(labs_folder())
    return existed


def _remove(folder: str) -> None:
    """Also while somebody else does."""

    def still_there(_function: object, path: str, error: tuple[type, BaseException, object]) -> None:
        if not isinstance(error[1], FileNotFoundError) and os.path.lexists(path):
            raise error[1]

    shutil.rmtree(folder, onerror=still_there)


def add(name: str, node: str, say: Say, *, seconds: float = 120.0) -> Lab:
    """One more node: booted, and a member of the cluster unless the lab is bare."""
    require_running(load_lab(name))
    require_room(1)
    ask(lab_folder(name), "add", node=node, timeout=60)
    lab = load_lab(name)
    deadline = time.monotonic() + seconds
    say(f"booting {node}")
    formation.wait_booted(lab, deadline, [lab.node(node)])
    if not lab.bare:
        formation.join(lab, lab.node(node), say, deadline)
    return lab


def remove(name: str, node: str, say: Say) -> Lab:
    """One node less: the cluster forgets it, its disk is gone."""
    before = load_lab(name)
    require_running(before)
    gone = before.node(node)
    if len(before.members) == 1 and gone.kind != REMOTE:
        raise PacewrightError(f"{node} is the lab's last node: 'pacewright lab down' ends it")
    if not before.bare:
        formation.leave(before, gone, say)
    ask(before.folder, "remove", node=node, timeout=60)
    lab = load_lab(name)
    if not before.bare:
        formation.forget(lab, gone)
    images.remove_tree(before.node_path(gone))
    return lab


def require_running(lab: Lab) -> Keeper:
    """Raises NoCluster where the lab's keeper has died."""
    keeper = keeper_of(lab.name)
    if keeper is None:
        raise NoCluster(f"lab '{lab.name}' was here but has ended: {_down_command(lab.name)} takes its files away")
    return keeper


def state(lab: Lab) -> Document:
    """What the keeper says of power and network."""
    require_running(lab)
    return ask(lab.folder, "status", timeout=10)


def _require_free(lab: Lab) -> None:
    if os.path.lexists(lab.folder):
        raise PacewrightError(
            f"there is a lab '{lab.name}' already: {_down_command(lab.name)} ends it, --name names another"
        )
    for folder in (labs_folder(), images.images_folder()):
        if os.path.realpath(folder).startswith(("/tmp/", "/run/")) or any(c in folder for c in ":,\\"):  # noqa: S108
            raise PacewrightError(f"{folder}: labs cannot lie below /tmp or /run, nor in a path with ':', ',' or '\\'")


def _down_command(name: str) -> str:
    return "'pacewright lab down" + ("'" if name == "default" else f" --name {name}'")


@contextlib.contextmanager
def _all_or_nothing(lab: Lab, say: Say) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if _is_still(lab):
            if isinstance(error, Exception):
                _keep_logs(lab, say)
            down(lab.name, lambda _text: None)
        raise


def _is_still(lab: Lab) -> bool:
    """Whether the lab of that name is this one: somebody may have ended it and booted another."""
    try:
        return load_lab(lab.name).birth == lab.birth
    except PacewrightError:
        return False


def _keep_logs(lab: Lab, say: Say) -> None:
    """The last words of a lab that did not come up, before its folder goes."""
    with contextlib.suppress(PacewrightError):
        say(f"power and network: {json.dumps(ask(lab.folder, 'status', timeout=5))}")
    for node in lab.nodes:
        if failed := formation.failed_units(lab, node):
            say(f"{node.name}: {failed}")
    for each in collect(lab, list(lab.nodes), 6, events=False) + collect(lab, [], 6, events=True):
        say(f"{each['name']}:\n{each['text'].rstrip()}")


def _write_folder(lab: Lab) -> None:
    before = os.umask(0o022)
    try:
        os.makedirs(labs_folder(), exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{lab.name}.", dir=labs_folder()) as draft:  # mode 0700
            lab.save(draft)
            try:
                os.rename(draft, lab.folder)  # of two that begin at once, one
            except OSError:
                raise PacewrightError(f"there is a lab '{lab.name}' already") from None
            os.mkdir(draft)  # what is taken away now
        write_common(lab)
    finally:
        os.umask(before)
