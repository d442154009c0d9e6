"""What is wrong with one host for one bundle, by what the host has told."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pacewright.cib.hosting.told import Fact, Image, Told
from pacewright.cib.hosting.wanted import LIBQB_SOCKETS, SEARCHED, Mounted, Program, Wanted
from pacewright.model.immutable import immutable

# These start the command that they are given; of others nobody knows what they do with it.
_STARTERS = frozenset(("dumb-init", "tini", "catatonit", "docker-init", "podman-init"))


@immutable(frozen=True, slots=True)
class Finding:
    """``message`` says what, without the node. ``grave``: a container cannot do its work; else it may."""

    code: str
    message: str
    subject: str
    suggestion: str = ""
    grave: bool = True


def findings(wanted: Wanted, told: Told) -> list[Finding]:
    """All that is wrong for this bundle on the host that has told this."""
    where = f"resource {wanted.id}/bundle"
    if wanted.runtime in told.absent:
        return [Finding("runtime-missing", f"{wanted.runtime} is not installed", f"{where}/runtime")]
    found: list[Finding] = []
    agent = told.paths.get(wanted.agent_path)
    if agent is not None and agent.kind != "file":
        message = f"the agent ocf:heartbeat:{wanted.runtime} is not installed"
        found.append(Finding("runtime-missing", message, f"{where}/runtime", "it comes with resource-agents"))
    image = told.images.get((wanted.runtime, wanted.image))
    if image is None:
        found.append(
            Finding("image-missing", f"the image {wanted.image} is not there", f"{where}/image", _fetch(wanted))
        )
    look = _Look(wanted, told, image)
    found += [f for m in wanted.mounts for f in _of_mount(m, look)]
    if image is not None and not image.unread:
        found += _of_programs(look, image)
    return found


class _Look:
    """What a container would see: the image with things mounted over it."""

    def __init__(self, wanted: Wanted, told: Told, image: Image | None) -> None:
        self.wanted, self.told = wanted, told
        self.image = image if image is not None and not image.unread else None

    def at(self, path: str, *, beside: Mounted | None = None) -> Fact | None:
        """What is at a path inside; None where nothing is, or nobody knows. ``beside``: as if this was not mounted."""
        over = self.wanted.below(path, beside=beside)
        if over is not None:
            fact = self.told.paths.get(self.wanted.on_host(over, path))
            return fact if fact is not None and fact.kind else None
        fact = self.image.paths.get(path) if self.image else None
        if fact is not None and fact.path != path and self.wanted.below(fact.path, beside=beside) is not None:
            return None  # a link leads to what is hidden
        return fact

    def hidden_by(self, path: str) -> Mounted | None:
        """What is mounted over something that the image has."""
        fact = self.image.paths.get(path) if self.image else None
        return None if fact is None else self.wanted.below(path) or self.wanted.below(fact.path)


def _fetch(wanted: Wanted) -> str:
    run, name = wanted.runtime, wanted.image
    if name.startswith("localhost/"):
        return f"'{run} load' or '{run} tag OTHER {name}' there"
    return f"'{run} pull {name}' there, or '{run} tag OTHER {name}'"


def _of_mount(mounted: Mounted, look: _Look) -> Iterator[Finding]:
    if mounted.volume:
        return
    source = look.told.paths.get(mounted.source)
    if source is None:
        return
    inside = look.at(mounted.target, beside=mounted)
    if not source.kind:
        yield from _of_missing(mounted, source, inside, look.wanted)
    elif mounted.made and source.kind != "folder":
        message = f"{mounted.source} is a {source.kind}: no folder can be made below it"
        yield Finding("source-type", message, mounted.subject)
    else:
        if inside is not None and (inside.kind == "folder") != (source.kind == "folder"):
            message = f"{mounted.source} is a {source.kind}, but {mounted.target} inside is a {inside.kind}"
            yield Finding("source-type", message, mounted.subject, f"mount a {inside.kind} there, or elsewhere")
        if not mounted.made:
            yield from _of_access(mounted, source, look)


def _of_missing(mounted: Mounted, source: Fact, inside: Fact | None, wanted: Wanted) -> Iterator[Finding]:
    """``source`` is not there. Pacemaker's agents make folders of replicas, with all above them."""
    if source.hindered:
        message = f"{mounted.source} is not there and cannot be made: {source.above}: {source.hindered}"
        yield Finding("source-missing", message, mounted.subject)
    elif not mounted.made:
        a_file = inside is not None and inside.kind != "folder"
        docker = wanted.runtime == "docker"
        message = f"{mounted.source} is not there" + (": docker makes an empty folder of it" if docker else "")
        hint = _make(mounted, folder=inside is not None and inside.kind == "folder", file=a_file)
        yield Finding("source-missing", message, mounted.subject, hint, grave=a_file or not docker)


