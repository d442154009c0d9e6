"""Specs of the rounds."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from soak import sight

AGENT = "ocf:pacemaker:Dummy"


def dummies(deployment: str, value: int | str, names: list[str]) -> str:
    """Resources that do nothing, each with the value as its parameter."""
    lines = [f"deployment: {deployment}", "resources:"]
    lines += [
        f'  {name}: {{agent: "{AGENT}", params: {{fake: "{value}"}}, operations: {{monitor: {{interval: 10s}}}}}}'
        for name in names
    ]
    return "\n".join(lines) + "\n"


WHOLE = "whole"


def many_kinds(value: int) -> str:
    """One value in objects of several sections of the CIB: half of it written would be seen. ``value``: 1 to 999."""
    return dummies(WHOLE, value, ["d0", "d1", "d2"]) + (
        f"properties: {{batch-limit: {value}}}\n"
        f"operation-defaults: {{timeout: {value + 60}s}}\n"
        f"locations:\n  l0: {{resource: d0, node: controller-0, score: {value}}}\n"
        f"orders:\n  o0: {{first: d0, then: d1, kind: Optional}}\n"
    )


def value_of(configuration: Element) -> int:
    """The value that all objects of ``many_kinds`` have; 0 where none is there. AssertionError when they are mixed."""
    score = next((e.get("score") for e in configuration.iter("rsc_location") if e.get("id") == "l0"), None)
    timeouts = [e.get("value", "") for e in configuration.iterfind("op_defaults//nvpair") if e.get("name") == "timeout"]
    found = [*sight.pairs(configuration, "fake"), *sight.pairs(configuration, "batch-limit")]
    found += [str(sight.number(t) - 60) for t in timeouts] + ([score] if score else [])
    assert (len(found), len(set(found))) in ((0, 0), (6, 1)), f"a mixed configuration: {found}"
    return int(found[0]) if found else 0
