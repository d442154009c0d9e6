"""The one place where XML is parsed: no entities, no DTD, no network, bounded in size."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Report

LARGEST = 256 * 1024 * 1024
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"latin-1", b"iso-8859-15", b"windows-1252")
Node = etree._Element


def parse(data: bytes, name: str = "<cib>") -> Node:
    """The root element. Raises SpecError with file and line."""
    if len(data) > LARGEST:
        raise SpecError([Report("file-too-large", f"larger than {LARGEST} bytes", place=Place(name))])
    _refuse_declarations(data, name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_pis=True,
        remove_blank_text=True, huge_tree=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise SpecError([Report("xml-syntax", str(error), place=Place(name, line))]) from None
    if root is None:
        raise SpecError([Report("xml-syntax", "no element found", place=Place(name))])
    return root


def _refuse_declarations(data: bytes, name: str) -> None:
    """No document type in any disguise: attribute values would be expanded whatever the parser is told.

    In an encoding that is not a superset of ASCII the declaration would not be seen here, so there is none such.
    """
    declared = _ENCODING.match(data)
    if b"\0" in data[:64] or (declared and declared[1].lower() not in _ENCODINGS):
        raise SpecError([Report("xml-encoding", "a CIB is UTF-8", place=Place(name, 1))])
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        message = "a document type or entity declaration is not accepted"
        raise SpecError([Report("xml-doctype", message, place=Place(name, 1))])
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"<"):
        raise SpecError([Report("xml-syntax", "no element found", place=Place(name, 1))])


def configuration_element(root: Node, name: str = "<cib>") -> Node:
    """The configuration of a ``cib`` element, or the element itself. Raises SpecError for anything else."""
    section = root if root.tag == "configuration" else root.find("configuration")
    if section is None or root.tag not in ("cib", "configuration"):
        message = f"<{root.tag}> is no CIB with a configuration"
        raise SpecError([Report("not-a-cib", message, place=Place(name, line_of(root)))])
    return section


def to_text(element: Node, *, pretty: bool = True) -> str:
    """The element as text, two spaces a level."""
    if pretty:
        etree.indent(element, space="  ")
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text + "\n" if pretty else text


def line_of(node: Node) -> int | None:
    """The line that an element was read from."""
    return cast("int | None", node.sourceline)
