"""What a lab's nodes are seen to be and to have, by Pacemaker's own tools: pacewright's word is what is judged."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path
from xml.etree import ElementTree

from laboratory import Laboratory, until
from pacewright.lab.control import ask

Element = ElementTree.Element
LAB_PROPERTIES = "cib-bootstrap-options"
STOP_ALL = "stop-all-resources"  # the last section that is written ends it


def xml(lab: Laboratory, node: str, *command: str, timeout: float = 30) -> Element | None:
    """The document that a tool prints; None where it cannot be had."""
    with contextlib.suppress(Exception):
        done = lab.exec(node, *command, timeout=timeout)
        if done.returncode == 0:
            return ElementTree.fromstring(done.stdout)
    return None


def cib(lab: Laboratory, node: str) -> Element | None:
    return xml(lab, node, "cibadmin", "--query")


def monitor(lab: Laboratory, node: str) -> Element | None:
    return xml(lab, node, "crm_mon", "--one-shot", "--output-as=xml")


def powered(lab: Laboratory) -> set[str]:
    """Nodes that are on."""
    return {name for name, state in ask(lab.lab.folder, "status", timeout=20)["nodes"].items() if state["on"]}


def power_off(lab: Laboratory, node: str) -> None:
    ask(lab.lab.folder, "power-off", node=node, who="lab")


def cut(lab: Laboratory, *nodes: str) -> None:
    ask(lab.lab.folder, "cut", nodes=sorted(nodes))


def heal(lab: Laboratory) -> None:
    ask(lab.lab.folder, "heal", nodes=[])


def events(lab: Laboratory) -> list[str]:
    """Power and network, one line each: ``2026-01-01T00:00:00 controller-0: power off (IPMI)``."""
    return Path(lab.lab.path("events.log")).read_text().splitlines()


def online(lab: Laboratory, node: str) -> set[str]:
    """Nodes that are online as this one sees it, none where its partition has no quorum."""
    seen = monitor(lab, node)
    if seen is None or (dc := seen.find("summary/current_dc")) is None or dc.get("with_quorum") != "true":
        return set()
    return {
        n.get("name", "")
        for n in seen.iterfind("nodes/node")
        if n.get("online") == "true" and n.get("pending") != "true" and n.get("unclean") != "true"
    }


def dc(lab: Laboratory, node: str) -> str:
    seen = monitor(lab, node)
    found = None if seen is None else seen.find("summary/current_dc")
    return "" if found is None else found.get("name") or ""


def whole(lab: Laboratory) -> bool:
    """Each node sees each online."""
    return powered(lab) >= set(lab.nodes) and all(online(lab, node) >= set(lab.nodes) for node in lab.nodes)


def make_whole(lab: Laboratory, seconds: float = 150) -> float:
    """Heals, waits until fencing has brought all nodes back (and switches on what it leaves off)."""
    heal(lab)
    started = time.monotonic()

    def is_whole() -> bool:
        if time.monotonic() - started > 40:
            _help_up(lab)
        return whole(lab)

    return until(is_whole, seconds, f"all nodes of {lab.name} online")


def _help_up(lab: Laboratory) -> None:
    """What people do in the end. A lab's node boots so quickly that it may be back before its fencing is told: it hears
    of it ("allegedly just fenced") and stays down for good.
    """
    on = powered(lab)
    for node in lab.nodes:
        if node not in on:
            ask(lab.lab.folder, "power-on", node=node, who="lab")
        elif not online(lab, node):
            with contextlib.suppress(Exception):
                lab.exec(node, "systemctl", "start", "corosync", "pacemaker", timeout=60)


def calm(lab: Laboratory, seconds: float = 90) -> None:
    """Until the DC has been idle twice in a row, a second apart."""

    def idle() -> bool:
        name = dc(lab, lab.nodes[0])
        done = lab.exec(lab.nodes[0], "crmadmin", "--status", name, "--quiet", timeout=60) if name else None
        return done is not None and "S_IDLE" in done.stdout

    def twice() -> bool:
        if not idle():
            return False
        time.sleep(1)
        return idle()

    until(twice, seconds, "an idle DC")


def configurations(lab: Laboratory) -> list[str]:
    """The configuration as each node has it, canonical."""
    found = []
    for node in lab.nodes:
        document = cib(lab, node)
        assert document is not None, f"no CIB from {node}"
        section = document.find("configuration")
        assert section is not None
        found.append(ElementTree.canonicalize(ElementTree.tostring(section), strip_text=True))
    return found


def one_configuration(lab: Laboratory, seconds: float = 20) -> Element:
    """The configuration that all nodes have. Raises AssertionError where they differ for good."""
    seen: list[str] = []

    def same() -> bool:
        seen[:] = configurations(lab)
        return len(set(seen)) == 1

    until(same, seconds, "the same configuration on all nodes")
    return ElementTree.fromstring(seen[0])


def failed_operations(lab: Laboratory, node: str) -> list[str]:
    seen = monitor(lab, node)
    assert seen is not None
    return [
        f"{f.get('op_key')} on {f.get('node')}: {f.get('exitreason') or f.get('exitstatus')}"
        for f in seen.iterfind("failures/failure")
    ]


def duplicate_ids(configuration: Element) -> list[str]:
    ids = [
        e.get("id", "")
        for e in configuration.iter()
        if e.get("id") and e.tag not in ("obj_ref", "resource_ref", "role")
    ]
    return sorted({i for i in ids if ids.count(i) > 1})


def pairs(configuration: Element, name: str) -> list[str]:
    """Values of all name-value pairs of that name."""
    return [e.get("value", "") for e in configuration.iter("nvpair") if e.get("name") == name]


def plan_of(configuration: Element, deployment: str) -> str:
    """The plan id in a deployment's record."""
    found = pairs_in_set(configuration, f"pacewright-{deployment}")
    return found.get("pacewright-plan", "")


