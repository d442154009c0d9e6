"""What is to be changed in a configuration, as values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pacewright.model.immutable import immutable


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Reason(StrEnum):
    """Why a change is made. Stable words; sentences are the view's."""

    STATED = "stated"  # the spec says so
    PRUNED = "pruned"  # owned, no longer in the spec, and --prune
    DANGLING = "dangling"  # refers to something that is deleted
    EMPTIED = "emptied"  # a group or clone whose members have gone elsewhere


@immutable(frozen=True, slots=True)
class Detail:
    """One value inside an object. ``path``: spec keys joined by ``/``. None: absent.

    ``secret`` values are compared but never shown.
    """

    path: str
    before: Any
    after: Any
    secret: bool = False


@immutable(frozen=True, slots=True)
class Change:
    """Create, update or delete of one object. ``kind`` is the administrator's word (``primitive``, ``colocation``).

    ``adopts``: the object existed and no deployment owned it.
    """

    address: str
    action: Action
    kind: str
    details: tuple[Detail, ...]
    reason: Reason = Reason.STATED
    adopts: bool = False

    @property
    def touches_secret(self) -> bool:
        return any(d.secret for d in self.details)
