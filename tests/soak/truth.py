"""What an apply claimed, against what is in the cluster afterwards."""

from __future__ import annotations

from enum import Enum
from xml.etree.ElementTree import Element

from laboratory import Laboratory
from soak import sight, specs
from soak.actors import Outcome, apply

_WRITTEN = "the changes are written"
_UNKNOWN = ("whether the changes are written is not known", "whether they last is certain only")


class Claim(Enum):
    """NOTHING: it was killed before it said anything, or said that it does not know."""

    NEW = "the new configuration is in"
    OLD = "nothing was written"
    NOTHING = "no claim"


def claim(outcome: Outcome) -> Claim:
    """From exit code and output alone. Raises AssertionError where these contradict each other."""
    document, said = outcome.document, outcome.err
    if document.get("format") == "pacewright-apply":
        assert outcome.code in (0, 5), outcome.said
        assert document["settled"], outcome.said
        return Claim.NEW
    if outcome.killed:
        return Claim.NOTHING
    if any(words in said for words in _UNKNOWN):
        assert outcome.code == 7, outcome.said
        return Claim.NOTHING
    assert outcome.code in (1, 3, 6, 7), outcome.said
    return Claim.NEW if _WRITTEN in said else Claim.OLD


def require_whole(lab: Laboratory, outcome: Outcome, old: int, new: int) -> int:
    """The value that is in on all nodes, wholly old or wholly new, and as it was claimed. Raises AssertionError."""
    configuration: Element = sight.one_configuration(lab)
    value = specs.value_of(configuration)
    assert value in (old, new), f"neither {old} nor {new}: {value}\n{outcome.said}"
    claimed = claim(outcome)
    if claimed is not Claim.NOTHING:
        assert value == (new if claimed is Claim.NEW else old), (
            f"claimed {claimed.value}, found {value}\n{outcome.said}"
        )
    return value


def require_recovery(lab: Laboratory, node: str, new: int) -> Outcome:
    """The next run makes it so, whatever the one before came to."""
    again = apply(lab, node, specs.many_kinds(new))
    assert again.code == 0, again.said
    assert specs.value_of(sight.one_configuration(lab)) == new, again.said
    return again
