"""Alerts as commands."""

from __future__ import annotations

from collections.abc import Sequence

from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Configuration
from pacewright.sources.pcs.writer.script import Script


def write_alerts(script: Script, configuration: Configuration) -> None:
    for alert in configuration.alerts:
        subject = f"alert {alert.id}"
        script.nothing_unknown(subject, alert)
        script.ids.add(script.id(subject, alert))
        if alert.select is not None:
            script.refuse(subject, "<select>")
        if not alert.path:
            script.refuse(subject, "an alert without a path")
        words = [f"path={alert.path}", f"id={alert.id}", *_description(alert.description)]
        script.add(subject, "alert create", words + _parts(script, subject, alert.params, alert.meta))
        _recipients(script, alert, subject)


def _recipients(script: Script, alert: Alert, subject: str) -> None:
    for recipient in alert.recipients:
        if not recipient.value:
            script.refuse(subject, f"the recipient '{recipient.id}' without a value")
        words = [str(alert.id), f"value={recipient.value}", *([f"id={recipient.id}"] if recipient.id else [])]
        words += _description(recipient.description) + _parts(script, subject, recipient.params, recipient.meta)
        script.add(subject, "alert recipient add", words, "--force")


def _description(text: str | None) -> list[str]:
    return [f"description={text}"] if text else []


def _parts(script: Script, subject: str, params: Sequence[AttributeSet], meta: Sequence[AttributeSet]) -> list[str]:
    words: list[str] = []
    for keyword, sets in (("options", params), ("meta", meta)):
        if pairs := script.one_set(subject, sets):
            words += [keyword, *pairs]
    return words
