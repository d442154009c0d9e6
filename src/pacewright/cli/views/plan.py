"""A plan as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pacewright.cli.session import Document, Style

_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
_LOUD = {"stop", "restart", "recover", "move", "demote", "fence"}
_REASONS = {
    "pruned": "no longer in the spec", "dangling": "refers to what is deleted", "emptied": "has no member left",
}  # fmt: skip
LONGEST = 72


def plan_text(document: Document, style: Style) -> str:
    return "\n".join(_lines(document, style)) + "\n"


def _lines(document: Document, style: Style) -> Iterator[str]:
    simulated = "; operations are simulated, the scheduler is real" if document["simulated"] else ""
    yield f"Deployment {style('bold', document['deployment'])} on {document['cluster']}{simulated}"
    if not document["changes"]:
        yield "Nothing to do: the configuration is as the spec says."
    else:
        yield ""
        yield style("bold", f"Changes ({len(document['changes'])}):")
        for change in document["changes"]:
            yield from change_lines(change, style)
        yield ""
        yield from _effects(document, style)
    if document["left_over"]:
        yield ""
        yield "Left over (owned, no longer in the spec; kept without --prune):"
        yield from (f"  {address}" for address in document["left_over"])
    if document["adopted"] and not document["options"]["adopt"]:
        yield ""
        yield style("yellow", f"{len(document['adopted'])} of these exist and have no owner: apply needs --adopt.")
    if document["forbidden"]:
        yield ""
        yield style("red", "Refused by --forbid:")
        yield from (f"  {effect_words(e)}" for e in document["forbidden"])


def change_lines(change: Document, style: Style) -> Iterator[str]:
    sign, colour = _SIGNS[change["action"]]
    notes = [n for n in (change["adopts"] and "adopted", _REASONS.get(change["reason"])) if n]
    note = f"  ({', '.join(notes)})" if notes else ""
    agent = next((d["after"] or d["before"] for d in change["details"] if d["path"] == "agent"), None)
    agent_text = f"  {agent}" if agent and change["action"] != "update" else ""
    yield f"  {style(colour, sign)} {_title(change)}{agent_text}{note}"
    if change["action"] == "update":
        yield from (f"      {_detail(d, style)}" for d in change["details"])
    elif change["action"] == "create":
        shown = [d for d in change["details"] if d["path"] not in ("agent", "value")]
        yield from (f"      {d['path']}: {_value(d['after'])}" for d in shown)


def _title(change: Document) -> str:
    """``primitive p_IP``, ``property stonith-enabled = true``."""
    word, _, name = change["address"].partition(" ")
    title = f"{change['kind']} {name}" if word in ("resource", "location", "colocation", "order") else change["address"]
    value = next((d for d in change["details"] if d["path"] == "value"), None)
    if value is None or change["action"] == "update":
        return title
    return f"{title} = {_value(value['after'] if change['action'] == 'create' else value['before'])}"


def _detail(detail: Document, style: Style) -> str:
    before, after = detail["before"], detail["after"]
    if before is None:
        return f"{detail['path']}: {style('green', _value(after) + ' (added)')}"
    if after is None:
        return f"{detail['path']}: {style('red', _value(before) + ' (removed)')}"
    if detail["secret"]:
        return f"{detail['path']}: {_value(after)} (changed)"
    return f"{detail['path']}: {_value(before)} -> {_value(after)}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        text = ", ".join(str(v) for v in value)
    else:
        text = str(value).lower() if isinstance(value, bool) else "(none)" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _effects(document: Document, style: Style) -> Iterator[str]:
    effects = document["effects"]
    if not effects:
        yield "Effects of these changes: none."
    else:
        counts: dict[str, int] = {}
        for effect in effects:
            counts[effect["action"]] = counts.get(effect["action"], 0) + 1
        summary = ", ".join(f"{n} {action}" for action, n in counts.items())
        yield style("bold", f"Effects ({summary}):")
        for effect in effects:
            word = style("red" if effect["action"] in _LOUD else "green", f"{effect['action']:<8}")
            yield f"  {word} {effect_words(effect, bare=True)}"
    if document["pending"]:
        yield "Pending anyway, whether applied or not:"
        yield from (f"  {effect_words(e)}" for e in document["pending"])
    if not document["settles"]:
        yield style("yellow", "The scheduler does not come to rest within the transitions looked at.")


def effect_words(effect: Document, *, bare: bool = False) -> str:
    """``restart p_mysql on alice (resource definition change)``."""
    where = (
        f"{effect['source']} -> {effect['node']}"
        if effect["source"] and effect["node"] != effect["source"]
        else effect["node"]
    )
    # Pacemaker numbers the instances of a clone anew in each transition: the numbers tell a person nothing.
    name = re.sub(r":\d+$", "", effect["resource"])
    what = f"{name} on {where}" if name else where
    notes = [n for n in (effect["reason"], "" if effect["certain"] else "may: agents decide by promotion scores") if n]
    reason = f"  ({'; '.join(notes)})" if notes else ""
    return f"{what}{reason}" if bare else f"{effect['action']} {what}{reason}"
