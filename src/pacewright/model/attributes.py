"""Name-value pairs and the sets that hold them: parameters, meta attributes, utilization, properties, defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from pacewright.model.element import Element, Kind, attr, child, children
from pacewright.model.immutable import immutable
from pacewright.model.rules import Rule

PARAMS = "instance_attributes"
META = "meta_attributes"
UTILIZATION = "utilization"
PROPERTIES = "cluster_property_set"


@immutable(frozen=True, slots=True)
class SecretReference:
    """Where a secret value is to be had: ``kind`` is file, env or command."""

    kind: str
    source: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.source}"


@immutable(frozen=True, slots=True, kw_only=True)
class NvPair(Element):
    """One name with its value; or a reference to a pair elsewhere (``id_ref``).

    ``secret`` is set where the spec said ``!secret``; ``value`` is then None until it has been resolved.
    """

    tag: str = "nvpair"
    id_ref: str | None = attr("id-ref", Kind.REFERENCE)
    name: str | None = attr("name")
    value: str | None = attr("value")
    secret: SecretReference | None = field(default=None)


@immutable(frozen=True, slots=True, kw_only=True)
class AttributeSet(Element):
    """A set of name-value pairs, perhaps under a rule, or a reference to a set elsewhere (``id_ref``).

    ``tag`` is one of PARAMS, META, UTILIZATION, PROPERTIES.
    """

    tag: str
    id_ref: str | None = attr("id-ref", Kind.REFERENCE)
    score: str | None = attr("score", Kind.SCORE)
    rule: Rule | None = child(("rule", Rule))
    pairs: tuple[NvPair, ...] = children(("nvpair", NvPair))

    @property
    def is_plain(self) -> bool:
        """Applies always: no rule, no score, no reference."""
        return self.rule is None and self.score is None and self.id_ref is None and not self.carried


def attribute_set(tag: str, values: Mapping[str, str | None], *, id: str | None = None) -> AttributeSet:
    """A plain set from a mapping."""
    return AttributeSet(tag=tag, id=id, pairs=tuple(NvPair(name=n, value=v) for n, v in values.items()))


def first_value(sets: Iterable[AttributeSet], name: str) -> str | None:
    """The value of ``name`` in the unconditional sets, first one wins, as Pacemaker does for equal scores."""
    for each in sets:
        if each.rule is None:
            for pair in each.pairs:
                if pair.name == name:
                    return pair.value
    return None
