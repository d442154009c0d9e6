"""Reads crm text: each statement by the module of its kind, then all together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pacewright.sources.crm.lexer import Statement, Token
from pacewright.sources.crm.reader.access import read_role_statement, read_subject, read_tag, read_user
from pacewright.sources.crm.reader.alerts import read_alert
from pacewright.sources.crm.reader.cluster import read_fencing, read_node, read_options
from pacewright.sources.crm.reader.constraints import read_colocation, read_location, read_order, read_ticket
from pacewright.sources.crm.reader.containers import read_bundle, read_clone, read_group
from pacewright.sources.crm.reader.cursor import Broken, Cursor
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.primitives import read_monitor, read_primitive
from pacewright.sources.crm.reader.raw import read_xml
from pacewright.sources.crm.words import HARMLESS_COMMANDS, OTHER_COMMANDS, STATEMENTS

Reader = Callable[[Cursor, Draft], None]
READERS: Mapping[str, Reader] = {
    "node": read_node, "primitive": read_primitive, "rsc_template": read_primitive, "group": read_group,
    "clone": read_clone, "ms": read_clone, "master": read_clone, "bundle": read_bundle, "location": read_location,
    "colocation": read_colocation, "collocation": read_colocation, "order": read_order, "rsc_ticket": read_ticket,
    "property": read_options, "rsc_defaults": read_options, "op_defaults": read_options,
    "fencing_topology": read_fencing, "fencing-topology": read_fencing, "tag": read_tag,
    "role": read_role_statement, "acl_target": read_subject, "acl_group": read_subject, "user": read_user,
    "alert": read_alert, "monitor": read_monitor, "xml": read_xml,
}  # fmt: skip


def read_statement(statement: Statement, draft: Draft) -> None:
    """Adds what one statement says to the draft, or reports what is wrong with it."""
    statement = _without_prefix(statement)
    cursor = Cursor(statement, draft.name, draft.reports)
    reader = READERS.get(cursor.keyword)
    if reader is None:
        _report_unknown(cursor)
        return
    try:
        reader(cursor, draft)
    except Broken:
        draft.broken.update(token.text for token in statement.tokens[1:2])
    draft.inner_ids.update(cursor.inner_ids)


def _without_prefix(statement: Statement) -> Statement:
    """``crm configure primitive ...`` of a shell script is ``primitive ...``."""
    tokens: tuple[Token, ...] = statement.tokens
    for word in ("crm", "configure"):
        if len(tokens) > 1 and tokens[0].text == word:
            tokens = tokens[1:]
    return Statement(tokens, statement.raw) if tokens is not statement.tokens else statement


def _report_unknown(cursor: Cursor) -> None:
    word = cursor.tokens[0].text
    if cursor.keyword in HARMLESS_COMMANDS:
        cursor.reports.warn("crm-ignored-command", f"the command '{word}' is not part of a configuration; ignored",
                            cursor.place(cursor.at))  # fmt: skip
    elif cursor.keyword in OTHER_COMMANDS:
        message = f"the command '{word}' changes a configuration and cannot be read as part of one"
        cursor.reports.error("crm-unsupported-command", message, cursor.place(cursor.at))
    else:
        suggestion = hint(cursor.keyword, STATEMENTS)
        message = f"unknown statement '{word[:80]}'"
        cursor.reports.error("crm-unknown-statement", message, cursor.place(cursor.at), suggestion=suggestion)
