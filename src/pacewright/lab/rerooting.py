"""In a chroot, the root directory becomes the root of the mount namespace.

Whoever enters a mount namespace stands at its root first, and in a chroot that is the host's: a container engine in a
node, which has no other way into a container, would run programs on the host instead.
"""

from __future__ import annotations

import ctypes
import os

_CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC = 4096, 16384
_MNT_DETACH = 2
_libc = ctypes.CDLL(None, use_errno=True)


def take_root() -> bool:
    """In a mount namespace of our own, in its first thread. False where the root was the namespace's already.

    Raises OSError, the root being as before, where the kernel refuses (the host's root is its initial ramfs).
    """
    ours = os.open("/", os.O_PATH | os.O_CLOEXEC)
    namespace = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _require(_libc.setns(namespace, _CLONE_NEWNS))  # leads to the namespace's root
        if os.path.samestat(os.stat("/"), os.fstat(ours)):
            return False
        os.fchdir(ours)
        try:
            _pivot(os.getcwd())
        except OSError:
            os.fchdir(ours)
            os.chroot(".")
            raise
        return True
    finally:
        os.close(namespace)
        os.close(ours)


def _pivot(folder: str) -> None:
    """The folder, with all that is mounted below it, becomes the root; what was there before is let go."""
    path = os.fsencode(folder)
    _require(_libc.mount(path, path, None, _MS_BIND | _MS_REC, None))
    os.chdir(folder)
    _require(_libc.pivot_root(b".", b"."))
    _require(_libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")


def _require(code: int) -> None:
    if code != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
