"""What a resource needs of others before it can run: mandatory orders and colocations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pacewright.cib.status.configured import Configured
from pacewright.cib.xml import Node
from pacewright.model.immutable import immutable
from pacewright.model.values import INFINITY, boolean, role, score


@immutable(frozen=True, slots=True)
class Dependency:
    """``resource`` needs ``on``. ``kind``: order, colocation, group. ``constraint``: its id, for a group the group's.

    ``score``: a colocation's; INFINITY where mandatory. ``own_role``: only this role of ``resource`` needs it.
    """

    kind: str
    resource: str
    on: str
    constraint: str | None
    score: int = INFINITY
    own_role: str | None = None
    role: str | None = None

    @property
    def mandatory(self) -> bool:
        return self.score >= INFINITY


def dependencies(configured: Configured) -> dict[str, list[Dependency]]:
    """By the resource that depends."""
    found: dict[str, list[Dependency]] = {}
    for each in (*_constraints(configured), *_members(configured)):
        for name in configured.named(each.resource):
            for on in configured.named(each.on):
                entry = Dependency(each.kind, name, on, each.constraint, each.score, each.own_role, each.role)
                found.setdefault(name, []).append(entry)
    return found


def _constraints(configured: Configured) -> Iterator[Dependency]:
    for each in configured.root.iterfind("configuration/constraints/*"):
        if each.tag == "rsc_colocation":
            yield from _colocations(each)
        elif each.tag == "rsc_order" and _is_mandatory(each):
            yield from _orders(each)


def _members(configured: Configured) -> Iterator[Dependency]:
    for identity, element in configured.elements.items():
        if element.tag == "group":
            names = [str(m.get("id")) for m in element.iterfind("primitive")]
            yield from (Dependency("group", b, a, identity) for a, b in pairwise(names))


def _colocations(each: Node) -> Iterator[Dependency]:
    identity, number = str(each.get("id")), score(each.get("score") or "INFINITY") or 0
    if each.get("rsc") and each.get("with-rsc"):
        yield Dependency("colocation", str(each.get("rsc")), str(each.get("with-rsc")), identity, number,
                         _promoted(each.get("rsc-role")), _promoted(each.get("with-rsc-role")))  # fmt: skip
    sets = each.findall("resource_set")
    for inner in sets:
        yield from _chain("colocation", _names(inner), identity, inner, score(inner.get("score") or "") or number)
    for dependent, primary in pairwise(sets):
        for name in _names(dependent)[:1] if boolean(dependent.get("sequential") or "true") else _names(dependent):
            for on in _names(primary)[-1:] if boolean(primary.get("sequential") or "true") else _names(primary):
                yield Dependency("colocation", name, on, identity, number, _promoted(dependent.get("role")),
                                 _promoted(primary.get("role")))  # fmt: skip


def _orders(each: Node) -> Iterator[Dependency]:
    identity = str(each.get("id"))
    first_action = each.get("first-action") or "start"
    if each.get("first") and each.get("then") and first_action in ("start", "promote"):
        then_action = each.get("then-action") or first_action
        if then_action in ("start", "promote"):
            yield Dependency("order", str(each.get("then")), str(each.get("first")), identity, INFINITY,
                             _by_action(then_action), _by_action(first_action))  # fmt: skip
    sets = [s for s in each.findall("resource_set") if (s.get("action") or "start") in ("start", "promote")]
    for inner in sets:
        yield from _chain("order", _names(inner), identity, inner, INFINITY)
    for earlier, later in pairwise(sets):
        for name in _names(later):
            for on in _names(earlier):
                yield Dependency(
                    "order",
                    name,
                    on,
                    identity,
                    INFINITY,
                    _by_action(later.get("action")),
                    _by_action(earlier.get("action")),
                )


def _chain(kind: str, names: Sequence[str], identity: str, inner: Node, number: int) -> Iterator[Dependency]:
    """Members of a sequential set: each needs the one before it."""
    if boolean(inner.get("sequential") or "true"):
        wanted = _promoted(inner.get("role")) or _by_action(inner.get("action"))
        yield from (Dependency(kind, b, a, identity, number, wanted, wanted) for a, b in pairwise(names))


def _names(inner: Node) -> list[str]:
    return [str(r.get("id")) for r in inner.iterfind("resource_ref")]


def _is_mandatory(order: Node) -> bool:
    if kind := order.get("kind"):
        return kind.lower() == "mandatory"
    return score(order.get("score") or "INFINITY") != 0


def _promoted(word: str | None) -> str | None:
    return "Promoted" if role(word or "") == "Promoted" else None


def _by_action(word: str | None) -> str | None:
    return "Promoted" if word == "promote" else None
