"""A migration as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pacewright.cli.session import Document, Style
from pacewright.cli.views.plan import change_lines, effect_words


def migration_text(document: Document, style: Style) -> str:
    return "\n".join(_lines(document, style)) + "\n"


def migrated_text(document: Document, style: Style) -> str:
    if not document["done"]:
        return "nothing to do: all is as the spec says\n"
    handed = len(document["to_systemd"]) + len(document["to_pacemaker"])
    lines = [f"{handed} unit{'s' if handed != 1 else ''} handed over, none stopped; settled"]
    if document["findings"] or document["not_as_desired"]:
        lines = [style("red", "done, but not all is as it must be")]
        lines += [f"  {each['message']} [{each['code']}]" for each in document["findings"]]
        lines += [f"  {each['resource']}: {'; '.join(each['why'])}" for each in document["not_as_desired"]]
    else:
        lines[0] = f"{style('green', lines[0])}, as desired"
    return "\n".join(lines) + "\n"


_COUNTED = ("location", "colocation", "order", "ticket")  # an architecture has dozens of them
_SIGNS = {"create": "+", "update": "~", "delete": "-"}


def _lines(document: Document, style: Style) -> Iterator[str]:
    if document["nothing_to_do"]:
        yield "Nothing to do: all is as the spec says."
        return
    yield f"Migration of {style('bold', document['deployment'])}, step by step:"
    if document["first"]:
        yield style("bold", "Start first, since running services will be ordered after it:")
        yield f"  {', '.join(document['first'])}"
    yield from _units(document["to_systemd"], "Hand over to systemd, running", style)
    yield from _units(document["to_pacemaker"], "Take over from systemd, running", style)
    if document["unfinished"]:
        yield style("bold", "Finish what an earlier run began:")
        yield from (f"  {node}: {', '.join(units)}" for node, units in document["unfinished"].items())
    yield from _rest(document, style)


def _units(units: list[Document], title: str, style: Style) -> Iterator[str]:
    if units:
        yield style("bold", f"{title} ({len(units)}):")
    for each in units:
        idle = [node for node in each["nodes"] if node not in each["running"]]
        note = f"  (not running on {', '.join(idle)})" if idle and each["running"] else ""
        note = note or ("" if each["running"] else "  (not running)")
        yield f"  {each['unit']:<44} {', '.join(each['nodes'])}{note}"


def _rest(document: Document, style: Style) -> Iterator[str]:
    """Changes of what does not change hands, and all effects."""
    handed = {
        unit[key] for unit in document["to_systemd"] + document["to_pacemaker"] for key in ("resource", "primitive")
    }
    changes = [c for c in document["changes"] if c["address"].partition(" ")[2] not in handed]
    if changes:
        yield style("bold", f"Then apply the rest ({len(changes)} changes; 'pacewright plan --prune' shows all):")
        for change in (c for c in changes if c["kind"] not in _COUNTED):
            yield from change_lines(change, style)
        yield from _counted(changes)
    effects = document["effects"]
    yield style("bold", f"Effects of all steps ({len(effects)}):") if effects else "Effects of all steps: none."
    yield from (f"  {effect_words(effect)}" for effect in effects)
    for each in document["interrupted"]:
        word = "agreed to" if each["agreed"] else f"needs --outage {each['resource']}"
        actions = ", ".join(dict.fromkeys(e["action"] for e in each["effects"]))
        yield style("red" if not each["agreed"] else "yellow", f"Interrupted: {each['resource']} ({actions}): {word}")


def _counted(changes: list[Document]) -> Iterator[str]:
    counts = Counter((c["action"], c["kind"]) for c in changes if c["kind"] in _COUNTED)
    for (action, kind), count in counts.items():
        yield f"  {_SIGNS[action]} {count} {kind}{'s' if count != 1 else ''}"
