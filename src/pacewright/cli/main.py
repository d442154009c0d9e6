"""The entry point. Only the module of the command asked for is imported: ``pacewright status`` runs in loops."""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import sys
import threading
from importlib import import_module
from typing import Any, NoReturn

from pacewright import __version__
from pacewright.cli.session import Session
from pacewright.model.errors import Exit, PacewrightError, UsageError
from pacewright.model.report import did_you_mean

CLUSTERS = "live, ssh:[USER@]HOST, lab[:NAME[/NODE]], embedded[:DIR], file:CIB.xml"
# command: what it does. The module is cli/commands/<command>.py.
COMMANDS = {
    "convert": "translate a configuration: cib, crm, pcs, spec",
    "check": "validate a spec: every problem at once",
    "plan": "show every change and every effect before anything happens",
    "apply": "make it so, in one atomic write, and wait until settled",
    "status": "where resources run, failures, why not running",
    "wait": "wait until the cluster has settled",
    "explain": "why a resource runs where it runs, or does not",
    "graph": "resources and constraints as a picture",
    "services": "what is known about OpenStack's services, and how Pacemaker runs them",
    "outside": "what services outside Pacemaker need: written, checked, installed",
    "migrate": "from one architecture to another on a running cluster, stopping nothing",
    "schema": "the JSON Schema of the spec",
    "embedded": "the embedded cluster: rehearse failures",
    "lab": "a real cluster on this machine: boot it, break it, end it",
    "completion": "print a completion script for bash, zsh or fish",
}
EPILOG = """\
clusters (--cluster or PACEWRIGHT_CLUSTER): live, ssh:[USER@]HOST, lab[:NAME[/NODE]], embedded[:DIR], file:CIB.xml
exit codes: 0 done or as desired; 1 error; 2 changes pending or not as desired; 3 stale or in conflict;
  4 refused by --forbid; 5 settled but not as desired; 6 time-out; 7 no cluster or no quorum; 8 held; 64 usage

examples:
  pacewright check site.yaml
  pacewright plan site.yaml --cluster embedded
  pacewright apply site.yaml --yes --forbid stop
  pacewright status --json
"""


_PASSING_ON = ("lab",)  # commands that run another program: `-- CMD`
# Objects made between two looks for garbage: a run makes many and leaves few behind.
_GARBAGE = 200_000


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see '{self.prog} --help')")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    if arguments is None:
        _prepare_streams()
    words = sys.argv[1:] if arguments is None else arguments
    gc.set_threshold(_GARBAGE)
    session = Session(json="--json" in words, out=sys.stdout, err=sys.stderr)
    try:
        return _run(words, session)
    except PacewrightError as error:
        _tell(error, session)
        return int(error.exit)
    except KeyboardInterrupt:
        session.say("interrupted")
        return 130
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        return _tell_system_error(error, session)


def _prepare_streams() -> None:
    """UTF-8 whatever the locale says. A stream that the caller has closed becomes nowhere: a file opened later would
    take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _tell_system_error(error: OSError, session: Session) -> int:
    """A full disk, output that cannot be written: named, with a document where there can still be one."""
    named = f"{error.filename}: " if error.filename else ""
    failure = PacewrightError(f"{named}{error.strerror or error}")
    try:
        session.out.flush()
        _tell(failure, session)
    except OSError:
        _discard_output()
        session.say(f"pacewright: output: {failure}")
    return int(failure.exit)


def _discard_output() -> None:
    """What is still to be written goes nowhere, so that the end of the program does not try again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> NoReturn:
    """The program: ``main``, and an end without freeing every object one by one, which takes 10 ms."""
    try:
        code = main()
    except SystemExit as end:  # argparse, after --help and --version
        code = end.code if isinstance(end.code, int) else 0
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()  # it may be waiting for a tool, which must not outlive us
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError:
        code = code or int(Exit.ERROR)
    os._exit(code)


def _run(words: list[str], session: Session) -> int:
    name = command_in(words)
    if name is not None and name not in COMMANDS:
        hint = did_you_mean(name, COMMANDS)
        raise UsageError(f"'{name}' is no command{f'; {hint}' if hint else ''} (see 'pacewright --help')")
    parser = build_parser([name] if name else [])
    own, passed_on = _apart(words) if name in _PASSING_ON else (words, [])
    parsed = parser.parse_args(own)
    if passed_on:
        parsed.words = passed_on
    if not getattr(parsed, "command", None):
        parser.print_help(session.err if words else session.out)
        return int(Exit.USAGE)
    session.cluster_name, session.json = getattr(parsed, "cluster", None), getattr(parsed, "json", False)
    if getattr(parsed, "verbose", False):
        from pacewright.cluster import process

        process.verbose = True
    return int(_module(parsed.command).run(parsed, session))


def _apart(words: list[str]) -> tuple[list[str], list[str]]:
    """Our words, and those after ``--``, which are another program's and mean nothing to us."""
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def command_in(words: list[str]) -> str | None:
    """The command word: the first that is no option and no option's value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--cluster":
            skip = True
        elif not word.startswith("-"):
            return word
    return None


def build_parser(commands: list[str]) -> Parser:
    """The parser with the arguments of the named commands (their modules are imported).

    With one command it has that one alone; otherwise the help lists all.
    """
    parser = Parser(
        prog="pacewright", description="One spec, one plan, one write for Pacemaker clusters.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter, parents=[common_options()],
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"pacewright {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, text in COMMANDS.items():
        if len(commands) == 1 and name not in commands:
            continue
        module = _module(name) if name in commands else None
        sub = subparsers.add_parser(
            name, help=text, description=(getattr(module, "DESCRIPTION", None) or text) if module else text,
            epilog=getattr(module, "EXAMPLES", None), parents=[common_options()],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        if module is not None:
            module.add_arguments(sub)
    return parser


def common_options() -> Parser:
    """Options that every command takes, before or after the command word."""
    parser = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--cluster", metavar="C", help=f"{CLUSTERS} (default: $PACEWRIGHT_CLUSTER, else live)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("-v", "--verbose", action="store_true", help="print each external command with its time")
    return parser


def _module(name: str) -> Any:
    return import_module(f"pacewright.cli.commands.{name}")


def _tell(error: PacewrightError, session: Session) -> None:
    if session.json:
        from pacewright.cli.session import report_document

        session.emit(
            {"format": "pacewright-error", "version": 1, "error": type(error).__name__, "exit": int(error.exit),
             "message": str(error), "reports": [report_document(r) for r in error.reports]},
            lambda _document, _style: "",
        )  # fmt: skip
    if error.reports:
        session.report(sorted(error.reports, key=lambda r: (r.place.line or 0) if r.place else 0))
        if "\n" not in str(error) and not any(r.message in str(error) for r in error.reports):
            session.say(f"pacewright: {error}")
    else:
        session.say(f"pacewright: {error}")
