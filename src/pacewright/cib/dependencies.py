"""What a resource needs of others before it can run: mandatory orders and colocations, tickets, operator's bans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pacewright.cib.configured import Configured
from pacewright.cib.xml import Node
from pacewright.model.values import INFINITY, boolean, role, score

_BAN = "cli-ban-"


@dataclass(frozen=True, slots=True)
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


def tickets_missing(configured: Configured, identity: str) -> Iterator[tuple[str, str | None]]:
    """(ticket, the role that needs it) of each ticket that the resource needs and this site has not been granted."""
    granted = {t.get("id") for t in configured.root.iterfind("status/tickets/ticket_state")
               if boolean(t.get("granted") or "") and not boolean(t.get("standby") or "")}  # fmt: skip
    lineage = set(configured.lineage(identity))
    for each in configured.root.iterfind("configuration/constraints/rsc_ticket"):
        if each.get("ticket") in granted:
            continue
        entries = [(each.get("rsc"), each.get("rsc-role"))] + [
            (r.get("id"), s.get("role")) for s in each.iterfind("resource_set") for r in s
        ]
        for reference, needed in entries:
            if reference and lineage & set(configured.named(reference)):
                yield str(each.get("ticket")), role(needed or "")


def bans(configured: Configured, identities: set[str]) -> Iterator[tuple[str, str, str | None]]:
    """(node, constraint id, Promoted if only that role) of each ban that crm_resource or crmsh wrote on these."""
    for each in configured.root.iterfind("configuration/constraints/rsc_location"):
        if (each.get("id") or "").startswith(_BAN) and each.get("rsc") in identities:
            node = each.get("node")
            if node is None:  # with a lifetime the node stands in a rule
                node = next((e.get("value") for e in each.iter("expression") if e.get("attribute") == "#uname"), None)
            if node:
                yield node, str(each.get("id")), _promoted(each.get("role"))


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
