"""Fencing and secrets."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cib.address import address_of
from pacewright.cib.checks.index import Index
from pacewright.cib.secrets import plain_secrets
from pacewright.model.report import Report, Severity
from pacewright.model.values import boolean, milliseconds


def check_fencing(index: Index) -> Iterator[Report]:
    """Without fencing Pacemaker starts nothing, or starts things twice."""
    if not index.resources:
        return
    name = "fencing-enabled" if index.property("fencing-enabled") is not None else "stonith-enabled"
    if boolean(index.property(name) or "true") is False:
        message = f"{name} is false: after a failure a resource may run twice and destroy its data"
        yield Report("fencing-disabled", message, Severity.WARNING, subject=f"property {name}")
        return
    devices = any(index.effective(p).agent_class == "stonith" for p in index.primitives)
    watchdog = milliseconds(index.property("stonith-watchdog-timeout") or "0") != 0
    if not devices and not watchdog:
        message = "no fencing device: Pacemaker starts nothing without one"
        yield Report("no-fencing", message, Severity.WARNING, suggestion="define a stonith resource")


def check_secrets(index: Index) -> Iterator[Report]:
    """Secrets written out; the value is never part of the report."""
    hint = "write !secret file:PATH; 'convert --to spec --secrets DIR' does it"
    for owner, pair in plain_secrets(index.configuration):
        message = f"{pair.name} is a secret in plain text"
        where = f"{address_of(owner)}/params/{pair.name}"
        yield Report("plain-secret", message, Severity.WARNING, suggestion=hint, subject=where)
