"""The script while it is written: commands, and what pcs cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pacewright.model.attributes import AttributeSet
from pacewright.model.element import Element, parts_of
from pacewright.model.report import Reports
from pacewright.model.resources import Group, Primitive
from pacewright.model.values import score
from pacewright.sources.pcs.shell import quoted
from pacewright.sources.pcs.words import ID

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
# Words that have a meaning of their own somewhere in pcs's commands: as an id they could be taken for it.
RESERVED = frozenset(
    ("with", "then", "set", "setoptions", "op", "meta", "clone", "promotable", "bundle", "rule", "options", "container",
     "network", "port-map", "storage-map")
)  # fmt: skip


class Script:
    """Commands in order. All that users may choose stands behind ``--``, where pcs takes nothing for an option."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.reports = Reports()
        self.ids: set[str] = set()  # of what was created: something may refer to it

    def add(self, subject: str, command: str, words: Iterable[str], *flags: str) -> None:
        """``command`` and ``flags`` are ours, ``words`` the user's."""
        listed = list(words)
        for word in listed:
            if _UNSAFE.search(word):
                self.refuse(subject, f"a control character in {word!r}: pcs stores another one")
            if word.startswith("--wait="):  # pcs 0.11 looks for it even behind "--"
                self.refuse(subject, f"{word!r}, which pcs takes for its option")
        self.lines.append(quoted(["pcs", *command.split(), *flags, "--", *listed]))

    def exists(self, subject: str, words: Sequence[str]) -> None:
        if any(_UNSAFE.search(word) for word in words):
            self.refuse(subject, "a control character")
        self.lines.append("# exists: " + quoted(list(words)).replace(" \\\n   ", ""))

    def refuse(self, subject: str, what: str) -> None:
        """``what``: the element or part that pcs has no words for."""
        self.reports.error("pcs-cannot-express", f"{subject}: pcs cannot express {what}", subject=subject)

    def id(self, subject: str, element: Element) -> str:
        """The element's id, checked."""
        name = element.id or ""
        if not ID.fullmatch(name):
            self.refuse(subject, f"the id {name!r} of <{element.tag}>")
        elif name in RESERVED:
            self.refuse(subject, f"the id '{name}': a word of its own commands")
        return name

    def nothing_unknown(self, subject: str, element: Element) -> None:
        """Refuses what the model does not know, in the element and its parts (resources inside excepted)."""
        carried = element.carried
        for name, _ in carried.attributes:
            self.refuse(subject, f"the attribute {name} of <{element.tag}>")
        for text in carried.children:
            if not text.startswith("<!--"):
                self.refuse(subject, f"{text.split('>')[0].split()[0]}> in <{element.tag}>")
        for part in parts_of(element):
            if not isinstance(part, Primitive | Group):
                self.nothing_unknown(subject, part)

    def absent(self, subject: str, element: Element, *names: str) -> None:
        """Refuses the element's fields of these names where they say something."""
        for name in names:
            if getattr(element, name):
                self.refuse(subject, f"{name.replace('_', '-')} of <{element.tag}>")

    def one_set(self, subject: str, sets: Sequence[AttributeSet], *, integers: bool = False) -> list[str]:
        """``name=value`` of all sets together. Refuses rules, scores, references: pcs has one plain set."""
        values: dict[str, str] = {}
        for each in sets:
            if each.id_ref is not None:
                self.refuse(subject, f"<{each.tag} id-ref={each.id_ref!r}>")
            if each.rule is not None:
                self.refuse(subject, f"<rule> in <{each.tag}>")
            if each.score is not None and score(each.score) != 0:
                self.refuse(subject, f"a score of <{each.tag}>")
            for name, value in self.pairs(subject, each, integers=integers):
                values.setdefault(name, value)
        return [f"{name}={value}" for name, value in values.items()]

    def pairs(self, subject: str, each: AttributeSet, *, integers: bool = False) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for pair in each.pairs:
            name = pair.name or ""
            if pair.id_ref is not None:
                self.refuse(subject, f"<nvpair id-ref={pair.id_ref!r}>")
            elif not name or "=" in name:
                self.refuse(subject, f"the name {name!r} in <{each.tag}>")
            elif pair.secret is not None and pair.value is None:
                self.refuse(subject, f"the secret {name}, which is only a reference ({pair.secret.kind})")
            elif not pair.value:
                self.refuse(subject, f"'{name}' without a value in <{each.tag}>")
            elif found.setdefault(name, pair.value) != pair.value:
                self.refuse(subject, f"'{name}' twice in one <{each.tag}>")
            elif integers and not re.fullmatch(r"[-+]?\d+", pair.value, re.ASCII):
                self.refuse(subject, f"utilization that is no integer: {name}={pair.value}")
        return list(found.items())

    def simple_names(self, subject: str, words: Iterable[str]) -> None:
        """Utilization and node attributes: pcs makes an id from the name as it is."""
        for word in words:
            if not re.match(r"[\w.:#\-]+=", word, re.ASCII):
                self.refuse(subject, f"the name {word.partition('=')[0]!r}")