def pairs_in_set(configuration: Element, identity: str) -> dict[str, str]:
    for each in configuration.iter("cluster_property_set"):
        if each.get("id") == identity:
            return {p.get("name", ""): p.get("value", "") for p in each.iter("nvpair")}
    return {}


def remove_all(lab: Laboratory) -> None:
    """Nothing of the rounds is left, no failure of a fencing device either (its fencer may have been killed): the lab's
    own properties and devices stay.
    """
    _demote_all(lab)
    document = cib(lab, lab.nodes[0])
    assert document is not None
    for section, kept in (
        ("constraints", ""),
        ("resources", "fence-"),
        ("op_defaults", ""),
        ("crm_config", LAB_PROPERTIES),
    ):
        part = document.find(f"configuration/{section}")
        if part is None:
            continue
        for each in list(part):
            if not kept or not each.get("id", "").startswith(kept):
                part.remove(each)
        for pair in [p for p in part.iter("nvpair") if p.get("name") in ("batch-limit", STOP_ALL)]:
            part[0].remove(pair)
        text = ElementTree.tostring(part, encoding="unicode")
        done = lab.exec(lab.nodes[0], "cibadmin", "--replace", "--scope", section, "--xml-pipe", stdin=text)
        assert done.returncode == 0, done.stderr
    forgotten = lab.exec(lab.nodes[0], "crm_resource", "--cleanup", timeout=60)
    assert forgotten.returncode == 0, forgotten.stderr
    calm(lab)


def _demote_all(lab: Laboratory) -> None:
    """Stops what is promoted before its definition goes: Pacemaker demotes without the parameters of what is not there any
    more, which the galera agent refuses for ever ("must be configured with a wsrep_cluster_address").
    """
    document = cib(lab, lab.nodes[0])
    assert document is not None
    promotable = [p for p in document.iterfind("configuration/resources//nvpair") if p.get("name") == "promotable"]
    if not any(pair.get("value") == "true" for pair in promotable):
        return
    words = ["crm_attribute", "--type", "crm_config", "--name", STOP_ALL, "--update", "true"]
    lab.exec(lab.nodes[0], *words)
    lab.exec(lab.nodes[0], "crm_resource", "--wait", "--timeout", "120s", timeout=150)


def number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else -1
