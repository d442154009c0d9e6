"""What goes with a generated resource that an override removes: what holds it, and constraints that name it.

Only what was generated goes, and only where the spec says nothing of it: what the deployer wrote is told as a mistake.
"""

from __future__ import annotations

from pacewright.sources.spec.nodes import Mapping, Node, Scalar, Sequence

_HOLDING = ("clone", "promotable", "contains")
_NAMING = {"locations": ("resource",), "colocations": ("resource", "with-resource"), "orders": ("first", "then")}


def without_removed(generated: Mapping, laid: Mapping, written: Mapping) -> Mapping:
    """``laid``: the generated sections with what is written over them."""
    made, left, own = (_table(each, "resources") for each in (generated, laid, written))
    gone = {name for name in made if name not in left}
    if not gone:
        return laid
    while (
        more := {name for name, node in left.items() if name in made and name not in own and _holds(node, gone)} - gone
    ):
        gone |= more
    sections: list[tuple[Scalar, Node]] = []
    for key, node in laid.pairs:
        names = _NAMING.get(key.text, ())
        theirs, said = _table(generated, key.text), _table(written, key.text)
        if key.text == "resources" and isinstance(node, Mapping):
            members = [(name, _without_members(each, gone)) for name, each in node.pairs if name.text not in gone]
            node = Mapping(node.line, members)
        elif names and isinstance(node, Mapping):
            lost = {name for name, each in theirs.items() if name not in said and _value(each, names) & gone}
            node = Mapping(node.line, [pair for pair in node.pairs if pair[0].text not in lost])
        sections.append((key, node))
    return Mapping(laid.line, sections)


def _table(tree: Mapping, section: str) -> dict[str, Node]:
    found = tree.get(section)
    return {key.text: node for key, node in found.pairs} if isinstance(found, Mapping) else {}


def _value(node: Node, keys: tuple[str, ...]) -> set[str]:
    found = [node.get(key) for key in keys] if isinstance(node, Mapping) else []
    return {each.text for each in found if isinstance(each, Scalar)}


def _holds(node: Node, gone: set[str]) -> bool:
    """Whether nothing is left of it: it holds one that is gone, or is a group of such."""
    group = node.get("group") if isinstance(node, Mapping) else None
    if isinstance(group, Sequence):
        return all(isinstance(item, Scalar) and item.text in gone for item in group.items)
    return bool(_value(node, _HOLDING) & gone)


def _without_members(node: Node, gone: set[str]) -> Node:
    group = node.get("group") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(group, Sequence):
        return node
    rest = Sequence(group.line, [item for item in group.items if not (isinstance(item, Scalar) and item.text in gone)])
    return Mapping(node.line, [(key, rest if each is group else each) for key, each in node.pairs])
