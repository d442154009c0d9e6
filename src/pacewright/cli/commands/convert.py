"""``pacewright convert``: one format into another. What the target cannot say is refused by name, never dropped."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pacewright.cib.desired.ownership import portable
from pacewright.cib.document import cib_text
from pacewright.cib.modernization.modernize import Substitution, modernize
from pacewright.cib.secret_files import move_to_files
from pacewright.cib.secrets import has_plain_secrets, has_references
from pacewright.cli.input import Source, read_source
from pacewright.cli.session import Document, Session, report_document
from pacewright.cluster.files import read_bytes, write_atomically
from pacewright.cluster.secrets import resolve
from pacewright.model.configuration import Configuration
from pacewright.model.errors import Exit, InputError, UsageError
from pacewright.model.report import Place, Report, Severity
from pacewright.sources.formats import MODULES, module_of

EXTENSIONS = {"cib": ".xml", "crm": ".crm", "pcs": ".pcs", "spec": ".yaml"}
DESCRIPTION = "Translates configurations. What the target format cannot say is refused with file, line and element."
EXAMPLES = """\
examples:
  pacewright convert cib.xml --to spec -o site.yaml
  pacewright convert old.crm --to spec --modernize --secrets secrets/
  cibadmin --query | pacewright convert - --to pcs
  pacewright convert *.xml --to crm -o crm/
"""


@dataclass(slots=True)
class Result:
    """What became of one file. ``text`` is None when it failed."""

    input: str
    source_format: str | None
    target_format: str
    text: str | None = None
    output: str | None = None
    private: bool = False
    reports: list[Report] = field(default_factory=list)
    substitutions: list[Substitution] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(r.severity is Severity.ERROR for r in self.reports)

    def document(self) -> Document:
        """For JSON. ``text`` is there where no file was written."""
        document: Document = {
            "input": self.input, "output": self.output, "from": self.source_format, "to": self.target_format,
            "reports": [report_document(r) for r in self.reports],
            "substitutions": [s.document() for s in self.substitutions],
        }  # fmt: skip
        return document if self.output or self.failed else {**document, "text": self.text}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file to read; - is standard input")
    parser.add_argument("--from", dest="source_format", choices=sorted(MODULES), help="default: guessed")
    parser.add_argument("--to", dest="target_format", choices=sorted(MODULES), required=True)
    parser.add_argument("-o", "--output", metavar="PATH", help="file, or folder for several files (default: print)")
    parser.add_argument("--modernize", action="store_true", help="use today's names; every substitution is listed")
    parser.add_argument("--expand", action="store_true", help="write the generic objects that a spec stands for")
    parser.add_argument("--secrets", metavar="DIR", help="with --to spec: move secret values to files in DIR")


def run(arguments: Namespace, session: Session) -> int:
    if arguments.secrets and arguments.target_format != "spec":
        raise UsageError("--secrets needs --to spec")
    outputs = output_paths(arguments.files, arguments.output, arguments.target_format)
    results = []
    for path, output in zip(arguments.files, outputs, strict=True):
        result = _converted(path, output, arguments)
        session.report(result.reports)
        for each in result.substitutions:
            session.say(f"{path}: {each}")
        results.append(result)
    document = {"format": "pacewright-convert", "version": 1, "files": [r.document() for r in results]}
    session.emit(document, lambda _document, _style: _printed(results))
    return int(Exit.ERROR if any(r.failed for r in results) else Exit.DONE)


def output_paths(files: Sequence[str], output: str | None, target_format: str) -> list[str | None]:
    """Where each file's translation goes; None for standard output. Raises UsageError."""
    several = len(files) > 1
    if output in (None, "-"):
        if several:
            raise UsageError("several files need -o DIR")
        return [None]
    assert output is not None
    if not several and not output.endswith("/") and not os.path.isdir(output):
        return [output]
    if os.path.exists(output) and not os.path.isdir(output):
        raise UsageError(f"-o {output}: several files need a folder")
    paths = [os.path.join(output, _base(f) + EXTENSIONS[target_format]) for f in files]
    if twice := sorted({p for p in paths if paths.count(p) > 1}):
        raise UsageError(f"several files would be written to {', '.join(twice)}")
    return list(paths)


