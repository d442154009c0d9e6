"""The one door to the system: arguments as a list, a clean environment, a time limit, everything logged; no shell."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

from pacewright.model.errors import ToolError
from pacewright.model.immutable import immutable

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEPT = ("HOME", "USER", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK")
verbose = False


@immutable(frozen=True, slots=True)
class Completed:
    """``code``: exit code, minus the signal's number when killed. ``seconds``: wall time."""

    command: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: str
    seconds: float

    def required(self) -> Completed:
        """Itself. Raises ToolError where the exit code is not 0."""
        if self.code != 0:
            raise ToolError(self.command, self.code, self.stderr)
        return self


def run(
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    shown: Sequence[str] = (),
    elsewhere: bool = False,
) -> Completed:
    """Runs one program to its end and returns its exit code, whatever it is.

    ``elsewhere``: it enters another machine, where our variables mean nothing.
    ``shown``: the command as ``-v`` prints it, where that says more.
    Raises ToolError with code 127 for a missing program, 124 for one that did not end within ``timeout`` seconds.
    Its whole process group is ended then, and when we are interrupted.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=clean_environment(environment, elsewhere=elsewhere), start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise ToolError(command, 127, f"{command[0]} is not installed") from None
    except PermissionError as error:
        raise ToolError(command, 126, str(error)) from None
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        raise ToolError(command, 124, f"no answer within {timeout:g} s") from None
    except BaseException:
        _end(process)
        raise
    seconds = time.monotonic() - started
    if verbose:
        words = (word if "\n" not in word else f"{word.partition(chr(10))[0]}..." for word in shown or command)
        print(f"+ {' '.join(words)}  [{process.returncode}, {seconds:.3f} s]", file=sys.stderr)
    return Completed(tuple(command), process.returncode, out, err.decode(errors="replace"), seconds)


class Started:
    """A program that stays: our child."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        self.pid = child.pid

    @property
    def runs(self) -> bool:
        return self._child.poll() is None

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code; None where it has not ended in time."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        self._child.kill()


def start(command: Sequence[str], *, log: str, environment: Mapping[str, str] | None = None) -> Started:
    """Starts a program that stays, in a session of its own. ``log``: the file that its output is added to.

    Raises ToolError with code 127 for a missing program.
    """
    with open(log, "ab") as output:
        try:
            child = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=clean_environment(environment), start_new_session=True, cwd="/",
            )  # fmt: skip
        except FileNotFoundError:
            raise ToolError(command, 127, f"{command[0]} is not installed") from None
    return Started(child)


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Turns this process into a program that enters another machine: its input, output and exit code are ours.

    Raises ToolError.
    """
    try:
        os.execvpe(command[0], list(command), clean_environment(environment, elsewhere=True))  # noqa: S606 - no shell is what is wanted
    except OSError as error:
        raise ToolError(command, 127, error.strerror or str(error)) from None


def clean_environment(extra: Mapping[str, str] | None = None, *, elsewhere: bool = False) -> dict[str, str]:
    """What programs get to see: a fixed search path, the C locale, ``extra``; our folders unless they run elsewhere."""
    kept = {} if elsewhere else {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PATH": SEARCH_PATH, "LC_ALL": "C", **(extra or {})}


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
