"""Writes docs/pacewright.1 (``man -l docs/pacewright.1``) from the command line's own parsers.

``--check`` writes nothing: exit code 1 if the page is not current.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pacewright import __version__
from pacewright.cli.main import EPILOG
from pacewright.cli.outline import Argument, Command, common_names, outline

PAGE = Path(__file__).resolve().parent.parent / "docs" / "pacewright.1"
COMMON = "[-h] [--cluster C] [--json] [-v] "  # in every usage line
FILES = (
    ("$XDG_STATE_HOME/pacewright/embedded", "the embedded cluster, where --cluster embedded names no folder"),
    ("docs/spec.md", "the spec"),
    ("docs/clusters.md", "what --cluster takes, and how other nodes are reached"),
    ("docs/catalogue.md", "the catalogue of services"),
    ("docs/outside.md", "services outside Pacemaker"),
    ("docs/reference.md", "commands, exit codes and JSON documents in full"),
)
ENVIRONMENT = (
    ("PACEWRIGHT_CLUSTER", "the cluster, where --cluster is not given"),
    ("PACEWRIGHT_SSH", "options for ssh, as words: where --cluster ssh:HOST leads and other nodes are reached"),
    ("PACEWRIGHT_CATALOGUE", "folders of a site's own files about services, with colons between"),
    ("NO_COLOR", "no colours, also on a terminal"),
)


def main(words: list[str]) -> int:
    text = page()
    if "--check" in words:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("current" if current else f"{PAGE} is not current: make docs")
        return 0 if current else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The whole page in the man macros."""
    os.environ["COLUMNS"] = "80"  # argparse formats for the terminal it finds
    root = outline()
    lines = [
        f'.TH PACEWRIGHT 1 "" "pacewright {__version__}" "User Commands"',
        ".ad l", ".SH NAME", f"pacewright \\- {escaped(root.description.rstrip('.'))}",
        ".SH SYNOPSIS", ".B pacewright", ".RI [ OPTIONS ]", ".I COMMAND", ".RI [ ARGUMENTS ]",
        ".SH OPTIONS", "Before or after the command:", *arguments(root.options),
        ".SH COMMANDS", *(line for command in root.commands for line in section(command)),
        ".SH CLUSTERS AND EXIT CODES", *literal(EPILOG),
        ".SH ENVIRONMENT", *entries(ENVIRONMENT), ".SH FILES", *entries(FILES),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def section(command: Command) -> Iterator[str]:
    yield f'.SS "{escaped(" ".join(command.words))}"'
    yield ".B " + escaped(command.usage.replace(COMMON, ""))
    yield ".PP"
    yield from paragraphs(command.description)
    own = [option for option in command.options if not common_names() & set(option.names)]
    yield from arguments((*command.positionals, *own))
    if command.examples:
        yield from literal(command.examples)
    for sub in command.commands:
        yield from section(sub)


def arguments(items: tuple[Argument, ...]) -> Iterator[str]:
    for item in items:
        names = ", ".join(rf"\fB{escaped(name)}\fR" for name in item.names)
        value = rf"\fI{escaped(item.metavar)}\fR" if item.metavar else ""
        yield from (".TP", f"{names} {value}".strip(), escaped(item.help) or r"\&")


def entries(items: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, about in items:
        yield from (".TP", rf"\fB{escaped(name)}\fR", escaped(about))


def paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield from (escaped(" ".join(paragraph.split())), ".PP")


def literal(text: str) -> Iterator[str]:
    yield from (".PP", ".nf", *(escaped(line) for line in text.strip("\n").splitlines()), ".fi")


def escaped(text: str) -> str:
    """Text that roff takes as it is."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{text}" if text.startswith(".") else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
