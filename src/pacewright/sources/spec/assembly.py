"""Flat resources into groups, clones and bundles: who is inside whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pacewright.model.report import did_you_mean
from pacewright.model.resources import Bundle, Clone, Group, Primitive, Resource, members, walk
from pacewright.sources.spec.nodes import Scalar
from pacewright.sources.spec.reader import Members, Reader

Entry = tuple[Scalar, Resource]


def assemble(entries: Sequence[Entry], reader: Reader) -> tuple[Resource, ...]:
    """The resources that stand at top level, members inside their containers. Mistakes are reported."""
    return _Assembly(entries, reader).top_level()


class _Assembly:
    def __init__(self, entries: Sequence[Entry], reader: Reader) -> None:
        self.reader = reader
        self.flat: dict[str, Resource] = {key.text: resource for key, resource in entries}
        self.inside_xml = {r.id for _, each in entries for m in members(each) for r in walk([m]) if r.id}
        self.holder: dict[str, str] = {}
        self.broken: set[str] = set()

    def named_by(self, holder: str) -> Members:
        return self.reader.members.get(f"resource {holder}", Members("", []))

    def top_level(self) -> tuple[Resource, ...]:
        for holder in self.flat:
            for name in self.named_by(holder).names:
                self._take(holder, name)
        self._find_cycles()
        for holder in self.flat:
            self._check_kinds(holder)
        if self.broken:
            return ()
        return tuple(self._built(name) for name in self.flat if name not in self.holder)

    def _error(self, code: str, message: str, name: Scalar, holder: str, suggestion: str | None = None) -> None:
        self.broken.add(holder)
        self.reader.error(code, message, name, f"resource {holder}", suggestion)

    def _take(self, holder: str, name: Scalar) -> None:
        member = name.text
        if member in self.inside_xml:
            self._error("member-twice", f"'{member[:100]}' stands inside another resource's XML", name, holder)
        elif member not in self.flat:
            if member not in self.reader.failed:
                suggestion = did_you_mean(member[:100], (name for name in self.flat if name != holder))
                self._error("unknown-member", f"no resource '{member[:100]}'", name, holder, suggestion)
            self.broken.add(holder)
        elif member in self.holder:
            self._error("member-twice", f"'{member}' is in '{self.holder[member]}' already", name, holder)
        else:
            self.holder[member] = holder

    def _find_cycles(self) -> None:
        """Each resource has at most one holder: following holders upwards finds every cycle."""
        finished: set[str] = set()
        for start in self.flat:
            trail: list[str] = []
            name: str | None = start
            while name is not None and name not in finished and name not in trail:
                trail.append(name)
                name = self.holder.get(name)
            if name is not None and name in trail:
                cycle = trail[trail.index(name) :]
                first = next(n for n in self.flat if n in cycle)
                said = self.named_by(first).names
                path = " in ".join(f"'{n}'" for n in (*cycle, cycle[0]))
                self._error("containment-cycle", f"resources contain themselves: {path}", said[0], first)
                self.broken.update(cycle)
            finished.update(trail)

    def _check_kinds(self, holder: str) -> None:
        named = self.named_by(holder)
        allowed: tuple[type, ...] = (
            (Primitive, Group) if named.key in ("clone", "promotable", "master") else (Primitive,)
        )
        for name in named.names:
            member = self.flat.get(name.text)
            if member is not None and holder not in self.broken and not isinstance(member, allowed):
                wanted = "a primitive or group" if len(allowed) > 1 else "a primitive"
                message = f"'{name.text}' is a {member.tag}: '{named.key}' takes {wanted}"
                self._error("wrong-member", message, name, holder)

    def _built(self, name: str) -> Resource:
        resource: Any = self.flat[name]
        inside: list[Any] = [self._built(each.text) for each in self.named_by(name).names]
        if not inside:
            return self.flat[name]
        if isinstance(resource, Group):
            return replace(resource, members=tuple(inside))
        if isinstance(resource, Clone):
            return replace(resource, child=inside[0])
        assert isinstance(resource, Bundle)
        return replace(resource, primitive=inside[0])
