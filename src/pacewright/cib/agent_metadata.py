"""An agent's description of itself: OCF metadata (1.0, 1.1) and fence agents' dialect of it."""

from __future__ import annotations

import re

from pacewright.catalogue.secrets import is_secret
from pacewright.cib.xml import Node, parse
from pacewright.model.errors import SpecError
from pacewright.model.immutable import immutable
from pacewright.model.values import boolean

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>")


@immutable(frozen=True, slots=True)
class Parameter:
    """``kind``: the metadata's content type (string, integer, boolean, second, select, ...). ``choices``: of a select.

    ``obsoletes``: the old name that this one replaces. ``unique_group``: None where values need not differ.
    """

    name: str
    kind: str = "string"
    required: bool = False
    reloadable: bool = False
    deprecated: bool = False
    secret: bool = False
    unique_group: str | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()
    obsoletes: str | None = None


@immutable(frozen=True, slots=True)
class Action:
    """An operation with what the agent advises, as written (``20s``)."""

    name: str
    timeout: str | None = None
    interval: str | None = None
    role: str | None = None
    depth: str | None = None


@immutable(frozen=True, slots=True)
class AgentMetadata:
    """``version``: of the OCF standard that the agent follows (``1.1``), empty where it does not say."""

    agent: str
    parameters: tuple[Parameter, ...] = ()
    actions: tuple[Action, ...] = ()
    version: str = ""

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


def parse_metadata(agent: str, data: bytes) -> AgentMetadata | None:
    """The description in an agent's ``meta-data`` output; None where it is no such document."""
    try:
        root = parse(_DOCTYPE.sub(b"", data.strip(), count=1), agent)
    except SpecError:
        return None
    if root.tag != "resource-agent":
        return None
    actions = (Action(str(a.get("name")), a.get("timeout"), a.get("interval"), a.get("role"), a.get("depth"))
               for a in root.iterfind("actions/action"))  # fmt: skip
    return AgentMetadata(
        agent,
        tuple(_parameter(agent, p) for p in root.iterfind("parameters/parameter")),
        tuple(actions),
        (root.findtext("version") or "").strip(),
    )


def _parameter(agent: str, node: Node) -> Parameter:
    name, content = str(node.get("name")), node.find("content")
    unique = node.get("unique-group") or (name if _yes(node.get("unique")) else None)
    return Parameter(
        name=name,
        kind=(content.get("type") or "string") if content is not None else "string",
        required=_yes(node.get("required")),
        reloadable=_yes(node.get("reloadable")),
        deprecated=_yes(node.get("deprecated")) or node.find("deprecated") is not None,
        secret=is_secret(agent, name),
        unique_group=unique,
        default=content.get("default") if content is not None else None,
        choices=tuple(str(o.get("value")) for o in content.iterfind("option")) if content is not None else (),
        obsoletes=node.get("obsoletes"),
    )


def _yes(text: str | None) -> bool:
    return text is not None and boolean(text) is True
