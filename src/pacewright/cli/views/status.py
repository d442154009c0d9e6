"""The status as a JSON document, and the text that is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from pacewright.cli.session import Document, Style
from pacewright.model.status import ClusterStatus, NodeStatus, ResourceStatus

FORMAT, VERSION = "pacewright-status", 1
_COLOURS = {"online": "green", "running": "green", "stopped": "yellow", "partial": "yellow", "standby": "yellow",
            "maintenance": "yellow", "pending": "yellow", "failed": "red", "blocked": "red", "offline": "red",
            "unclean": "red"}  # fmt: skip


# ---- the document


def document(status: ClusterStatus, cluster: str, asked: Iterable[ResourceStatus] | None) -> Document:
    """``asked``: the resources asked for; None for the whole cluster."""
    chosen = [status.resources[i] for i in status.top] if asked is None else list(asked)
    desired = status.as_desired if asked is None else all(r.as_desired for r in chosen)
    failures = status.failures if asked is None else dict.fromkeys(f for r in chosen for f in r.failures)
    return {
        "format": FORMAT, "version": VERSION, "cluster": cluster, "whole": asked is None, "as_desired": desired,
        "settled": status.settled, "quorum": status.quorum, "dc": status.dc, "maintenance_mode": status.maintenance,
        "nodes": [_node(n) for n in status.nodes], "resources": [_resource(r, status) for r in chosen],
        "failures": [asdict(f) for f in failures], "in_flight": [asdict(i) for i in status.in_flight],
        "planned": [asdict(p) for p in status.planned],
    }  # fmt: skip


def _node(node: NodeStatus) -> Document:
    return asdict(node)


def _resource(resource: ResourceStatus, status: ClusterStatus) -> Document:
    members = (status.resources.get(m) for m in resource.members)
    return {
        "id": resource.id, "kind": resource.kind, "agent": resource.agent, "state": resource.state,
        "as_desired": resource.as_desired, "why_not": list(resource.why_not), "nodes": list(resource.nodes),
        "active": resource.active, "expected": resource.expected,
        "promoted": resource.promoted, "promoted_expected": resource.promoted_expected,
        "managed": resource.managed, "target_role": resource.target_role, "orphaned": resource.orphaned,
        "held": [asdict(h) for h in resource.held], "planned": [asdict(p) for p in resource.planned],
        "failures": [asdict(f) for f in resource.failures],
        "instances": [{**asdict(i), "nodes": list(i.nodes)} for i in resource.instances],
        "members": [_resource(m, status) for m in members if m is not None],
    }  # fmt: skip


# ---- the text


def render(document: Document, style: Style) -> str:
    """What people read: nodes, the tree of resources, then what is wrong and what is held."""
    lines: list[str] = []
    if document["whole"]:
        lines += [_heading(document, style), "", style("bold", "Nodes")]
        lines += [f"  {line}" for line in _node_lines(document["nodes"], style)]
        lines += ["", style("bold", "Resources")]
        if not document["resources"]:
            lines.append("  none")
    indent = "  " if document["whole"] else ""
    for resource in document["resources"]:
        lines += [f"{indent}{line}" for line in _tree(resource, style)]
    for title, found in (
        ("Failures", [_failure(f) for f in document["failures"]]),
        ("Held by the operator", _held(document["resources"])),
        ("In flight", [f"{i['operation']} {i['resource']} on {i['node']}" for i in document["in_flight"]]),
        ("Not as desired", _why_not(document)),
    ):
        if found:
            lines += ["", style("bold", title), *(f"  {line}" for line in found)]
    return "\n".join(lines)


def _heading(document: Document, style: Style) -> str:
    quorum = style("green", "quorum") if document["quorum"] else style("red", "no quorum")
    words = [quorum, f"DC {document['dc']}" if document["dc"] else style("yellow", _no_dc(document))]
    words.append("settled" if document["settled"] else style("yellow", "not settled"))
    if document["maintenance_mode"]:
        words.append(style("yellow", "maintenance mode: nothing is managed"))
    desired = style("green", "as desired") if document["as_desired"] else style("red", "not as desired")
    return f"Cluster {document['cluster']}: {desired} ({', '.join(words)})"


def _no_dc(document: Document) -> str:
    online = any(n["state"] == "online" for n in document["nodes"])
    return "no DC" if online else "no DC: what runs where is not known"


def _node_lines(nodes: list[Document], style: Style) -> Iterator[str]:
    width = max((len(n["name"]) for n in nodes), default=0)
    for node in nodes:
        extras = [node["kind"]] if node["kind"] != "member" else []
        extras += ["DC"] if node["is_dc"] else []
        extras += ["shutting down"] if node["shutdown"] else []
        extras += [f"health {node['health']}"] if node["health"] != "green" else []
        notes = f" ({', '.join(extras)})" if extras else ""
        yield f"{node['name']:{width}}  {style(_COLOURS[node['state']], node['state'])}{notes}"


def _tree(resource: Document, style: Style) -> Iterator[str]:
    yield _line(resource, style)
    if resource["kind"] == "group":
        for member in resource["members"]:
            yield from (f"  {line}" for line in _tree(member, style))
    elif resource["kind"] == "bundle":
        yield from (f"  {line}" for line in _replicas(resource, style))
    elif resource["kind"] in ("clone", "promotable"):
        yield from (f"  {line}" for line in _copies(resource, style))


def _line(resource: Document, style: Style) -> str:
    kind = resource["agent"] or resource["kind"]
    words = [style(_COLOURS[resource["state"]], _state(resource))]
    many = resource["kind"] in ("group", "clone", "promotable", "bundle") or len(resource["instances"]) > 1
    if many:
        words.append(f"{resource['active']} of {resource['expected']}")
    if resource["promoted_expected"] or resource["promoted"]:
        words.append(f"promoted {resource['promoted']} of {resource['promoted_expected']}")
    if resource["nodes"] and (not many or resource["kind"] == "group"):
        words.append(f"on {', '.join(resource['nodes'])}")
    if not resource["managed"] or not all(i["managed"] for i in resource["instances"]):
        words.append(style("yellow", "unmanaged"))
    if resource["orphaned"]:
        words.append(style("yellow", "orphaned"))
    if by := dict.fromkeys(h["by"] for h in resource["held"]):
        words.append(style("yellow", f"held by {', '.join(by)}"))
    return f"{resource['id']} ({kind}): {', '.join(words)}"


def _state(resource: Document) -> str:
    only = resource["instances"][0] if len(resource["instances"]) == 1 else None
    if only and only["pending"]:
        return str(only["pending"]).lower()
    if only and resource["state"] == "running" and only["role"] not in ("Started", "Stopped"):
        return str(only["role"]).lower()
    return str(resource["state"])


def _copies(resource: Document, style: Style) -> Iterator[str]:
    """Where a clone's copies are, by role; a cloned group's members only where they differ."""
    by_role: dict[str, list[str]] = {}
    for each in resource["instances"]:
        if each["active"]:
            mark = "failed" if each["failed"] else each["role"].lower()
            by_role.setdefault(mark, []).extend(each["nodes"])
    for role in sorted(by_role):
        names = ", ".join(dict.fromkeys(by_role[role]))
        yield f"{style('red', role) if role == 'failed' else role}: {names}"
    for member in resource["members"]:
        yield _line(member, style)
        if member["kind"] == "group":
            yield from (f"  {_line(inner, style)}" for inner in member["members"])


def _replicas(resource: Document, style: Style) -> Iterator[str]:
    """One line a replica: its number, where its container runs, what is inside."""
    replicas: dict[str, list[Document]] = {}
    for each in resource["instances"]:
        replicas.setdefault(str(each["copy"]), []).append(each)
    inner = next((m["id"] for m in resource["members"] if any(i["id"] != i["resource"] for i in m["instances"])), None)
    for number, parts in replicas.items():
        words = []
        for part in parts:
            state = "failed" if part["failed"] else part["role"].lower()
            colour = "red" if part["failed"] else "green" if part["active"] else "yellow"
            where = f" on {', '.join(part['nodes'])}" if part["nodes"] and part["resource"] != inner else ""
            words.append(f"{part['resource']} {style(colour, state)}{where}")
        yield f"replica {number}: {'; '.join(words)}"


def _failure(failure: Document) -> str:
    count = f", fail count {failure['fail_count']}" if failure["fail_count"] else ""
    when = f", {_time(failure['when'])}" if failure["when"] else ""
    name, node = failure["resource"], failure["node"]
    return f"{name}: {failure['operation']} on {node}: {failure['reason']} (exit code {failure['code']}{count}{when})"


def _time(when: int) -> str:
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))


def _held(resources: list[Document]) -> list[str]:
    found = []
    for each in _walk(resources):
        words = [h["by"] if h["detail"] == "true" else f"{h['by']} {h['detail']}" for h in each["held"]]
        if words:
            found.append(f"{each['id']}: {', '.join(words)}")
    return found


def _walk(resources: list[Document]) -> Iterator[Document]:
    """Groups with their members; what is inside clones and bundles has their state."""
    for each in resources:
        yield each
        if each["kind"] == "group":
            yield from _walk(each["members"])


def _why_not(document: Document) -> list[str]:
    lost = [f"node {n['name']}: {n['state']}" for n in document["nodes"]
            if document["whole"] and n["kind"] != "guest" and n["state"] in ("offline", "unclean")]  # fmt: skip
    return lost + [f"{r['id']}: {'; '.join(r['why_not'])}" for r in document["resources"] if r["why_not"]]
