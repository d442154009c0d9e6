"""The rows of the matrix: data in ``changes/*.yaml``, one mapping of name to row a file.

Keys of a row:
``before``     the spec that the cluster runs first (without ``deployment``)
``change``     what the second spec changes in it: a merge patch as RFC 7386 has it (null removes, lists are replaced)
``shows``      the kinds of effect that the plan must name, no more and no less: a row cannot become empty unnoticed;
               ``a|b`` where the order in which nodes have joined decides which
``arguments``  of plan and apply, ``--prune``
``hand``       commands that an operator gives on a node between the two specs
``fail``       ``{resource, times}``: failures of a running resource between the two specs
``may``        why Pacemaker cannot know what this row brings about: its uncertain effects are then allowed
``breaks``     ``{resource, why}``: an operation of this resource (its id, without an instance's number) fails, and
               Pacemaker cannot know it before: what follows from that failure is collateral (collateral.py)
``needs``      ``bundles`` for rows that need containers
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "changes"
DEPLOYMENT = "matrix"
_KEYS = {"before", "change", "shows", "arguments", "hand", "fail", "may", "breaks", "needs"}
Spec = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """``theme``: the file that it stands in. ``name``: unique in the matrix."""

    theme: str
    name: str
    before: Spec
    after: Spec
    shows: frozenset[str]
    arguments: tuple[str, ...] = ()
    hand: tuple[tuple[str, ...], ...] = ()
    fail: Mapping[str, Any] = field(default_factory=dict)
    may: str = ""
    breaks: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""

    @property
    def reason(self) -> str:
        """Why not all of the row's operations can be known; empty where they can."""
        return "; ".join(why for why in (self.may, self.breaks.get("why", "")) if why)

    @property
    def slug(self) -> str:
        """The name as part of a file name."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.name).split())


def rows(wanted: Sequence[str] = ()) -> list[Row]:
    """All rows; only those whose theme or name is wanted, where any are."""
    found = [row for path in sorted(FOLDER.glob("*.yaml")) for row in _rows_of(path)]
    names = [row.name for row in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"rows of one name: {sorted(twice)}")
    if unknown := [w for w in wanted if not any(w in (row.theme, row.name) for row in found)]:
        raise ValueError(f"no such row or theme: {unknown}")
    return [row for row in found if not wanted or row.theme in wanted or row.name in wanted]


def _rows_of(path: Path) -> Iterator[Row]:
    for name, entry in yaml.safe_load(path.read_text()).items():
        if odd := set(entry) - _KEYS:
            raise ValueError(f"{path.name}: {name}: unknown keys {sorted(odd)}")
        if "breaks" in entry and set(entry["breaks"]) != {"resource", "why"}:
            raise ValueError(f"{path.name}: {name}: 'breaks' needs resource and why, no more")
        before = {"deployment": DEPLOYMENT, **entry["before"]}
        yield Row(
            theme=path.stem,
            name=name,
            before=before,
            after=merged(before, entry["change"]),
            shows=frozenset(entry["shows"]),
            arguments=tuple(entry.get("arguments", ())),
            hand=tuple(tuple(command) for command in entry.get("hand", ())),
            fail=entry.get("fail", {}),
            may=entry.get("may", ""),
            breaks=entry.get("breaks", {}),
            needs=entry.get("needs", ""),
        )


def merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def text(spec: Spec) -> str:
    """The spec as YAML, without anchors."""

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(spec, Dumper=Plain, sort_keys=False, width=120)
