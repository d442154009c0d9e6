"""Images that nodes stand on: made by mmdebstrap from the host's own Debian mirror, once for each recipe, and kept."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import yaml

from pacewright.cluster import process
from pacewright.cluster.files import write_atomically
from pacewright.cluster.lab import lab_folder, lab_names
from pacewright.lab.layout import Say
from pacewright.model.errors import PacewrightError, ToolError, UsageError
from pacewright.model.immutable import immutable

BUILD_SECONDS = 1800.0
_REVISION = 2  # of what ``_clean`` does: raise it to have images made anew
# In namespaces of its own: what a program mounts is nobody else's. It ends, with all that it started, when we do.
CONTAINED = (
    "setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
)  # fmt: skip
_DYING_SECONDS = 10.0


def images_folder() -> str:
    """$PACEWRIGHT_IMAGES names another. Images are shared between labs."""
    return os.environ.get("PACEWRIGHT_IMAGES") or "/var/cache/pacewright/images"


@immutable(frozen=True, slots=True)
class Recipe:
    """``name``: ``member``."""

    name: str
    release: str
    packages: tuple[str, ...]

    @property
    def path(self) -> str:
        return cached_path(f"{self.release}-{self.name}", [str(_REVISION), self.release, *self.packages])


def cached_path(name: str, contents: Iterable[str]) -> str:
    """The folder in the cache of what is made from ``contents``: other contents, another folder."""
    digest = hashlib.sha256("\0".join(contents).encode()).hexdigest()
    return os.path.join(images_folder(), f"{name}-{digest[:12]}")


@cache
def known() -> dict[str, Any]:
    """``images.yaml``: releases and images."""
    with open(os.path.join(os.path.dirname(__file__), "images.yaml"), "rb") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found


def recipe(name: str, release: str, runtime: str = "podman", additions: Sequence[str] = ()) -> Recipe:
    """``runtime``: of containers. ``additions``: of images.yaml. Raises UsageError for words that nobody knows."""
    _require_known("release", release, known()["releases"])
    packages = [known()["images"][name]["packages"], known()["runtimes"][runtime]]
    for addition in sorted(set(additions)):
        _require_known("addition", addition, known()["additions"])
        packages.append(known()["additions"][addition])
    return Recipe("-".join([name, *sorted(set(additions))]), release, tuple(flat(packages, release)))


def _require_known(what: str, word: str, words: Iterable[str]) -> None:
    if word not in words:
        raise UsageError(f"no {what} '{word}'; one of {', '.join(words)}")


def made(wanted: Recipe, say: Say) -> str:
    """The image's root folder, made now if it is not there. Two that want the same one make it once."""
    with locked(wanted.path):
        if not os.path.isdir(wanted.path):
            say(f"making the image {os.path.basename(wanted.path)} with mmdebstrap: some minutes, this once")
            _make(wanted)
    return wanted.path


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """One at a time for one image; the lock ends with the process that holds it."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(f"{path}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(wanted: Recipe) -> None:
    draft = f"{wanted.path}.draft"
    remove_left(draft)
    try:
        bootstrap(wanted.release, wanted.packages, draft)
        _clean(draft)
        os.rename(draft, wanted.path)
    finally:
        remove_left(draft)


def bootstrap(release: str, packages: tuple[str, ...], target: str, *, variant: str = "apt") -> None:
    """Debian with these packages in a folder (or tar file). Raises PacewrightError with apt's own words."""
    command = [
        *CONTAINED, "mmdebstrap", f"--variant={variant}",
        '--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"',
        *(f"--aptopt={option}" for option in [*known()["releases"][release].get("apt", []), *_proxies()]),
        f"--include={','.join(packages)}", release, target, mirror(),
    ]  # fmt: skip
    scratch = f"{target}.tmp"  # mmdebstrap forgets its temporary files when it is killed
    remove_tree(scratch)
    os.mkdir(scratch)
    try:
        done = process.run(command, timeout=BUILD_SECONDS, environment={"TMPDIR": scratch})
    finally:
        remove_left(scratch)
    if done.code != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = [line for line in lines if line.startswith(("E:", "Err:")) or "unmet" in line] or lines[-5:]
        raise PacewrightError(f"mmdebstrap could not make Debian {release}: " + "; ".join(said[:6]))


