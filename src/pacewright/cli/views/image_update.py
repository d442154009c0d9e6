"""Text of an image update: what is to be done, or what has been done."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cli.session import Document, Style

_SHORT = 12


def image_update_text(document: Document, style: Style) -> str:
    if document["done"]:
        return "\n".join(_done(document)) + "\n"
    if not document["pending"]:
        return "nothing to do: every replica is of the image asked for\n"
    return "\n".join(line for bundle in document["bundles"] for line in _bundle(bundle, style)) + "\n"


def _done(document: Document) -> Iterator[str]:
    refs = {bundle["bundle"]: bundle["ref"] for bundle in document["bundles"]}
    for each in document["restarted"]:
        restarted = f"restarted on {', '.join(each['nodes'])}" if each["nodes"] else "nothing to restart"
        yield f"{each['bundle']}: every replica is of {refs[each['bundle']]}; {restarted}"


def _bundle(bundle: Document, style: Style) -> Iterator[str]:
    yield style("bold", f"{bundle['bundle']}: {bundle['image']} comes to mean {bundle['ref']}")
    if not bundle["steps"]:
        yield "  nothing to do"
    wanted = {node["node"]: node["wanted"] for node in bundle["nodes"]}
    for step in bundle["steps"]:
        yield f"  {_step(step, wanted.get(step['node'], ''))}"
        yield from (f"      {_beside(each)}" for each in step["beside"])


def _step(step: Document, wanted: str) -> str:
    if step["action"] == "retag":
        return f"retag    on {step['node']}: {(step['former'] or 'nothing')[:_SHORT]} -> {wanted[:_SHORT]}"
    if step["action"] == "start":
        return f"start    the replica missing on {step['node']}"
    return f"restart  the {'promoted ' if step['promoted'] else ''}replica on {step['node']}"


def _beside(each: Document) -> str:
    to = f" to {each['to']}" if each["to"] else ""
    return f"meanwhile {each['action']} of {each['resource']} from {each['node']}{to}"
