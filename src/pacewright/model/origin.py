"""Why an object is there."""

from __future__ import annotations

from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True)
class Origin:
    """``rule``: a sentence for people. ``path``: where the deployment asks for it, as ``services/keystone``."""

    rule: str
    path: str