def mirror() -> str:
    """The mirror that this host's apt uses for Debian itself. Raises PacewrightError where it has none."""
    done = process.run(["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"], timeout=60)
    for line in done.stdout.decode(errors="replace").splitlines():
        origin, label, address = line.split("|", 2)
        if (origin, label) == ("Debian", "Debian"):
            return address
    raise PacewrightError("apt on this host knows no Debian mirror; if it should: apt-get update")


def _proxies() -> list[str]:
    """apt's own proxy settings: mmdebstrap's apt does not read the host's configuration."""
    try:
        done = process.run(["apt-config", "dump", "--format", "%F=%v%n", "Acquire"], timeout=20)
    except ToolError:
        return []
    found = []
    for line in done.stdout.decode(errors="replace").splitlines():
        name, _, value = line.partition("=")
        if name.lower() in ("acquire::http::proxy", "acquire::https::proxy") and value:
            found.append(f'{name} "{value}"')
    return found


def _clean(root: str) -> None:
    """Takes away what a node must not share with others, and starts nothing that a node was not asked for."""
    for name in ("etc/hostname", "etc/resolv.conf", "etc/machine-id", "etc/corosync/corosync.conf"):
        _forget(os.path.join(root, name))
    _empty(os.path.join(root, "etc/ssh"), "ssh_host_")
    units = os.path.join(root, "etc/systemd/system")
    for folder in ("multi-user.target.wants", "timers.target.wants", "sockets.target.wants", "default.target.wants"):
        for name in os.listdir(os.path.join(units, folder)) if os.path.isdir(os.path.join(units, folder)) else []:
            if name not in ("ssh.service", "remote-fs.target"):
                _forget(os.path.join(units, folder, name))
    write_atomically(os.path.join(root, "etc/machine-id"), "")
    write_atomically(os.path.join(root, "etc/resolv.conf"), "")  # no name server is in reach: never wait for one


def _empty(folder: str, prefix: str) -> None:
    for name in os.listdir(folder):
        if name.startswith(prefix):
            _forget(os.path.join(folder, name))


def _forget(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def remove_tree(path: str) -> None:
    """Removes a folder or file that may not be there."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        _forget(path)


def remove_left(path: str) -> None:
    """Removes what an interrupted build left, whose programs may be about to die. Its lock must be ours."""
    deadline = time.monotonic() + _DYING_SECONDS
    while True:
        try:
            return remove_tree(path)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def kept() -> list[dict[str, str]]:
    """The images in the cache: name, path."""
    folder = images_folder()
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [{"name": n, "path": os.path.join(folder, n)} for n in names if not n.endswith((".lock", ".draft", ".tmp"))]


def remove_image(name: str) -> None:
    """Out of the cache, with its lock. Nobody may stand on it."""
    path = os.path.join(images_folder(), name)
    with locked(path):
        remove_tree(path)
    _forget(f"{path}.lock")


def in_use() -> set[str]:
    """Names of images that labs stand on."""
    found = set()
    for name in lab_names():
        with contextlib.suppress(OSError, ValueError), open(os.path.join(lab_folder(name), "lab.json"), "rb") as file:
            document = json.load(file)
            found |= {os.path.basename(document.get(k) or "") for k in ("image", "remote_image", "bundle_image")}
    return found


def flat(packages: list[Any], release: str) -> Iterator[str]:
    """Names of packages out of lists in lists; a mapping has those of some releases only."""
    for each in packages:
        if isinstance(each, list):
            yield from flat(each, release)
        elif isinstance(each, dict):
            yield from flat([each[release]] if release in each else [], release)
        else:
            yield each
