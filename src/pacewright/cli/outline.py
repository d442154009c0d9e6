"""The command line as values, read off its parsers: for completion scripts and the manual page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache

from pacewright.cli.main import COMMANDS, build_parser, common_options
from pacewright.model.immutable import immutable
from pacewright.model.plan import COVERS

_FILES = frozenset({"FILE", "SPEC", "PLAN", "PATH", "OTHER", "SPEC|PLAN", "CIB", "OUT"})
_FOLDERS = frozenset({"DIR"})
_LISTS = {
    "EFFECTS": tuple(str(action) for action in COVERS),
    "ADDITIONS": ("database", "broker", "web", "openstack"),  # of lab/images.yaml
}


@immutable(frozen=True, slots=True)
class Argument:
    """One option or positional argument.

    ``names``: its spellings, none for a positional. ``metavar``: what stands for its value, empty for a flag.
    ``choices``: the values it may have. ``takes``: ``file``, ``folder``, ``cluster``, ``choice``, ``list`` (several
    choices, commas between), ``word`` or, for a flag, ``nothing``. ``several``: it may be repeated.
    """

    names: tuple[str, ...]
    metavar: str
    help: str
    choices: tuple[str, ...] = ()
    takes: str = "nothing"
    required: bool = False
    several: bool = False


@immutable(frozen=True, slots=True)
class Command:
    """A command, or a command's own command: ``words`` is ``("embedded", "fail")``."""

    words: tuple[str, ...]
    summary: str
    description: str
    examples: str
    usage: str
    arguments: tuple[Argument, ...]
    commands: tuple[Command, ...] = ()

    @property
    def options(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if a.names)

    @property
    def positionals(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if not a.names)

    def walk(self) -> Iterator[Command]:
        yield self
        for command in self.commands:
            yield from command.walk()


@cache
def outline() -> Command:
    """The whole command line. Imports every command's module."""
    return _command(build_parser(list(COMMANDS)), (), "")


def common_names() -> frozenset[str]:
    """The options that every command takes."""
    return frozenset(name for action in common_options()._actions for name in action.option_strings) | {"-h", "--help"}


def _command(parser: argparse.ArgumentParser, words: tuple[str, ...], summary: str) -> Command:
    arguments, commands = [], []
    for action in parser._actions:  # argparse has no public way to ask a parser for its arguments
        if isinstance(action, argparse._SubParsersAction):
            about = {choice.dest: choice.help or "" for choice in action._choices_actions}
            commands += [_command(sub, (*words, name), about.get(name, "")) for name, sub in action.choices.items()]
        elif action.help != argparse.SUPPRESS:
            arguments.append(_argument(action))
    return Command(
        words, summary, parser.description or summary, parser.epilog or "", _usage(parser), tuple(arguments),
        tuple(commands),
    )  # fmt: skip


def _argument(action: argparse.Action) -> Argument:
    metavar = "" if action.nargs == 0 else _metavar(action)
    return Argument(
        tuple(action.option_strings), metavar, (action.help or "") % _values(action),
        tuple(str(choice) for choice in action.choices or _LISTS.get(metavar, ())), _takes(action, metavar),
        required=action.required, several=action.nargs in ("*", "+"),
    )  # fmt: skip


def _metavar(action: argparse.Action) -> str:
    given = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    return given if isinstance(given, str) else " ".join(given)


def _takes(action: argparse.Action, metavar: str) -> str:
    if action.nargs == 0:
        return "nothing"
    if action.choices or metavar in _LISTS:
        return "choice" if action.choices else "list"
    if "--cluster" in action.option_strings:
        return "cluster"
    return "file" if metavar in _FILES else "folder" if metavar in _FOLDERS else "word"


def _values(action: argparse.Action) -> dict[str, object]:
    """What argparse fills into help texts: ``%(default)s`` and the like."""
    return {**vars(action), "prog": "pacewright"}


def _usage(parser: argparse.ArgumentParser) -> str:
    return " ".join(parser.format_usage().removeprefix("usage: ").split())
