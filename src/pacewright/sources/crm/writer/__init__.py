"""Writes a configuration as crm text.

Every statement is read back before it is accepted: what does not come back with the same meaning is written as
``xml``, and what not even that can carry is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pacewright.cib.codec import encode
from pacewright.cib.ids import with_ids
from pacewright.cib.xml import parse
from pacewright.model.configuration import Configuration
from pacewright.model.errors import ConversionError
from pacewright.model.report import Report
from pacewright.sources.crm.words import ID
from pacewright.sources.crm.writer.check import comes_back, has_open_secret, referenced_in
from pacewright.sources.crm.writer.objects import Written, objects_in_order
from pacewright.sources.crm.writer.raw import has_line_break, xml_statement
from pacewright.sources.crm.writer.text import Unsayable, laid_out


def configuration_text(configuration: Configuration) -> str:
    """Raises ConversionError with a report for each object that crm text cannot carry."""
    problems = list(_unplaced(configuration))
    named = with_ids(_with_node_ids(configuration))
    referenced = referenced_in(named)
    texts: list[str] = []
    seen: set[str] = set()
    for each in objects_in_order(named, referenced):
        if each.address in seen:
            problems.append(Report("crm-duplicate-id", f"{each.address} is there twice", subject=each.address))
        seen.add(each.address)
        try:
            texts.append(_statement(each, referenced))
        except Unsayable as error:
            problems.append(Report("crm-cannot-express", f"{each.address}: {error}", subject=each.address))
    if problems:
        raise ConversionError(problems)
    return "".join(f"{text}\n" for text in texts)


def _statement(written: Written, referenced: frozenset[str]) -> str:
    """In crm's own words if they come back, as XML otherwise."""
    if written.identity is not None and not ID.fullmatch(written.identity):
        raise Unsayable(f"crmsh accepts no id such as '{written.identity}'")
    if any(has_open_secret(each) for each in written.read.expected):
        raise Unsayable("a secret that has not been fetched")
    try:
        text = laid_out(written.lines())
        if comes_back(text, written.read, referenced):
            return text
    except Unsayable:
        pass
    if written.refusal is not None:
        raise Unsayable(written.refusal)
    node = encode(written.xml) if not isinstance(written.xml, str) else parse(written.xml.encode())
    if has_line_break(node):
        raise Unsayable("crmsh fails on a line break inside a value")
    text = xml_statement(node)
    if not comes_back(text, written.read, referenced):
        raise Unsayable("it does not come back from crm text as it is")
    return text


def _with_node_ids(configuration: Configuration) -> Configuration:
    """A node without an id has its name for one, as in crmsh."""
    section = configuration.node_section
    if section is None or all(node.id is not None for node in section.items):
        return configuration
    items = tuple(node if node.id is not None else replace(node, id=node.name) for node in section.items)
    return replace(configuration, node_section=replace(section, items=items))


def _unplaced(configuration: Configuration) -> Iterator[Report]:
    """Parts of sections that no statement can hold. (Users of schema 1.x have one.)"""
    sections = (
        configuration, configuration.crm_config, configuration.rsc_defaults, configuration.op_defaults,
        configuration.node_section, configuration.resource_section, configuration.constraint_section,
        configuration.fencing_topology, configuration.tag_section, configuration.alert_section,
        configuration.acl_section,
    )  # fmt: skip
    for section in sections:
        for text in section.carried.children if section is not None else ():
            if section is not None and not text.startswith(("<!--", "<acl_user ")):
                message = f"<{section.tag}> holds what crmsh has no word for: {text[:60]}"
                yield Report("crm-cannot-express", message, subject=section.tag)
