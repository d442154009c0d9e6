"""An explanation as a JSON document, and the text that is made of it."""

from __future__ import annotations

from dataclasses import asdict

from pacewright.cib.status.reasons import failure_text
from pacewright.cli.session import Document, Style
from pacewright.model.explanation import Explanation
from pacewright.model.status import Failure
from pacewright.model.values import score_text

FORMAT, VERSION = "pacewright-explain", 1


def document(explanation: Explanation, cluster: str) -> Document:
    """Scores are numbers within plus and minus 1,000,000 (INFINITY)."""
    return {"format": FORMAT, "version": VERSION, "cluster": cluster, **asdict(explanation)}


def render(document: Document, style: Style) -> str:
    lines = [style("bold", f"{document['sentence']}.")]
    if document["nodes"]:
        width = max(len(n["node"]) for n in document["nodes"])
        lines += ["", "Nodes", *(f"  {_node(n, width, style)}" for n in document["nodes"])]
    for title, found in (
        ("What weighs", [_contribution(c) for c in document["contributions"]]),
        ("Failures", [f"{f['resource']}: {failure_text(Failure(**f))}" for f in document["failures"]]),
        ("Held by the operator", [f"{h['by']} {h['detail']}" for h in document["held"]]),
        ("Why not as desired", document["why_not"]),
    ):
        if found:
            lines += ["", title, *(f"  {line}" for line in found)]
    return "\n".join(lines)


def _node(node: Document, width: int, style: Style) -> str:
    score = "" if node["score"] is None else score_text(node["score"])
    mark = style("green", "runs here") if node["chosen"] else "; ".join(node["why_not"])
    return f"{node['node']:{width}}  {score:>9}  {mark or node['state']}"


def _contribution(each: Document) -> str:
    score = "" if each["score"] is None else f" ({score_text(each['score'])})"
    name = f"{each['kind']} {each['id']}" if each["id"] else each["kind"]
    return f"{name}: {each['text']}{'' if each['kind'] == 'stickiness' else score}"


def origin_text(document: Document, style: Style) -> str:
    lines = []
    for each in document["objects"]:
        place = each["file"] if each["line"] is None else f"{each['file']}:{each['line']}"
        where = f"asked for by {each['path']} in {place}" if each["path"] else f"written in {place}"
        lines += [f"{style('bold', each['address'])}: {each['rule'] or 'by the spec itself'}", f"  {where}"]
    return "\n".join(lines)
