"""Pacemaker's own schemas judge a CIB document (RELAX NG through lxml: 15 ms instead of a program)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from pacewright.cib.xml import Node
from pacewright.cluster.schema_files import HERE
from pacewright.model.report import Report, Severity

DANGLING = "schema-reference"  # something refers to nothing; the schema does not say where
_NAME = re.compile(r"pacemaker-(\d+)\.(\d+)")
_WORDS = {"rsc_location": "location", "rsc_colocation": "colocation", "rsc_order": "order", "rsc_ticket": "ticket",
          "primitive": "resource", "template": "resource", "group": "resource", "clone": "resource",
          "master": "resource", "bundle": "resource", "tag": "tag", "alert": "alert", "acl_role": "acl-role",
          "acl_target": "acl-target", "acl_group": "acl-group"}  # fmt: skip
# libxml2 says these of every element around the one that is wrong.
_ECHOES = (
    "has extra content",
    "failed to validate content",
    "Expecting",
    "Did not expect",
    "failed to validate attributes",
)


def check_schema(root: Node, schema: str | None = None, folder: str = HERE) -> list[Report]:
    """What the schema says against a whole CIB. ``schema``: default is the document's ``validate-with``.

    ``folder``: where the schemas are (``schema_files.schema_folder``).
    Not installed: one report of severity info. Only one report is made for each object.
    """
    name = schema or root.get("validate-with") or ""
    if name == "none":
        return []
    path = schema_path(name, folder)
    if path is None:
        where = "here" if folder == HERE else "there"
        message = f"the schema {name or '(none named)'} is not installed {where}: the document was not validated by it"
        return [Report("schema-not-installed", message, Severity.INFO)]
    validator = _validator(path)
    if validator.validate(root):
        return []
    document = etree.fromstring(etree.tostring(root))  # paths in the log count from a document's root
    validator.validate(document)
    return list(_reports(validator, document, name))


@cache
def installed_schemas(folder: str = HERE) -> list[str]:
    """Names of the numbered schemas in a folder, oldest first."""
    found = {f.removesuffix(".rng") for f in (os.listdir(folder) if os.path.isdir(folder) else ())}
    numbered = [(tuple(int(n) for n in match.groups()), f) for f in found if (match := _NAME.fullmatch(f))]
    return [name for _, name in sorted(numbered)]


def schema_path(name: str, folder: str = HERE) -> str | None:
    path = os.path.join(folder, f"{name}.rng")
    return path if _NAME.fullmatch(name) and os.path.isfile(path) else None


@cache
def _validator(path: str) -> etree.RelaxNG:
    return etree.RelaxNG(file=path)


def _reports(validator: etree.RelaxNG, document: Node, name: str) -> Iterator[Report]:
    best: dict[str | None, str] = {}
    for entry in validator.error_log:
        subject = _subject(document, entry.path)
        if subject not in best or _is_echo(best[subject]):
            best[subject] = entry.message
    specific = {s: m for s, m in best.items() if not _is_echo(m)} or best
    for subject, message in specific.items():
        code = DANGLING if message.startswith("IDREF") else "schema"
        yield Report(code, f"{name}: {message}", subject=subject)


def _is_echo(message: str) -> bool:
    return any(words in message for words in _ECHOES)


def _subject(document: Node, path: str | None) -> str | None:
    """The address of the object that an XPath of the log lies in."""
    found = document.xpath(path) if path else []
    node = found[0] if isinstance(found, list) and found else None
    while isinstance(node, etree._Element):
        if node.tag in _WORDS and node.get("id"):
            return f"{_WORDS[str(node.tag)]} {node.get('id')}"
        node = node.getparent()
    return None
