"""Text of ``pacewright lab``."""

from __future__ import annotations

from pacewright.cli.session import Document, Style

_COLOURS = {"online": "green", "offline": "red", "unclean": "red", "pending": "yellow", "off": "red"}


def lab_text(document: Document, style: Style) -> str:
    head = f"lab {style('bold', document['name'])}: Debian {document['release']}, {len(document['nodes'])} nodes"
    if document["bare"]:
        head += ", bare"
    elif document["dc"]:
        head += f", DC {document['dc']}, {'quorum' if document['quorum'] else style('red', 'no quorum')}"
    else:
        head += f", {style('red', 'no cluster')}"
    lines = [head]
    width = max((len(n["name"]) for n in document["nodes"]), default=0)
    for node in document["nodes"]:
        power = "frozen" if node["frozen"] else node["power"]
        state = node["cluster"] or "-"
        lines.append(
            f"  {node['name']:<{width}}  power {style(_COLOURS.get(power, ''), power) if power in _COLOURS else power}"
            f"  cluster {style(_COLOURS[state], state) if state in _COLOURS else state}"
            f"  {' '.join(node['addresses'])}  BMC {node['bmc']}"
        )
    lines += [f"  cut: {cut}" for cut in document["cuts"]]
    lines.append(f"use it: --cluster {'lab' if document['name'] == 'default' else document['cluster']}")
    return "\n".join(lines)


def labs_text(document: Document, style: Style) -> str:
    if not document["labs"]:
        return "no labs here"
    states = {True: style("green", "running"), False: style("red", "ended; 'down' takes its files away")}
    return "\n".join(f"{lab['name']}: {states[lab['running']]}" for lab in document["labs"])


def images_text(document: Document, _style: Style) -> str:
    lines = [f"removed {name}" for name in document["removed"]]
    lines += [f"{image['path']}{'  (in use)' if image['used'] else ''}" for image in document["images"]]
    return "\n".join(lines) or "no images"
