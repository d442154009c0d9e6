"""``pacewright schema``: the JSON Schema of the spec."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pacewright.cli.session import Session
from pacewright.model.errors import Exit, UsageError
from pacewright.sources.spec.json_schema import json_schema

DESCRIPTION = "Print the JSON Schema of the spec, for editors and other programs."
EXAMPLES = """\
examples:
  pacewright schema -o pacewright.schema.json
  # then, in the first line of a spec, for editors that use yaml-language-server:
  # yaml-language-server: $schema=pacewright.schema.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="PATH", help="write to this file instead of standard output")


def run(arguments: argparse.Namespace, session: Session) -> int:
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if arguments.output is None or arguments.output == "-":
        session.out.write(text)
        return int(Exit.DONE)
    try:
        Path(arguments.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {arguments.output}: {error.strerror}") from None
    return int(Exit.DONE)
