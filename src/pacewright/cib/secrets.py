"""The secret parameters of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pacewright.catalogue.secrets import is_reference, is_secret
from pacewright.cib.rewrite import rewrite
from pacewright.model.alerts import Alert
from pacewright.model.attributes import PARAMS, AttributeSet, NvPair
from pacewright.model.configuration import Configuration
from pacewright.model.element import Element, parts_of
from pacewright.model.resources import Primitive

Replacement = Callable[[str, NvPair], NvPair]


def holds_plain_secret(agent: str | None, pair: NvPair) -> bool:
    """Whether the pair has a secret's value written out."""
    return bool(
        pair.name
        and pair.value
        and pair.secret is None
        and not is_reference(pair.value)
        and is_secret(agent, pair.name)
    )


def has_plain_secrets(configuration: Configuration) -> bool:
    return next(plain_secrets(configuration), None) is not None


def plain_secrets(configuration: Configuration) -> Iterator[tuple[Primitive | Alert, NvPair]]:
    """Every secret parameter written out, with its owner."""
    primitives = [r for r in configuration.all_resources() if isinstance(r, Primitive)]
    owners: list[Primitive | Alert] = [*primitives, *configuration.alerts]
    for owner in owners:
        agent = owner.agent if isinstance(owner, Primitive) else None
        for pair in _parameters(owner):
            if holds_plain_secret(agent, pair):
                yield owner, pair


def _parameters(element: Element) -> Iterator[NvPair]:
    """The pairs of all parameter sets, operations' and recipients' too."""
    for part in parts_of(element):
        if not isinstance(part, AttributeSet):
            yield from _parameters(part)
        elif part.tag == PARAMS:
            yield from part.pairs


def replace_secrets(configuration: Configuration, replacement: Replacement) -> Configuration:
    """Every secret parameter written out is given to ``replacement`` with its owner's id."""

    def change(element: Element, _address: str) -> Element:
        if isinstance(element, Primitive):
            return _in_sets(element, element.id or "", element.agent, replacement)
        if isinstance(element, Alert):
            return _in_sets(element, element.id or "", None, replacement)
        return element

    return rewrite(configuration, change)


def _in_sets(owner: Element, name: str, agent: str | None, replacement: Replacement) -> Element:
    def change(element: Element, _address: str) -> Element:
        if not isinstance(element, AttributeSet) or element.tag != PARAMS:
            return element
        pairs = tuple(replacement(name, p) if holds_plain_secret(agent, p) else p for p in element.pairs)
        return (
            element if all(a is b for a, b in zip(pairs, element.pairs, strict=True)) else replace(element, pairs=pairs)
        )

    return rewrite(owner, change)


def resolve_references(configuration: Configuration, value_of: Callable[[NvPair, str], str | None]) -> Configuration:
    """Every ``!secret`` pair with the value that ``value_of`` gives; None leaves it unresolved.

    ``value_of`` gets the pair and the address of the object that it belongs to.
    """

    def change(element: Element, address: str) -> Element:
        if isinstance(element, NvPair) and element.secret is not None and element.value is None:
            value = value_of(element, address)
            return element if value is None else replace(element, value=value)
        return element

    return rewrite(configuration, change) if has_references(configuration) else configuration


def has_references(element: Element) -> bool:
    if isinstance(element, NvPair):
        return element.secret is not None
    return any(has_references(part) for part in parts_of(element))
