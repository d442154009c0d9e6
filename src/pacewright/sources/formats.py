"""Finds the format of a text and the module that reads or writes it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Protocol, cast

from pacewright.model.configuration import Configuration
from pacewright.sources.loaded import Loaded

MODULES = {"cib": "cib", "crm": "crm", "pcs": "pcs", "spec": "spec"}
_PCS_LINE = re.compile(rb"^\s*(sudo\s+)?pcs\s", re.MULTILINE)
_CRM_LINE = re.compile(
    rb"^\s*(node|primitive|group|clone|ms|master|bundle|location|colocation|collocation|order|property|rsc_defaults|op_defaults"
    rb"|rsc_template|rsc_ticket|fencing_topology|tag|role|user|acl_target|acl_group|alert|monitor|xml)\s+(?![:])",
    re.MULTILINE,
)


class Format(Protocol):
    def read(self, data: bytes, name: str) -> Loaded: ...
    def write(self, configuration: Configuration) -> str: ...


def module_of(name: str) -> Format:
    """The module of a format, imported only when needed."""
    return cast(Format, import_module(f"pacewright.sources.{MODULES[name]}"))


def guess(data: bytes) -> str:
    """The format that a text looks like: cib, pcs, crm, else spec."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return "cib"
    sample = data[:65536]
    if _PCS_LINE.search(sample):
        return "pcs"
    return "crm" if _CRM_LINE.search(sample) else "spec"
