"""``pacewright completion``: a completion script, made from the parsers themselves."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module

from pacewright.cli.session import Session
from pacewright.model.errors import Exit

SHELLS = ("bash", "zsh", "fish")
DESCRIPTION = "Prints a completion script: commands, options, their values, file names, kinds of cluster."
EXAMPLES = """\
examples:
  source <(pacewright completion bash)
  pacewright completion bash > /etc/bash_completion.d/pacewright
  pacewright completion zsh > /usr/local/share/zsh/site-functions/_pacewright
  pacewright completion fish > ~/.config/fish/completions/pacewright.fish
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")


def run(arguments: Namespace, session: Session) -> int:
    from pacewright.cli.outline import outline

    text: str = import_module(f"pacewright.cli.completions.{arguments.shell}").script(outline())
    session.emit(
        {"format": "pacewright-completion", "version": 1, "shell": arguments.shell, "script": text},
        lambda _document, _style: text,
    )
    return int(Exit.DONE)
