"""What bundles mount: mistakes that can be told without asking any host."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pacewright.cib.checks.index import Index
from pacewright.cib.hosting.wanted import AUTHKEY, is_volume, options_of
from pacewright.model.report import Report, Severity, did_you_mean
from pacewright.model.resources import Bundle, StorageMapping

# podman-run(1) and docker's; each pair of those below excludes itself.
_OPTIONS = frozenset((
    "ro", "rw", "z", "Z", "O", "U", "shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable",
    "runbindable", "bind", "rbind", "exec", "noexec", "dev", "nodev", "suid", "nosuid", "copy", "nocopy",
    "volume-nocopy", "idmap", "consistent", "cached", "delegated",
))  # fmt: skip
_EXCLUSIVE = (
    ("ro", "rw"),
    ("z", "Z"),
    ("z", "O"),
    ("Z", "O"),
    ("exec", "noexec"),
    ("dev", "nodev"),
    ("suid", "nosuid"),
    ("copy", "nocopy"),
)
_SYSTEM = frozenset((
    "/bin", "/sbin", "/lib", "/lib64", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/etc", "/var",
    "/var/lib",
))  # fmt: skip
# What SELinux's library refuses to relabel, with podman and docker (go-selinux, excludePaths).
_NEVER_RELABELLED = frozenset((
    "/", "/bin", "/boot", "/dev", "/etc", "/etc/passwd", "/etc/pki", "/etc/shadow", "/home", "/lib", "/lib64", "/media",
    "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var", "/var/lib", "/var/log",  # noqa: S108
))  # fmt: skip
# What pacemaker_remoted and agents need of the image.
_OF_PACEMAKER = frozenset(("/usr/lib/ocf", "/usr/lib/ocf/resource.d", "/usr/libexec/pacemaker", "/var/lib/pacemaker"))


def check_storage(index: Index) -> Iterator[Report]:
    for resource in index.resources.values():
        if isinstance(resource, Bundle) and resource.storage is not None:
            yield from _mappings(resource, resource.storage.mappings)


def _mappings(bundle: Bundle, mappings: tuple[StorageMapping, ...]) -> Iterator[Report]:
    taken = {AUTHKEY: "Pacemaker's own key"} if bundle.primitive is not None else {}
    hidden = _SYSTEM | _OF_PACEMAKER if bundle.primitive is not None else _SYSTEM
    for place, each in enumerate(mappings):
        subject = f"resource {bundle.id}/storage/{place}"
        source = each.source_dir or each.source_dir_root or ""
        yield from _options(each, subject)
        if source and not source.startswith("/") and (each.source_dir is None or not is_volume(source)):
            yield Report("bad-source", f"'{source}' is neither a path from / nor a volume's name", subject=subject)
        if not each.target_dir:
            continue
        target = posixpath.normpath(each.target_dir)
        if not target.startswith("/") or target == "/":
            yield Report("bad-target", f"'{each.target_dir}' is not the path of a place inside", subject=subject)
        elif target in taken:
            message = f"{target} is the target of {taken[target]}, too: the container would not start"
            yield Report("target-twice", message, subject=subject)
        elif target in hidden:
            message = f"{source} on {target} hides what the image has there"
            yield Report("target-hides", message, Severity.WARNING, subject=subject)
        taken.setdefault(target, source)


def _options(each: StorageMapping, subject: str) -> Iterator[Report]:
    given = options_of(each)
    for word in sorted(given):
        if word.partition("=")[0] not in _OPTIONS | {"upperdir", "workdir"}:
            yield Report("bad-storage-option", f"'{word}' is no option of a mount", subject=subject,
                         suggestion=did_you_mean(word, sorted(_OPTIONS)))  # fmt: skip
    for pair in _EXCLUSIVE:
        if given.issuperset(pair):
            yield Report("bad-storage-option", f"'{pair[0]}' and '{pair[1]}' exclude each other", subject=subject)
    if given & {"z", "Z"} and posixpath.normpath(each.source_dir or "none") in _NEVER_RELABELLED:
        message = f"{each.source_dir} is never relabelled: with SELinux the container would not start"
        yield Report("bad-storage-option", message, Severity.WARNING, subject=subject, suggestion="leave out z and Z")
