"""What one bundle needs of a host: a runtime, an image with certain programs in it, things to be mounted.

Pacemaker (2.1.5, 3.0) makes of a bundle ``podman run [options] IMAGE [run-command]`` and watches it by running
``/bin/true`` inside. Where there is a primitive it mounts ``/etc/pacemaker/authkey``, and a folder on ``/var/log``.
"""

from __future__ import annotations

import posixpath
import re

from pacewright.cib.checks.index import Index
from pacewright.model.immutable import immutable
from pacewright.model.resources import Bundle, StorageMapping

AUTHKEY = "/etc/pacemaker/authkey"
REMOTED = ("/usr/sbin/pacemaker-remoted", "/usr/sbin/pacemaker_remoted")
LOGS = "/var/log/pacemaker/bundles"
LIBQB_SOCKETS = "/etc/libqb/force-filesystem-sockets"
_WATCHED_BY = "/bin/true"
SEARCHED = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_INTERPRETERS = frozenset(("sh", "bash", "dash", "python3", "python"))
_VOLUME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_USER = re.compile(r"(?:^|\s)(?:--user(?:=|\s+)|-u\s*)([^\s]+)")
_OTHER_USERS = re.compile(r"(?:^|\s)--(?:userns|uidmap|gidmap|group-add)\b")
_ENTRYPOINT = re.compile(r"(?:^|\s)--entrypoint\b")
_VOLUMES = re.compile(r"(?:^|\s)(?:-v\s*|--volume[=\s]\s*)([^\s:]+):([^\s:]+)(?::(\S+))?")


@immutable(frozen=True, slots=True)
class Mounted:
    """``source`` on the host becomes ``target`` inside. ``made``: a folder below it for each replica, made when needed.

    ``volume``: a name that the runtime keeps itself. ``subject``: address of its place in the spec.
    """

    source: str
    target: str
    options: frozenset[str]
    made: bool
    subject: str

    @property
    def volume(self) -> bool:
        return not self.source.startswith("/")

    @property
    def relabelled(self) -> bool:
        """The runtime gives it to the container's user."""
        return "U" in self.options

    def covers(self, path: str) -> bool:
        return path == self.target or path.startswith(self.target.rstrip("/") + "/")


@immutable(frozen=True, slots=True)
class Program:
    """One of these paths must be there inside. ``why``: what needs it. ``command``: it is the run-command's.

    ``searched``: it has no path of its own.
    """

    paths: tuple[str, ...]
    why: str
    command: bool = False
    searched: bool = False


@immutable(frozen=True, slots=True)
class Wanted:
    """``user``: of the options, as written; empty where the image decides. ``user_known``: nothing else changes users.

    ``started``: the bundle says what is to be run. ``inside``: a primitive runs inside. ``shares_network``: with the
    host.
    """

    id: str
    runtime: str
    image: str
    user: str
    user_known: bool
    started: bool
    inside: bool
    shares_network: bool
    mounts: tuple[Mounted, ...]
    programs: tuple[Program, ...]

    def below(self, path: str, *, beside: Mounted | None = None) -> Mounted | None:
        """What is mounted at a path of the container, or at the nearest folder above it, ``beside`` left out."""
        over = [m for m in self.mounts if m is not beside and m.covers(path)]
        return max(over, key=lambda m: len(m.target), default=None)

    def on_host(self, mounted: Mounted, path: str) -> str:
        """Where on the host a path of the container is that something mounted covers; empty for volumes."""
        if mounted.volume:
            return ""
        source = f"{mounted.source}/{self.id}-0" if mounted.made else mounted.source
        return posixpath.normpath(source + path[len(mounted.target.rstrip("/")) :])

    def asked_of_host(self) -> frozenset[str]:
        """Paths of the host that ``judge`` wants to know of."""
        found = {m.source for m in self.mounts if not m.volume}
        inner = [(path, None) for program in self.programs for path in program.paths]
        for path, itself in [*inner, *((m.target, m) for m in self.mounts)]:
            if (over := self.below(path, beside=itself)) is not None:
                found.add(self.on_host(over, path))
        return frozenset((*found, self.agent_path)) - {""}

    def asked_of_image(self) -> frozenset[str]:
        programs = (p for program in self.programs for p in program.paths)
        return frozenset((*programs, *(m.target for m in self.mounts), LIBQB_SOCKETS))

    @property
    def agent_path(self) -> str:
        """The agent that runs containers."""
        return f"/usr/lib/ocf/resource.d/heartbeat/{self.runtime}"


