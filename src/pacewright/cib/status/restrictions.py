"""What keeps resources from running apart from their own scores: bans by hand, tickets that this site does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.status.configured import Configured
from pacewright.cib.xml import Node
from pacewright.model.immutable import immutable
from pacewright.model.status import PROMOTED
from pacewright.model.values import boolean, role

_BAN = "cli-ban-"  # the ids that crm_resource and crmsh write


@immutable(frozen=True, slots=True)
class Ban:
    """``promoted``: only from being promoted there."""

    resource: str
    node: str
    constraint: str
    promoted: bool


def bans(configured: Configured) -> Iterator[Ban]:
    for each in configured.root.iterfind("configuration/constraints/rsc_location"):
        identity = each.get("id") or ""
        if identity.startswith(_BAN) and (node := _banned_node(each)):
            yield Ban(str(each.get("rsc")), node, identity, role(each.get("role") or "") == PROMOTED)


def _banned_node(ban: Node) -> str | None:
    """With a lifetime the node stands in a rule."""
    named = (e.get("value") for e in ban.iter("expression") if e.get("attribute") == "#uname")
    return ban.get("node") or next(named, None)


def missing_tickets(configured: Configured) -> dict[str, list[tuple[str, bool]]]:
    """By the resource that needs it: (ticket, needed only to be promoted) of each ticket not granted to this site."""
    granted = {
        t.get("id")
        for t in configured.root.iterfind("status/tickets/ticket_state")
        if boolean(t.get("granted") or "") and not boolean(t.get("standby") or "")
    }
    missing: dict[str, list[tuple[str, bool]]] = {}
    for each in configured.root.iterfind("configuration/constraints/rsc_ticket"):
        entries = [(each.get("rsc"), each.get("rsc-role"))]
        entries += [(r.get("id"), s.get("role")) for s in each.iterfind("resource_set") for r in s]
        for reference, needed in entries:
            if reference and each.get("ticket") not in granted:
                for name in configured.named(reference):
                    entry = (str(each.get("ticket")), role(needed or "") == PROMOTED)
                    missing.setdefault(name, []).append(entry)
    return missing
