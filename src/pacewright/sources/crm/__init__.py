"""crmsh's ``configure`` language as a format, as crmsh 4 reads and prints it, older spellings included."""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.model.errors import SpecError
from pacewright.sources.crm.lexer import statements, text_of
from pacewright.sources.crm.reader import read_statement
from pacewright.sources.crm.reader.assemble import assemble
from pacewright.sources.crm.reader.draft import Draft
from pacewright.sources.crm.writer import configuration_text
from pacewright.sources.loaded import Loaded
from pacewright.sources.read_back import readable


def read(data: bytes, name: str) -> Loaded:
    """The configuration that crm text describes. Raises SpecError with every problem found."""
    draft = Draft(name)
    text = text_of(data, name, draft.reports)
    for statement in statements(text, name, draft.reports):
        read_statement(statement, draft)
    built = assemble(draft)
    loaded = Loaded(built, tuple(draft.reports), draft.places)
    if draft.reports.errors:
        raise SpecError(draft.reports.by_line(), partial=loaded)
    return loaded


def write(configuration: Configuration) -> str:
    """The configuration as crm text. Raises ConversionError naming every object that crmsh could not read back."""
    text = configuration_text(configuration)
    return readable(text, configuration, read, duplicate="crm-duplicate-id", bad="crm-cannot-express")
