"""The bytes of a source as text, with the same limits and codes in every format."""

from __future__ import annotations

import re

from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Report

LARGEST = 64 * 1024 * 1024
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no CIB can hold these


def decoded(data: bytes, name: str, *, largest: int = LARGEST) -> str:
    """UTF-8 text, a byte order mark left out. Raises SpecError: ``file-too-large``, ``not-utf8``."""
    if len(data) > largest:
        raise _refusal("file-too-large", f"larger than {largest // 1024 // 1024} MiB", Place(name))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal("not-utf8", f"byte {error.start} is not UTF-8", Place(name, line)) from None


def without(forbidden: re.Pattern[str], text: str, name: str) -> str:
    """The text as it is. Raises SpecError, ``bad-character``, for the first forbidden one."""
    if (found := forbidden.search(text)) is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise _refusal("bad-character", f"character U+{ord(found[0]):04X} is not allowed", Place(name, line))
    return text


def _refusal(code: str, message: str, place: Place) -> SpecError:
    return SpecError([Report(code, message, place=place)])