def _base(path: str) -> str:
    return "stdin" if path == "-" else os.path.splitext(os.path.basename(path))[0]


def _converted(path: str, output: str | None, arguments: Namespace) -> Result:
    """One file, with all that went wrong: a bad file does not stop the others."""
    result = Result(path, arguments.source_format, arguments.target_format)
    try:
        source = read_source(path, arguments.source_format)
        result.source_format = source.format
        result.reports += source.placed(source.loaded.reports)
        _translate(result, source, output, arguments)
    except InputError as error:
        result.reports += [r if r.place else replace(r, place=Place(path)) for r in error.reports]
    except OSError as error:
        message = f"cannot write {error.filename or output}: {error.strerror}"
        result.reports.append(Report("unwritable-file", message, place=Place(path)))
    except RecursionError:
        result.reports.append(Report("too-deep", "elements are nested too deeply", place=Place(path)))
    return result


def _translate(result: Result, source: Source, output: str | None, arguments: Namespace) -> None:
    """Nothing is written before everything could be said."""
    files: dict[str, str] = {}
    configuration = source.loaded.configuration
    if result.target_format != "cib":
        configuration = portable(configuration)
        if configuration is not source.loaded.configuration:
            message = "left out: ownership records and the stand-in fencing device, which mean nothing elsewhere"
            result.reports.append(Report("not-portable", message, Severity.INFO, Place(source.name)))
    if arguments.modernize:
        configuration, result.substitutions = modernize(configuration)
    try:
        if result.target_format != "spec":
            result.private = has_references(configuration)
            configuration = resolve(configuration, source.folder)
        elif arguments.secrets:
            folder = _secret_folder(arguments, result.input)
            configuration, files = move_to_files(configuration, folder, os.path.dirname(output) if output else None)
        result.private = result.private or has_plain_secrets(configuration)
        result.text = _written(source, configuration, result.target_format, expand=arguments.expand)
    except InputError as error:
        raise InputError(source.placed(error.reports)) from None
    _save_secrets(files)
    if output is not None:
        _save(result.text, output, private=result.private)
        result.output = output


def _secret_folder(arguments: Namespace, path: str) -> str:
    """Several files may have secrets of one name."""
    folder: str = arguments.secrets
    return os.path.join(folder, _base(path)) if len(arguments.files) > 1 else folder


def _written(source: Source, configuration: Configuration, target_format: str, *, expand: bool) -> str:
    if target_format == "cib":
        original = source.loaded.original
        if original is not None and configuration.schema not in (None, original.get("validate-with")):
            original.set("validate-with", str(configuration.schema))
        return cib_text(configuration, original)
    if target_format == "spec" and source.loaded.origins:
        if not expand:
            message = "a deployment would be lost in what it stands for"
            raise InputError([Report("needs-expand", message, place=Place(source.name), suggestion="add --expand")])
        from pacewright.sources.spec import write

        return write(configuration, source.loaded.origins)
    return module_of(target_format).write(configuration)


def _save_secrets(files: dict[str, str]) -> None:
    """Raises InputError rather than overwrite a secret that is another one by now."""
    differing = [p for p, v in files.items() if os.path.exists(p) and read_bytes(p) != (v + "\n").encode()]
    if differing:
        message = "is there already and holds something else: remove it or choose another folder"
        raise InputError([Report("secret-file-exists", message, place=Place(p)) for p in differing])
    for path, value in files.items():
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        write_atomically(path, value + "\n", private=True)


def _save(text: str, output: str, *, private: bool) -> None:
    os.makedirs(os.path.dirname(output) or ".", exist_ok=True)
    write_atomically(output, text, private=private)


def _printed(results: Sequence[Result]) -> str:
    return "".join(r.text for r in results if r.text is not None and r.output is None and not r.failed)
