"""``alert``: a program, its settings, what it wants to hear, and whom it tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.model.alerts import Alert, Flag, Recipient, Select, SelectedAttribute, SelectedAttributes
from pacewright.model.attributes import META, PARAMS
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.primitives import read_description
from pacewright.sources.crm.reader.sets import SetWords, read_sets
from pacewright.sources.crm.words import ALERT_SETS, ALERT_TERMINATORS, SELECTORS


def _words(address: str) -> SetWords:
    return SetWords(ALERT_SETS, {PARAMS: f"{address}/params/", META: f"{address}/meta/"}, terminators=ALERT_TERMINATORS)


def read_alert(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    address = f"alert {identity}"
    alert = Alert(id=identity, path=cursor.take("the path of a program"), description=read_description(cursor))
    while cursor.peek() is not None:
        if cursor.word() in ALERT_SETS:
            sets = read_sets(cursor, draft, _words(address))
            alert = replace(alert, params=alert.params + sets[PARAMS], meta=alert.meta + sets[META])
        elif cursor.accept("select"):
            alert = replace(alert, select=_read_select(cursor, alert.select or Select(tag="select")))
        elif cursor.accept("to"):
            name = f"{identity}-recipient-{len(alert.recipients) + 1}"
            alert = replace(alert, recipients=(*alert.recipients, _read_recipient(cursor, draft, name, address)))
        else:
            cursor.unexpected((*ALERT_SETS, "select", "to"))
    if draft.claim(identity, place, address):
        draft.alerts.append(alert)


def _read_select(cursor: Cursor, select: Select) -> Select:
    before = cursor.at
    while (word := cursor.word()) in SELECTORS:
        if word == "attributes":
            if cursor.peek(1) != "{":
                break  # parameters of the alert
            cursor.at += 2
            select = replace(select, attributes=_read_selected_attributes(cursor))
        else:
            cursor.at += 1
            flag: dict[str, Any] = {word: Flag(tag=f"select_{word}")}
            select = replace(select, **flag)
    if cursor.at == before:
        cursor.error("crm-bad-select", f"'select' needs one of {', '.join(SELECTORS)}")
    return select


def _read_selected_attributes(cursor: Cursor) -> SelectedAttributes:
    names = []
    while cursor.peek() not in ("}", None):
        names.append(SelectedAttribute(name=cursor.take("an attribute")))
    if not cursor.accept("}"):
        cursor.error("crm-unclosed-set", "'}' is missing")
    return SelectedAttributes(names=tuple(names))


def _read_recipient(cursor: Cursor, draft: Draft, name: str, address: str) -> Recipient:
    braced = cursor.accept("{")
    recipient = Recipient(id=name, value=cursor.take("a recipient"), description=read_description(cursor))
    sets = read_sets(cursor, draft, _words(f"{address}/recipients/{name}"))
    if braced and not cursor.accept("}"):
        cursor.error("crm-unclosed-set", "'}' is missing")
    return replace(recipient, params=sets[PARAMS], meta=sets[META])