def wanted_of(bundle: Bundle, index: Index) -> Wanted | None:
    """None for a bundle that has no image, or none of the runtimes that can be asked."""
    container = bundle.container
    if container is None or not container.image or not bundle.id or container.tag not in ("podman", "docker"):
        return None
    options = container.options or ""
    user = _USER.search(options)
    network = container.network or ("host" if re.search(r"--net(work)?[= ]host\b", options) else "")
    return Wanted(
        bundle.id, container.tag, container.image, user[1] if user else "", not _OTHER_USERS.search(options),
        bool(container.run_command or bundle.primitive or _ENTRYPOINT.search(options)),
        bundle.primitive is not None, network == "host",
        tuple(_mounts(bundle)), tuple(_programs(bundle, index)),
    )  # fmt: skip


def is_volume(source: str) -> bool:
    return _VOLUME.fullmatch(source) is not None


def options_of(mapping: StorageMapping) -> frozenset[str]:
    return _words(mapping.options)


def _words(text: str | None) -> frozenset[str]:
    return frozenset(word.strip() for word in (text or "").split(",") if word.strip())


def _mounts(bundle: Bundle) -> list[Mounted]:
    found: list[Mounted] = []
    for place, each in enumerate(bundle.storage.mappings if bundle.storage else ()):
        source = each.source_dir or each.source_dir_root or ""
        if each.target_dir and (source.startswith("/") or is_volume(source)):
            subject = f"resource {bundle.id}/storage/{place}"
            found.append(_mount(source, each.target_dir, each.options, subject, made=each.source_dir is None))
    for source, target, words in _VOLUMES.findall(bundle.container.options or "" if bundle.container else ""):
        if source.startswith("/") or is_volume(source):
            found.append(_mount(source, target, words, f"resource {bundle.id}/bundle/options"))
    if bundle.primitive is not None:
        subject = f"resource {bundle.id}/contains"
        found.append(_mount(AUTHKEY, AUTHKEY, "", subject))
        if not any(m.target == "/var/log" for m in found):
            found.append(_mount(LOGS, "/var/log", "", subject, made=True))
    return found


def _mount(source: str, target: str, options: str | None, subject: str, *, made: bool = False) -> Mounted:
    source = posixpath.normpath(source) if source.startswith("/") else source
    return Mounted(source, posixpath.normpath(target), _words(options), made, subject)


def _programs(bundle: Bundle, index: Index) -> list[Program]:
    found = [Program(_spellings(_WATCHED_BY), "Pacemaker runs it inside to see whether the container is well")]
    words = (bundle.container.run_command or "").split() if bundle.container else []
    if bundle.container is not None and _ENTRYPOINT.search(bundle.container.options or ""):
        words = []  # arguments of something else
    elif not words and bundle.primitive is not None:
        found.append(Program(REMOTED, "Pacemaker starts it inside", command=True))
    elif words:
        searched = not words[0].startswith("/")
        found.append(Program(_spellings(words[0]), "it is the run-command", command=True, searched=searched))
        if posixpath.basename(words[0]) in _INTERPRETERS and len(words) > 1 and words[1].startswith("/"):
            found.append(Program(_spellings(words[1]), "the run-command runs it", command=True))
    if bundle.primitive is None:
        return found
    if words and not posixpath.basename(words[0]).startswith("pacemaker"):
        found.append(Program(REMOTED, "what runs the agent inside"))
    agent = (index.effective(bundle.primitive).agent or "").split(":")
    if len(agent) == 3 and agent[0] == "ocf":
        found.append(Program((f"/usr/lib/ocf/resource.d/{agent[1]}/{agent[2]}",), "the agent inside"))
    return found


def _spellings(word: str) -> tuple[str, ...]:
    """Where a program may be: /bin may be a link to /usr/bin, and a bare name is searched for."""
    if not word.startswith("/"):
        return tuple(f"{folder}/{word}" for folder in SEARCHED)
    if word.startswith(("/bin/", "/sbin/")):
        return (word, f"/usr{word}")
    return (word,)
