"""References to secrets: ``!secret file:PATH``, ``!secret env:NAME``, ``!secret command:PROGRAM ARGUMENTS``.

They are only understood here; nothing is read or run.
"""

from __future__ import annotations

import re
import shlex

from pacewright.model.attributes import SecretReference

KINDS = ("file", "env", "command")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class SecretError(ValueError):
    """The text is no reference to a secret. The message never repeats the text: it may be the secret itself."""


def parse_secret(text: str) -> SecretReference:
    """The reference. Raises SecretError."""
    kind, colon, source = text.partition(":")
    if not colon or kind not in KINDS:
        raise SecretError("a secret is file:PATH, env:NAME or command:PROGRAM ARGUMENTS")
    if not source.strip() or source != source.strip():
        raise SecretError(f"nothing, or a space, after '{kind}:'")
    if kind == "env" and not _VARIABLE.fullmatch(source):
        raise SecretError("env: takes the name of an environment variable")
    if kind == "command":
        command_words(source)
    return SecretReference(kind, source)


def command_words(source: str) -> list[str]:
    """A command reference's program and arguments; quoted as in a shell, which never reads them. Raises SecretError."""
    try:
        return shlex.split(source)
    except ValueError:
        raise SecretError("command: has an unfinished quotation") from None
