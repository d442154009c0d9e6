"""Which value a service reads: the files of oslo.config, as its libraries read them (oslo.config 10.7, read and run).

Later files win over earlier ones. Without ``--config-file`` the program reads its own file, and without
``--config-dir`` the folders ``PROJECT.conf.d`` and ``PROGRAM.conf.d`` beside it, **before** all files that the command
line names: so a file that is named wins over a default folder. Folders are read by default since oslo.config 3.21,
which is Ocata's.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence

from pacewright.catalogue.releases import within

FOLDERS_SINCE = "ocata"
_WORDS = ("--config-file", "--config-dir")
Listing = Callable[[str], Sequence[str]]  # names in a folder; none where there is no folder


def files_read(file: str, arguments: Sequence[str], release: str, names: Listing) -> list[str]:
    """Paths in the order in which they are read. ``file``: what the program reads without arguments."""
    named = list(_named(arguments))
    kinds = {kind for kind, _ in named}
    found = [] if _WORDS[0] in kinds else [file]
    if _WORDS[1] not in kinds and within(release, FOLDERS_SINCE, None):
        for folder in default_folders(file, arguments):
            found += _in_folder(folder, names)
    for kind, path in named:
        found += [path] if kind == _WORDS[0] else _in_folder(path, names)
    return found


def folders_named(file: str, arguments: Sequence[str]) -> list[str]:
    """All folders of which ``files_read`` may ask."""
    return [*default_folders(file, arguments), *(path for kind, path in _named(arguments) if kind == _WORDS[1])]


def default_folders(file: str, arguments: Sequence[str]) -> list[str]:
    """``/etc/nova/nova.conf.d`` and ``/etc/nova/nova-api.conf.d`` of ``/usr/bin/nova-api``."""
    folder = posixpath.dirname(file)
    stems = [posixpath.basename(file).removesuffix(".conf"), *_program(arguments)]
    project = posixpath.basename(folder)
    return [f"{folder}/{stem}.conf.d" for stem in dict.fromkeys([project, *stems])]


def value_in(text: str, section: str, option: str) -> str | None:
    """What one file says; the last one of several. None: nothing."""
    current, found, key = "", None, ""
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            key = "" if not stripped else key
        elif stripped.startswith("[") and stripped.endswith("]") and line[0] == "[":
            current, key = line.rstrip()[1:-1], ""
        elif line[0].isspace():
            if key and found is not None and key == option and _is(current, section):
                found = f"{found}\n{stripped}"
        else:
            key, value = _pair(stripped)
            if key == option and _is(current, section):
                found = value
    return found


def effective(files: Sequence[str], texts: Mapping[str, str], section: str, option: str) -> tuple[str | None, str]:
    """The value that holds, and the file that says it (empty where none does)."""
    for path in reversed(files):
        value = value_in(texts.get(path, ""), section, option)
        if value is not None:
            return value, path
    return None, ""


def same_value(one: str | None, other: str) -> bool:
    return one is not None and one.strip().lower() == other.strip().lower()


def _named(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(arguments):
        name, is_one, value = word.partition("=")
        if name in _WORDS and is_one:
            yield name, value
        elif word in _WORDS and number + 1 < len(arguments):
            yield word, arguments[number + 1]


def _program(arguments: Sequence[str]) -> list[str]:
    """The program's name: a script's where an interpreter runs one."""
    names = [posixpath.basename(word) for word in arguments[:2]]
    if names and names[0].startswith("python"):
        names = names[1:]
    return [names[0].removesuffix(".py")] if names and names[0] and not names[0].startswith("-") else []


def _in_folder(folder: str, names: Listing) -> list[str]:
    return [f"{folder.rstrip('/')}/{name}" for name in sorted(names(folder)) if name.endswith(".conf")]


def _pair(line: str) -> tuple[str, str]:
    ends = [end for end in (line.find("="), line.find(":")) if end >= 0]
    if not ends:
        return line, ""
    key, value = line[: min(ends)].strip(), line[min(ends) + 1 :].strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return key, value


def _is(found: str, section: str) -> bool:
    """``[DATABASE]`` is ``database``, but ``[default]`` is not ``DEFAULT``."""
    return found == section if section == "DEFAULT" else found.lower() == section.lower()
