"""What a test run left on the machine."""

from __future__ import annotations

from pathlib import Path

# Made by the run itself: pytest's folders and reports, mypy's and hypothesis' scratch files go with the folder.
EXPECTED = ("pytest", "state")


def leftovers(scratch: Path, mounts_before: set[str]) -> list[str]:
    """Processes, mounts and files that outlived the tests whose TMPDIR was ``scratch``, one sentence each."""
    return [*_processes(scratch), *_mounts(scratch, mounts_before), *_files(scratch)]


def _processes(scratch: Path) -> list[str]:
    marker = f"TMPDIR={scratch}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker in environ.read_bytes().split(b"\0"):
                command = (environ.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append(f"process {environ.parent.name}: {command.strip()[:100]}")
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def _mounts(scratch: Path, before: set[str]) -> list[str]:
    """Only mounts that are ours by name: others may mount things at the same time."""
    now = set(Path("/proc/self/mounts").read_text().splitlines()) - before
    return [f"mount: {line}" for line in sorted(now) if str(scratch) in line or "pacewright" in line]


def _files(scratch: Path) -> list[str]:
    return [
        f"file: {path}" for path in sorted(scratch.iterdir()) if path.name not in EXPECTED and path.suffix != ".xml"
    ]
