"""A configuration as a script of pcs commands."""

from __future__ import annotations

from pacewright.cib.meaning import configuration_meaning
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, children_of
from pacewright.model.errors import ConversionError, SpecError
from pacewright.sources.pcs.reader import read_script
from pacewright.sources.pcs.writer.access import write_acls
from pacewright.sources.pcs.writer.alerts import write_alerts
from pacewright.sources.pcs.writer.cluster import write_defaults, write_nodes, write_properties
from pacewright.sources.pcs.writer.constraints import write_constraints
from pacewright.sources.pcs.writer.levels import write_levels
from pacewright.sources.pcs.writer.remote import refuse_hosts_in_use
from pacewright.sources.pcs.writer.resources import write_resources
from pacewright.sources.pcs.writer.script import Script
from pacewright.sources.pcs.writer.tags import write_tags

_SECTIONS = (
    write_nodes, write_properties, write_defaults, refuse_hosts_in_use, write_resources, write_levels,
    write_constraints, write_tags, write_alerts, write_acls,
)  # fmt: skip


def script_text(configuration: Configuration) -> str:
    """The commands, in an order in which pcs can run them. Raises ConversionError naming all that pcs cannot express.

    The text is read again, and what would come back different is refused too: nothing is lost in silence.
    """
    script = Script()
    _unknown_sections(script, configuration)
    for write in _SECTIONS:
        write(script, configuration)
    text = "".join(f"{line}\n" for line in script.lines)
    if not script.reports.errors:
        _prove(script, configuration, text)
    if script.reports.errors:
        raise ConversionError(script.reports.errors)
    return text


def _unknown_sections(script: Script, configuration: Configuration) -> None:
    sections: list[Element | None] = [getattr(configuration, field) for field, _ in children_of(Configuration)]
    for section in (configuration, *sections):
        if section is None:
            continue
        for name, _ in section.carried.attributes:
            script.refuse(section.tag, f"the attribute {name} of <{section.tag}>")
        for text in section.carried.children:
            if not text.startswith("<!--"):
                script.refuse(section.tag, f"{text.split('>')[0].split()[0]}> in <{section.tag}>")


def _prove(script: Script, configuration: Configuration, text: str) -> None:
    try:
        back = configuration_meaning(read_script(text.encode(), "<pcs>").configuration)
    except SpecError as error:
        for report in error.reports:
            script.refuse("configuration", report.message)
        return
    meant = configuration_meaning(configuration)
    for address in sorted({*meant, *back}):
        if meant.get(address) != back.get(address):
            script.refuse(address, "all of it: it would read back different")
