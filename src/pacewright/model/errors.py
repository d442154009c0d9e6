"""Every exception that pacewright raises on purpose. The type tells the caller what to do.

PacewrightError
 +-- UsageError          64  the command line makes no sense
 +-- InputError           1  edit the input: carries Reports
 |    +-- SpecError          a spec, crmsh text, pcs script or CIB that cannot be read
 |    +-- ConversionError    something that the target format cannot express
 |    +-- AdoptionNeeded     objects exist that no deployment owns
 +-- ToolError            1  a Pacemaker tool failed: read its stderr
 +-- Declined             2  the user said no, or there was nobody to ask
 +-- StalePlan            3  the configuration moved: plan again
 +-- ForbiddenEffect      4  --forbid refused an effect
 +-- TimedOut             6  not settled in time
 +-- NoCluster            7  no cluster here, or no quorum
 |    +-- Unreachable        the machine cannot be asked: what was sent to it may or may not have been done
 +-- Held                 8  somebody else holds the lock
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from pacewright.model.report import Report


class Exit(IntEnum):
    """Exit codes: a contract (docs/reference.md)."""

    DONE = 0
    ERROR = 1
    PENDING = 2
    STALE = 3
    FORBIDDEN = 4
    NOT_AS_DESIRED = 5
    TIMEOUT = 6
    NO_CLUSTER = 7
    HELD = 8
    USAGE = 64


class PacewrightError(Exception):
    """The base of all. ``exit`` is the process's exit code, ``reports`` what to print."""

    exit = Exit.ERROR

    def __init__(self, message: str, reports: Iterable[Report] = ()) -> None:
        super().__init__(message)
        self.reports = list(reports)


class UsageError(PacewrightError):
    exit = Exit.USAGE


class InputError(PacewrightError):
    """The input has errors; ``reports`` has all of them."""

    def __init__(self, reports: Iterable[Report], message: str | None = None) -> None:
        listed = list(reports)
        super().__init__(message or "\n".join(str(r) for r in listed), listed)


class SpecError(InputError):
    """``partial``: what could be read all the same (``sources.loaded.Loaded``), so that it can be judged, too."""

    def __init__(self, reports: Iterable[Report], message: str | None = None, *, partial: Any = None) -> None:
        super().__init__(reports, message)
        self.partial = partial


class ConversionError(InputError):
    pass


class AdoptionNeeded(InputError):
    pass


class ToolError(PacewrightError):
    """A tool ended with an error. ``command``: its arguments, ``code``: exit code, ``stderr``: its words."""

    def __init__(self, command: Sequence[str], code: int, stderr: str) -> None:
        self.command, self.code, self.stderr = list(command), code, stderr
        super().__init__(f"{command[0]} failed with exit code {code}: {stderr.strip() or 'no message'}")


class Declined(PacewrightError):
    exit = Exit.PENDING


class StalePlan(PacewrightError):
    exit = Exit.STALE


class ForbiddenEffect(PacewrightError):
    exit = Exit.FORBIDDEN


class TimedOut(PacewrightError):
    exit = Exit.TIMEOUT


class NoCluster(PacewrightError):
    exit = Exit.NO_CLUSTER


class Unreachable(NoCluster):
    pass


class Held(PacewrightError):
    exit = Exit.HELD
