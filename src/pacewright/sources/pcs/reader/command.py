"""One pcs command taken apart the way pcs does it: options anywhere until ``--``, ``name=value`` words, keywords that
begin a group of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pacewright.model.report import Place, did_you_mean

VALUED = ("-f", "--group", "--before", "--after", "--request-timeout", "--corosync_conf")
EVERYWHERE = frozenset(("-f", "--force", "--debug", "--request-timeout", "--wait"))
_NEGATIVE = re.compile(r"-(\d+|\d*\.\d+|infinity|inf)", re.IGNORECASE | re.ASCII)
Pairs = tuple[tuple[str, str], ...]


class Mistake(Exception):
    """A command that pcs would refuse or that we do not follow; becomes a Report at the command's place."""

    def __init__(self, code: str, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.suggestion = code, message, suggestion


@dataclass(frozen=True, slots=True)
class Command:
    """``words``: without ``pcs``, without options. ``options``: ``--force`` to "", ``--group`` to its value."""

    words: tuple[str, ...]
    options: Mapping[str, str]
    place: Place


def parse_command(words: Sequence[str], place: Place) -> Command:
    """Options and words of a command, as pcs (GNU getopt) tells them apart. Raises Mistake."""
    rest = list(words)
    options: dict[str, str] = {}
    plain: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            plain += rest
            break
        if not word.startswith("-") or word == "-" or _NEGATIVE.fullmatch(word):
            plain.append(word)
            continue
        name, value = _option(word, rest)
        if name in options:
            raise Mistake("pcs-duplicate-option", f"{name} is given twice")
        options[name] = value
    return Command(tuple(plain), options, place)


def _option(word: str, rest: list[str]) -> tuple[str, str]:
    """Name and value. Whether the command knows it is the caller's question."""
    if word.startswith("-f") and word != "-f":
        return "-f", word[2:]
    name, glued, value = word.partition("=")
    if glued or name not in VALUED:
        return name, value
    if not rest:
        raise Mistake("pcs-missing-value", f"{name} needs a value")
    return name, rest.pop(0)


def pairs(words: Iterable[str], known: Iterable[str] | None = None) -> Pairs:
    """``name=value`` words. ``known``: the names allowed, any when None. Raises Mistake."""
    found: dict[str, str] = {}
    allowed = None if known is None else list(known)
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Mistake("pcs-missing-value", f"name=value expected, not {word!r}", _near(word, allowed))
        if allowed is not None and name not in allowed:
            raise Mistake("pcs-unknown-name", f"{name!r} is not known here", _near(name, allowed))
        if found.setdefault(name, value) != value:
            raise Mistake("pcs-duplicate-option", f"{name!r} has two different values")
    return tuple(found.items())


def _near(word: str, allowed: list[str] | None) -> str | None:
    return did_you_mean(word.partition("=")[0], allowed) if allowed else None


def grouped(words: Iterable[str], keywords: Iterable[str], repeated: Iterable[str] = ()) -> dict[str, list[list[str]]]:
    """Words by the keyword before them; those before any under "". A keyword not in ``repeated`` makes one list."""
    found: dict[str, list[list[str]]] = {}
    keywords, repeated = frozenset(keywords), frozenset(repeated)
    key = ""
    for word in words:
        if word in keywords:
            key = word
            lists = found.setdefault(key, [])
            if key in repeated or not lists:
                lists.append([])
        else:
            found.setdefault(key, [[]])[-1].append(word)
    return found


def only(groups: Mapping[str, list[list[str]]], key: str) -> list[str]:
    """The words of a keyword that does not repeat."""
    return groups[key][0] if key in groups else []


def need(words: Sequence[str], count: int, usage: str) -> None:
    """Raises Mistake when there are fewer words."""
    if len(words) < count:
        raise Mistake("pcs-missing-argument", f"expected: pcs {usage}")


def integers(values: Pairs) -> None:
    for name, value in values:
        digits = value[1:] if value.startswith(("-", "+")) else value
        if value and not (digits.isascii() and digits.isdigit()):
            raise Mistake("pcs-bad-value", f"utilization is an integer, not {name}={value}")
