"""Alerts: ``pcs alert ...``."""

from __future__ import annotations

from dataclasses import replace

from pacewright.model.alerts import Alert, Recipient
from pacewright.model.attributes import META, PARAMS, AttributeSet
from pacewright.model.report import did_you_mean
from pacewright.sources.pcs.reader.command import Command, Mistake, grouped, need, only, pairs
from pacewright.sources.pcs.reader.draft import Draft, plain_set


def alert_create(draft: Draft, args: list[str], command: Command) -> None:
    """``alert create path=PATH [id=ID] [description=..] [options ...] [meta ...]``"""
    own, params, meta = _alert_parts(args, ("path", "id", "description"))
    if not own.get("path"):
        raise Mistake("pcs-missing-argument", "expected: pcs alert create path=PATH [id=ID]")
    name = draft.new_id(own["id"], "alert") if own.get("id") else draft.free_id("alert")
    draft.alerts[name] = Alert(
        id=name, path=own["path"], description=own.get("description") or None, params=params, meta=meta
    )
    draft.put(f"alert {name}", command.place)


def recipient_add(draft: Draft, args: list[str], command: Command) -> None:
    """``alert recipient add ALERT value=VALUE [id=ID] [description=..] [options ...] [meta ...]``"""
    need(args, 2, "alert recipient add ALERT value=VALUE")
    found = draft.alerts.get(args[0])
    if found is None:
        raise Mistake(
            "pcs-unknown-alert", f"no alert '{args[0]}' was created before", did_you_mean(args[0], draft.alerts)
        )
    own, params, meta = _alert_parts(args[1:], ("value", "id", "description"))
    if not own.get("value"):
        raise Mistake("pcs-missing-argument", "expected: pcs alert recipient add ALERT value=VALUE")
    new = Recipient(
        id=own.get("id"), value=own["value"], description=own.get("description") or None, params=params, meta=meta
    )
    draft.alerts[args[0]] = replace(found, recipients=(*found.recipients, new))


def _alert_parts(
    words: list[str], names: tuple[str, ...]
) -> tuple[dict[str, str], tuple[AttributeSet, ...], tuple[AttributeSet, ...]]:
    groups = grouped(words, ("options", "meta"))
    params, meta = (
        plain_set(tag, tuple((n, v) for n, v in pairs(only(groups, key)) if v))
        for key, tag in (("options", PARAMS), ("meta", META))
    )
    return dict(pairs(only(groups, ""), names)), params, meta