def _make(mounted: Mounted, *, folder: bool, file: bool) -> str:
    """``folder``, ``file``: what it must be; both false where nobody knows, and its name has to tell."""
    if file or (not folder and "." in posixpath.basename(mounted.source)):
        return ""
    if mounted.source.startswith(("/run/", "/var/run/")):
        return f"a line 'd {mounted.source} 0755 root root' in /etc/tmpfiles.d makes it at every boot"
    return f"'mkdir -p {mounted.source}' there"


def _of_access(mounted: Mounted, source: Fact, look: _Look) -> Iterator[Finding]:
    """Only by permission bits, and only where it is known who reads: access lists and other users are not judged."""
    wanted, image = look.wanted, look.image
    if image is None or not wanted.user_known or source.acl or mounted.relabelled or wanted.inside:
        return
    user = wanted.user or image.user
    who = image.identities.get(user) if user else None
    if who is not None and not source.readable_by(who.uid, who.gids):
        mode = f"owner {source.uid}, group {source.gid}, mode {source.mode:04o}"
        message = f"{mounted.source} ({mode}) cannot be read by '{user}' ({who.uid}) of the container"
        yield Finding("source-unreadable", message, mounted.subject, grave=False)


def _of_programs(look: _Look, image: Image) -> Iterator[Finding]:
    wanted, where = look.wanted, f"resource {look.wanted.id}/bundle"
    given = not image.entrypoint or posixpath.basename(image.entrypoint[0]) in _STARTERS
    if not wanted.started and not image.entrypoint and not image.command:
        message = f"the image {wanted.image} has no command of its own, and the bundle has no run-command"
        yield Finding("image-lacks", message, where)
    user = wanted.user or image.user
    if user in image.identities and image.identities[user] is None:
        message = f"the image {wanted.image} has no user '{user}', whom it is to run as"
        yield Finding("image-lacks", message, where + ("/options" if wanted.user else "/image"))
    for program in wanted.programs:
        if program.command and not given:
            continue  # the image's own entrypoint gets the run-command as arguments
        if program.searched and not set(image.search_path) <= set(SEARCHED):
            continue  # it may be in a folder of the image's own
        if not any(_is_program(look.at(path)) for path in program.paths):
            yield _lacking(look, program)
    if (
        wanted.inside
        and wanted.shares_network
        and look.at(LIBQB_SOCKETS) is None
        and not look.wanted.below(LIBQB_SOCKETS)
    ):
        message = (
            f"the image {wanted.image} has no {LIBQB_SOCKETS}: replicas and the host share libqb's sockets, and fail"
        )
        yield Finding("image-lacks", message, where + "/image", grave=False)


def _is_program(fact: Fact | None) -> bool:
    return fact is not None and fact.kind == "file" and bool(fact.mode & 0o111)


def _lacking(look: _Look, program: Program) -> Finding:
    for path in program.paths:
        if (over := look.hidden_by(path)) is not None:
            message = f"{over.source} on {over.target} hides {path} of the image: {program.why}"
            return Finding("target-hides", message, over.subject)
    names = " or ".join(program.paths) if len(program.paths) < 3 else posixpath.basename(program.paths[0])
    message = f"the image {look.wanted.image} has no program {names}: {program.why}"
    return Finding("image-lacks", message, f"resource {look.wanted.id}/bundle/image")
