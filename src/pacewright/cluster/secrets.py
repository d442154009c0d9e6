"""Gets the values that ``!secret`` references name. Values are never printed, not even in errors."""

from __future__ import annotations

import os
import shlex

from pacewright.cib.secrets import resolve_references
from pacewright.cluster import process
from pacewright.model.attributes import NvPair, SecretReference
from pacewright.model.configuration import Configuration
from pacewright.model.errors import SpecError, ToolError
from pacewright.model.report import Reports

LARGEST = 64 * 1024  # bytes of one secret; more is a mistaken path


class Unavailable(ValueError):
    """The secret cannot be had; the text says why without the value."""


def resolve(configuration: Configuration, base_dir: str) -> Configuration:
    """The configuration with every reference's value set. ``base_dir``: what relative paths start from.

    Raises SpecError naming every reference that cannot be resolved (``secret-unavailable``).
    """
    reports, known = Reports(), dict[str, str]()

    def value_of(pair: NvPair, address: str) -> str | None:
        reference = pair.secret
        assert reference is not None
        key = str(reference)
        if key not in known:
            try:
                known[key] = secret_value(reference, base_dir)
            except Unavailable as error:
                message = f"{pair.name}: !secret {reference}: {error}"
                reports.error("secret-unavailable", message, subject=f"{address}/params/{pair.name}")
                return None
        return known[key]

    resolved = resolve_references(configuration, value_of)
    if reports.errors:
        raise SpecError(reports)
    return resolved


def secret_value(reference: SecretReference, base_dir: str) -> str:
    """One secret, without the final line break. Raises Unavailable."""
    if reference.kind == "env":
        value = os.environ.get(reference.source)
        if value is None:
            raise Unavailable("the environment variable is not set")
        return value
    data = _file(os.path.join(base_dir, reference.source)) if reference.kind == "file" else _output(reference.source)
    try:
        return data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        raise Unavailable("it is not UTF-8 text") from None


def _file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Unavailable(getattr(error, "strerror", None) or "not a path") from None
    if len(data) > LARGEST:
        raise Unavailable(f"larger than {LARGEST} bytes")
    return data


def _output(command: str) -> bytes:
    try:
        words = shlex.split(command)
    except ValueError:
        raise Unavailable("the command's quotes do not match") from None
    if not words:
        raise Unavailable("no command")
    try:
        done = process.run(words, timeout=30)
    except ToolError as error:
        raise Unavailable(error.stderr) from None
    if done.code != 0:
        raise Unavailable(f"{words[0]} ended with exit code {done.code}")
    return done.stdout
