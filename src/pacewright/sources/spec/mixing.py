"""An ``openstack`` section beside the others: what it stands for, under what the spec itself says.

The generic sections of the same spec are laid over the generated ones, key by key: a value replaces, nothing (``key:``)
removes, and with a resource goes what was generated for it. So everything generated can be overridden at the level of
one attribute.
"""

from __future__ import annotations

from typing import Any

from pacewright.architectures.draft import WORDS
from pacewright.model.report import Place, Report, Severity, did_you_mean
from pacewright.sources.spec.deployments import deployment_of
from pacewright.sources.spec.description import OPENSTACK
from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence
from pacewright.sources.spec.reader import Reader
from pacewright.sources.spec.removal import without_removed

_SETS = ("properties", "resource-defaults", "operation-defaults")
# By section: what its objects are called, and keys of which one makes an object whole
_OBJECTS = {
    "resources": ("resource", ("agent", "template", "group", "clone", "promotable", "master", "bundle", "xml")),
    "locations": ("location", ("resource", "pattern", "sets", "xml")),
    "colocations": ("colocation", ("resource", "sets", "xml")),
    "orders": ("order", ("first", "sets", "xml")),
}


def mixed(root: Mapping, reader: Reader) -> Mapping:
    """The spec without its section ``openstack``, and with what that stands for."""
    section = root.get(OPENSTACK)
    assert section is not None
    rest = Mapping(root.line, [(key, node) for key, node in root.pairs if key.text != OPENSTACK])
    deployment = deployment_of(section, reader)
    if deployment is None:
        return rest
    reader.deployment = deployment
    from pacewright.architectures.expansion import expand

    draft = expand(deployment)
    for problem in draft.problems:
        severity = Severity.WARNING if problem.warning else Severity.ERROR
        where = _place(problem.path, section, reader)
        reader.reports.extend([Report(problem.code, problem.message, severity, where, problem.suggestion)])
    lines = {address: _place(o.path, section, reader).line or section.line for address, o in draft.origins.items()}
    reader.origins.update(draft.origins)
    generated = Mapping(section.line)
    for name, table in draft.sections.items():
        generated.pairs.append((Scalar(name, section.line), _node(table, section.line, lines, name)))
    return without_removed(generated, _over(generated, _without_strangers(generated, rest, reader), depth=0), rest)


def _place(path: str, section: Node, reader: Reader) -> Place:
    """The nearest known place of a path in the section."""
    while path and f"{OPENSTACK}/{path}" not in reader.places:
        path = path.rpartition("/")[0]
    return reader.places.get(f"{OPENSTACK}/{path}") or Place(reader.file, section.line)


def _node(tree: Any, line: int, lines: dict[str, int], section: str = "") -> Node:
    """Plain values as nodes; what the reader once made goes back as it was. ``lines``: of objects, by address."""
    if isinstance(tree, Scalar | Sequence | Mapping):
        return tree
    if isinstance(tree, list):
        return Sequence(line, [_node(item, line, lines) for item in tree])
    if not isinstance(tree, dict):
        return Scalar("" if tree is None else str(tree), line, quoted=tree is not None)
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in tree.items():
        own = lines.get(f"{WORDS[section]} {key}", line) if section in WORDS else line
        pairs.append((Scalar(key, own), _node(value, own, lines)))
    return Mapping(line, pairs)


def _over(below: Mapping, above: Mapping, depth: int) -> Mapping:
    """``above`` laid over ``below``."""
    given = {key.text: (key, node) for key, node in above.pairs}
    pairs: list[tuple[Scalar, Node]] = []
    for key, node in below.pairs:
        if key.text not in given:
            pairs.append((key, node))
            continue
        name, wanted = given.pop(key.text)
        if isinstance(wanted, Scalar) and wanted.is_null:
            continue
        if isinstance(node, Mapping) and isinstance(wanted, Mapping) and wanted.get("xml") is None:
            pairs.append((name, _over(node, wanted, depth + 1)))
        elif depth == 0 and isinstance(wanted, Sequence) and isinstance(node, Mapping | Sequence):
            pairs.append((name, Sequence(wanted.line, [*_items(key.text, node), *wanted.items])))
        else:
            pairs.append((name, wanted))
    return Mapping(above.line, [*pairs, *given.values()])


def _items(section: str, node: Mapping | Sequence) -> list[Node]:
    if isinstance(node, Sequence):
        return node.items
    attributes: list[Node] = [Mapping(node.line, [(Scalar("attributes", node.line), node)])]
    return attributes if section in _SETS else []


def _without_strangers(generated: Mapping, written: Mapping, reader: Reader) -> Mapping:
    """An object that is neither generated nor whole is a name mistyped: told, and left out."""
    pairs: list[tuple[Scalar, Node]] = []
    for section, ours in written.pairs:
        word, needed = _OBJECTS.get(section.text, ("", ()))
        theirs = generated.get(section.text)
        known = [key.text for key, _ in theirs.pairs] if isinstance(theirs, Mapping) else []
        kept: list[tuple[Scalar, Node]] = []
        for key, node in ours.pairs if isinstance(ours, Mapping) else ():
            if word and key.text not in known and not _is_whole(node, needed):
                removed = isinstance(node, Scalar)
                what = "so it cannot be removed" if removed else f"and lacks {' or '.join(map(repr, needed[:2]))}"
                message = f"'{key.text[:100]}' is no {word} of this architecture, {what}"
                hint = did_you_mean(key.text[:100], known) or "'convert --to spec --expand' shows them"
                reader.error("unknown-override", message, key, f"{word} {key.text}", hint)
            else:
                kept.append((key, node))
        pairs.append((section, Mapping(ours.line, kept) if isinstance(ours, Mapping) else ours))
    return Mapping(written.line, pairs)


def _is_whole(node: Node, needed: tuple[str, ...]) -> bool:
    """Whether it can be an object of its own; other mistakes in it are told by who reads it."""
    if isinstance(node, Scalar):
        return not node.is_null
    return not isinstance(node, Mapping) or any(node.get(key) is not None for key in needed)
