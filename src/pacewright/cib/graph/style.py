"""How things look in a static picture. The page's colours are in its style sheet, by the same class names."""

from __future__ import annotations

from pacewright.cib.graph.values import Change, Line
from pacewright.model.immutable import immutable

FONT = "Helvetica"
INK, MUTED, PAPER = "#1f2933", "#66727f", "#ffffff"


@immutable(frozen=True, slots=True)
class LineStyle:
    """``style`` and ``arrow`` in Graphviz's words. ``meaning``: the legend's sentence."""

    colour: str
    style: str
    arrow: str
    meaning: str
    width: str = "1.3"


@immutable(frozen=True, slots=True)
class Shape:
    shape: str
    fill: str
    border: str
    style: str = "filled"


LINES = {
    Line.ORDER: LineStyle("#1d5fbf", "solid", "normal", "order: first → then"),
    Line.COLOCATION: LineStyle("#7a3db8", "dashed", "odot", "colocation: the circle is the one it is placed with"),
    Line.LOCATION: LineStyle("#0b7a75", "dotted", "vee", "location: score for a node or rule", "1.6"),
    Line.PROMOTION: LineStyle("#c2185b", "solid", "normal", "promotion: of a promoted role", "2.2"),
    Line.TICKET: LineStyle("#8a6212", "dotted", "diamond", "ticket", "1.6"),
    Line.FENCING: LineStyle("#66727f", "solid", "box", "fencing: device of a node"),
}
SHAPES = {
    "primitive": Shape("box", "#f3f6fb", "#8796a8", "rounded,filled"),
    "template": Shape("box", "#ffffff", "#8796a8", "rounded,dashed"),
    "node": Shape("box3d", "#e3f1ea", "#3d8161"),
    "pattern": Shape("folder", "#e8f4f3", "#0b7a75"),
    "rule": Shape("note", "#fdf6dd", "#a08422"),
    "ticket": Shape("hexagon", "#f8ecd4", "#8a6212"),
    "tag": Shape("tab", "#eeeafa", "#6c5bb0"),
    "missing": Shape("octagon", "#ffffff", "#b42318", "dashed"),
    "junction": Shape("point", INK, INK),
}
BOXES = {
    "group": Shape("", "#ffffff", "#8796a8", "rounded,filled"),
    "clone": Shape("", "#eef2f7", "#5b6b7d", "rounded,filled"),
    "promotable clone": Shape("", "#fbeaf1", "#c2185b", "rounded,filled"),
    "bundle": Shape("", "#eaf3fb", "#2b74ad", "rounded,filled"),
    "fencing": Shape("", "#fbfbfb", "#66727f", "dashed,filled"),
    "alike": Shape("", "#fcfcfd", "#a7b0ba", "dotted,filled"),
}
CHANGES = {Change.ADDED: "#1a7f37", Change.REMOVED: "#cf222e", Change.CHANGED: "#d9730d"}
UNCHANGED = "#a7b0ba"
