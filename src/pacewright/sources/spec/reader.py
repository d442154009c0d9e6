"""What every shape needs while a spec is read: where to report, to record places, to claim ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pacewright.cib.xml import Node as XmlNode
from pacewright.cib.xml import parse
from pacewright.model.errors import SpecError
from pacewright.model.origin import Origin
from pacewright.model.report import Place, Reports, did_you_mean
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from pacewright.architectures.deployment import Deployment

# XML 1.0 names without colon, which is what the schemas' type ID wants
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
NCNAME = f"[{_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_START}]*"
_IS_PLAIN_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # NCNAME takes 4 ms to compile and is seldom needed
_DEEPEST_XML = 100


class Bad:
    """The type of BAD: a value that was reported and must not be used."""


BAD: Final = Bad()


def is_id(text: str) -> bool:
    return _IS_PLAIN_ID.fullmatch(text) is not None or (not text.isascii() and re.fullmatch(NCNAME, text) is not None)


@dataclass(slots=True)
class Members:
    """What a container names, by key: ``group``, ``clone``, ``promotable``, ``master``, ``contains``."""

    key: str
    names: list[Scalar]


@dataclass(slots=True)
class Reader:
    """``kept``: XML that no model class holds, by the tag of its section. ``members``: by the container's address.
    ``failed``: ids of resources left out because of mistakes that are reported. ``origins``: by address, the rules
    behind what an architecture has made. ``deployment``: what it was made from."""

    file: str
    reports: Reports
    places: dict[str, Place] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, Members] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    origins: dict[str, Origin] = field(default_factory=dict)
    deployment: Deployment | None = None
    erroneous: set[str] = field(default_factory=set)

    def has_error_in(self, paths: tuple[str, ...]) -> bool:
        """Whether something at one of these paths, or below, was reported."""
        return any(path == each or path.startswith(f"{each}/") for path in self.erroneous for each in paths)

    def error(self, code: str, message: str, at: Node | int, path: str = "", suggestion: str | None = None) -> None:
        line = at if isinstance(at, int) else at.line
        subject = path.partition("/")[0] or None
        self.erroneous.add(path)
        self.reports.error(code, message, Place(self.file, line), suggestion=suggestion, subject=subject)

    def place(self, path: str, node: Node) -> None:
        if path not in self.places:
            self.places[path] = Place(self.file, node.line)

    def claim(self, identity: str, node: Node, path: str) -> bool:
        """Takes an id for an object. All ids of a CIB are one name space of XML names."""
        if not is_id(identity):
            message = f"'{identity}' cannot be an id: letters, digits, '_', '-' and '.', the first a letter or '_'"
            self.error("bad-id", message, node, path)
            return False
        if identity in self.ids:
            self.error("duplicate-id", f"id '{identity}' is in use in line {self.ids[identity]}", node, path)
            return False
        self.ids[identity] = node.line
        return True

    def unknown_key(self, key: Scalar, known: Iterable[str], path: str) -> None:
        names = list(known)
        suggestion = did_you_mean(key.text[:100], names) or f"one of {', '.join(names)}"
        self.error("unknown-key", f"unknown key '{key.text[:100]}'", key, path, suggestion)

    def wrong_type(self, expected: str, node: Node, path: str, suggestion: str) -> None:
        key = path.rpartition("/")[2]
        where = f"'{key[:100]}': " if "/" in path and key and not key.isdecimal() else ""
        self.error("wrong-type", f"{where}{expected} is expected, not {_what(node)}", node, path, suggestion)

    def mapping(self, node: Node, path: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        self.wrong_type("a mapping", node, path, "{key: value}")
        return None

    def items(self, node: Node, path: str) -> list[Node]:
        if isinstance(node, Sequence):
            return node.items
        self.wrong_type("a list", node, path, "[...]")
        return []

    def text(self, node: Node, path: str) -> str | None:
        """A scalar that is no secret and not empty."""
        if not isinstance(node, Scalar) or node.is_null:
            self.wrong_type("a value", node, path, "one word or number")
        elif node.secret:
            self.error("secret-not-here", "a secret can only be the value of a parameter or attribute", node, path)
        else:
            return node.text
        return None

    def xml(self, node: Node, path: str) -> XmlNode | None:
        """An ``xml`` value, parsed."""
        text = self.text(node, path)
        if text is None:
            return None
        try:
            root = parse(text.encode("utf-8"))
        except SpecError as error:
            self.error("bad-xml", f"no XML element: {error.reports[0].message}", node, path)
            return None
        if _depth(root) > _DEEPEST_XML:
            self.error("bad-xml", f"nested more than {_DEEPEST_XML} levels deep", node, path)
            return None
        return root


def _what(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.is_null else "a single value"
    return "a mapping" if isinstance(node, Mapping) else "a list"


def _depth(root: XmlNode) -> int:
    """How deep elements are nested, found level by level: deep trees must not recurse."""
    level, depth = [root], 0
    while level and depth <= _DEEPEST_XML:
        depth += 1
        level = [child for each in level for child in each]
    return depth
