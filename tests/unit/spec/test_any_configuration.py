"""cib → spec → cib over configurations made at random from the model's declarations: right, odd and unknown parts."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pacewright.cib.codec import read_cib
from pacewright.cib.meaning import configuration_meaning
from pacewright.model.configuration import Configuration
from pacewright.model.element import Attribute, Kind, attributes_of, children_of
from pacewright.model.errors import ConversionError
from pacewright.model.rules import Rule
from pacewright.sources.spec import read, write

WORDS = {
    Kind.TIME: ("30", "30s", "2min", "PT1H", "later"),
    Kind.SCORE: ("0", "100", "-INFINITY", "inf", "many"),
    Kind.BOOLEAN: ("true", "false", "yes", "perhaps"),
    Kind.INTEGER: ("1", "20", "three"),
    Kind.ROLE: ("Promoted", "Slave", "Started", "Boss"),
    Kind.REFERENCE: ("thing", "thing-1", "thing-2", "thing-7"),
}
TEXTS = ("x", "ocf", "heartbeat", "lsb", "a b", "on", "0123", "", "1e3", "'\"\\\n", "a,b", "<<", "{}: #", "ü\u2028")


class _Maker:
    """Few ids and words, so that things refer to each other and repeat."""

    def __init__(self, random: Random) -> None:
        self.random, self.numbers = random, count(1)

    def element(self, tag: str, kind: Any, depth: int) -> etree._Element:
        node = etree.Element(tag)
        for _, declared in attributes_of(kind):
            if declared.name == "id":
                # Templates stand before other resources in a spec: two objects without id would change places.
                if tag == "template" or self.random.random() < 0.9:
                    node.set("id", f"thing-{next(self.numbers)}")
            elif self.random.random() < 0.5:
                node.set(declared.name, self.value(declared))
        if self.random.random() < 0.03:
            node.set("unheard-of", "x")
        for _, slot in children_of(kind):
            for _ in range(self.random.choice((0, 1, 1, 2) if slot.many else (0, 1)) if depth else 0):
                child, cls = self.random.choice(slot.tags)
                node.append(self.reference(child) if cls is str else self.element(child, cls or Rule, depth - 1))
        if self.random.random() < 0.03:
            node.append(etree.Element("unheard-of"))
        return node

    def value(self, declared: Attribute) -> str:
        return self.random.choice(declared.choices or WORDS.get(declared.kind, TEXTS))

    def reference(self, tag: str) -> etree._Element:
        return etree.Element(tag, {"id": f"thing-{self.random.randint(1, 40)}"})


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_meaning_stays_or_the_object_is_named(seed: int) -> None:
    maker = _Maker(Random(seed))
    root = maker.element("configuration", Configuration, 5)
    root.attrib.clear()
    given_configuration, _ = read_cib(etree.tostring(root))
    try:
        text = write(given_configuration)
    except ConversionError as error:
        refused = {report.code for report in error.reports}
        assert refused <= {"no-place", "bad-id", "duplicate-id"}
        return
    back = read(text.encode(), "written.yaml").configuration
    assert configuration_meaning(back) == configuration_meaning(given_configuration)
    assert write(back) == text
