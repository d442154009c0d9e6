"""Files of a catalogue: what is read, what a site lays over it, and every mistake with its line and code."""

import os
import re
from pathlib import Path

import pytest

from pacewright.catalogue.facts import catalogue
from pacewright.catalogue.facts.catalogue import load_catalogue, site_folders
from pacewright.catalogue.facts.values import options_are
from pacewright.model.errors import InputError

HEAD = "project: {}\ntitle: x\nsource: COMMON\ncertainty: memory\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes files of a catalogue that has nothing else."""
    ours = tmp_path / "ours"
    ours.mkdir()
    monkeypatch.setattr(catalogue, "OURS", str(ours))

    def write(text, project="shop", into="ours", head=True):
        into = tmp_path / into
        into.mkdir(exist_ok=True)
        (into / f"{project}.yaml").write_text((HEAD.format(project) if head else "") + text)
        return str(into)

    yield write
    load_catalogue.cache_clear()


def read(*folders):
    load_catalogue.cache_clear()
    return load_catalogue(folders)


def mistakes(*folders):
    """(file, line, code, suggestion) of everything that is wrong."""
    with pytest.raises(InputError) as raised:
        read(*folders)
    return [(os.path.basename(r.place.file), r.place.line, r.code, r.suggestion) for r in raised.value.reports]


def test_a_new_service_is_a_new_file(folder):
    folder("services:\n  till: {title: a till, mode: active-active, units: {debian: {name: till}}}\n")
    till = read().find("till")
    assert (till.project, till.mode("train"), till.unit("debian", "train").name) == ("shop", "active-active", "till")
    assert till.origin.certainty == "memory"
    assert till.way("full", "train") is None


def test_source_and_certainty_are_inherited(folder):
    folder(
        "services:\n  till:\n    title: a till\n    mode: active-active\n    source: RDO\n"
        "    until: {value: train, source: [THT, PT], certainty: derived}\n"
        "    ports: [{port: 80}, {port: 81, certainty: verified}]\n"
        "    pacemaker:\n      - {architectures: [full], agent: systemd, source: OSP, after: [till2]}\n"
        "  till2: {title: another, mode: active-active}\n"
    )
    till = read().find("till")
    assert (till.origin.sources, till.origin.certainty) == (("RDO",), "memory")
    assert (till.origins["until"].sources, till.origins["until"].certainty) == (("THT", "PT"), "derived")
    assert [(p.origin.sources, p.origin.certainty) for p in till.ports] == [
        (("RDO",), "memory"),
        (("RDO",), "verified"),
    ]
    (way,) = till.ways
    assert (way.origin.sources, way.after[0].origin.sources) == (("OSP",), ("OSP",))
    assert not till.exists("ussuri")


def test_what_all_services_of_a_file_have(folder):
    folder(
        "common:\n  config: [/etc/shop]\n  needs: [till2]\nservices:\n"
        "  till: {title: a till, mode: active-active}\n"
        "  till2: {title: another, mode: active-active, needs: [], config: [/etc/till2]}\n"
    )
    found = read()
    assert [(s.config, s.needs) for s in found.services.values()] == [
        (("/etc/shop",), ("till2",)),
        (("/etc/till2",), ()),
    ]


def test_values_are_text(folder):
    folder(
        "services:\n  till:\n    title: no\n    mode: active-active\n    units: {rhel: {name: till, restart: no}}\n"
        "    pacemaker: [{architectures: [full], agent: 'ocf:a:b', params: {x: -1, y: yes, z: 007}}]\n"
    )
    till = read().find("till")
    assert (till.title, till.unit("rhel", "train").restart) == ("no", "no")
    assert till.way("full", "train").params == {"x": "-1", "y": "yes", "z": "007"}


CHOICES = """services:
  till:
    title: a till
    mode: [{value: active-passive, until: juno}, {value: active-active, since: kilo}]
    pacemaker:
      - {architectures: [full], when: {colour: red}, agent: "ocf:a:red"}
      - architectures: [full]
        agent: ocf:a:b
        params:
          x: [{value: old, until: juno}, {value: blue, when: {colour: blue}}, {value: any, when: {colour: "*"}}]
        operations:
          monitor: [{interval: 1s, until: juno}, {interval: 2s, since: kilo}, {interval: 3s, role: Promoted}]
        clone: {n: [{value: one, since: kilo}]}
options:
  colour: {title: a colour}
"""


@pytest.mark.parametrize(
    ("release", "colour", "expected"),
    [
        ("juno", None, ("ocf:a:b", {"x": "old"}, ["1s", "3s"], {})),
        ("kilo", None, ("ocf:a:b", {}, ["2s", "3s"], {"n": "one"})),
        ("kilo", "blue", ("ocf:a:b", {"x": "blue"}, ["2s", "3s"], {"n": "one"})),
        ("kilo", "green", ("ocf:a:b", {"x": "any"}, ["2s", "3s"], {"n": "one"})),
        ("kilo", "red", ("ocf:a:red", {}, [], None)),
    ],
)
def test_the_first_value_that_fits_holds(folder, release, colour, expected):
    folder(CHOICES)
    till = read().find("till")
    options = {"colour": colour} if colour else {}
    way = till.way("full", release, lambda when: options_are(when, options))
    intervals = [o.values["interval"] for o in way.operations]
    assert (way.agent, way.params, intervals, way.clone) == expected
    assert till.mode(release) == ("active-passive" if release == "juno" else "active-active")


def test_a_site_lays_its_files_over_ours(folder):
    folder("services:\n  till: {title: a till, mode: active-active, ports: [{port: 80}], until: train, config: [/a]}\n")
    first = folder(
        "services:\n  till: {ports: [{port: 8080}], until: null}\n  drawer: {title: new, mode: per-host}\n",
        into="site", head=False,
    )  # fmt: skip
    second = folder("services:\n  drawer: null\n  till: {title: ours}\n", into="more", head=False)
    found = read(first)
    assert [(p.port) for p in found.find("till").ports] == [8080]
    assert (found.find("till").until, found.find("till").config) == (None, ("/a",))
    assert list(found.services) == ["till", "drawer"]
    assert [(s.name, s.title) for s in read(first, second).services.values()] == [("till", "ours")]


def test_where_a_sites_files_are(monkeypatch):
    monkeypatch.setenv("PACEWRIGHT_CATALOGUE", "/a:/b")
    assert site_folders() == ("/a", "/b")
    assert site_folders("/c") == ("/c",)
    monkeypatch.delenv("PACEWRIGHT_CATALOGUE")
    assert site_folders() == ()


BROKEN = {
    "an unknown key": ("services:\n  till: {title: x, mode: active-active, port: []}\n", 6, "unknown-key", "did you mean 'ports'?"),
    "an unknown mode": ("services:\n  till: {title: x, mode: active-activ}\n", 6, "unknown-value", "did you mean 'active-active'?"),
    "no mode": ("services:\n  till: {title: x}\n", 6, "missing-key", None),
    "an unknown release": ("services:\n  till: {title: x, mode: host, since: mitakka}\n", 6, "unknown-release", "did you mean 'mitaka'?"),
    "until before since": ("services:\n  till: {title: x, mode: host, since: train, until: juno}\n", 6, "empty-span", None),
    "an unknown source": ("services:\n  till: {title: x, mode: host, source: RD}\n", 6, "unknown-source", "did you mean 'RDO'?"),
    "an unknown certainty": ("services:\n  till: {title: x, mode: host, certainty: verifed}\n", 6, "unknown-value", "did you mean 'verified'?"),
    "a port that is none": ("services:\n  till: {title: x, mode: host, ports: [{port: 70000}]}\n", 6, "unknown-value", None),
    "a list for a mapping": ("services:\n  till: [x]\n", 6, "wrong-type", None),
    "services that are a list": ("services: [till]\n", 5, "wrong-type", None),
    "an unknown need": ("services:\n  till: {title: x, mode: host, needs: [databse]}\n", 6, "unknown-need", None),
    "an unknown relation": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        "      - architectures: [full]\n        agent: systemd\n        after: [tilll]\n",
        12, "unknown-service", "did you mean 'till'?",
    ),
    "an unknown service in a condition": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        "      - architectures: [full]\n        agent: systemd\n        with: [{service: till, if: [drawer]}]\n",
        12, "unknown-service", None,
    ),
    "an alias in a relation": (
        "services:\n  till:\n    title: x\n    mode: host\n    aliases: [cash-desk]\n    pacemaker:\n"
        "      - architectures: [full]\n        agent: systemd\n        after: [cash-desk]\n",
        13, "unknown-service", "'cash-desk' is another name of 'till': write that",
    ),
    "an unknown group": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        "      - {architectures: [full], agent: systemd, group: g_till}\n",
        10, "unknown-group", None,
    ),
    "an undeclared option": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        "      - {architectures: [full], agent: systemd, when: {color: red}}\noptions:\n  colour: {title: y}\n",
        10, "unknown-option", "did you mean 'colour'?",
    ),
    "a condition on a value that its option never has": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        "      - {architectures: [full], agent: systemd, when: {colour: gren}}\n"
        "options: {colour: {title: x, values: [red, green]}}\n",
        10, "unknown-value", "did you mean 'green'?"),
    "a default that its option never has": (
        "services: {}\noptions: {colour: {title: x, values: [red, green], default: blue}}\n", 6, "unknown-value", None),
    "an undeclared option in a value": (
        "services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n"
        '      - {architectures: [full], agent: systemd, params: {a: "%{option:color}", b: "%{option:size=1}"}}\n'
        "options:\n  colour: {title: y}\n",
        10, "unknown-option", "did you mean 'colour'?",
    ),
    "no agent": ("services:\n  till:\n    title: x\n    mode: host\n    pacemaker:\n      - architectures: [full]\n", 10, "missing-key", "systemd, upstart, or class:provider:type"),
    "an unknown architecture": ("services:\n  till:\n    title: x\n    mode: host\n    pacemaker: [{architectures: [ful], agent: systemd}]\n", 9, "unknown-value", "did you mean 'full'?"),
    "an unknown form": ("services:\n  till:\n    title: x\n    mode: host\n    pacemaker: [{architectures: [full], form: systemd-clon}]\n", 9, "unknown-value", "did you mean 'systemd-clone'?"),
    "a relation to nothing": ("services:\n  till:\n    title: x\n    mode: host\n    pacemaker: [{architectures: [full], agent: systemd, after: [{kind: Optional}]}]\n", 9, "missing-key", None),
    "a key twice": ("services:\n  till: {title: x, mode: host}\n  till: {title: y, mode: host}\n", 7, "duplicate-key", None),
    "an anchor": ("services:\n  till: &a {title: x, mode: host}\n", 6, "yaml-anchor", "write it out"),
    "two documents": ("services: {}\n---\nservices: {}\n", 6, "several-documents", None),
    "no YAML": ("services: {\n", 6, "yaml-syntax", None),
    "another project's name": ("project: shop\n", 5, "duplicate-key", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_told_with_its_line(folder, name):
    text, line, code, suggestion = BROKEN[name]
    folder(text)
    found = mistakes()
    assert ("shop.yaml", line, code) in [row[:3] for row in found], found
    if suggestion is not None:
        assert ("shop.yaml", line, code, suggestion) in found


def test_all_mistakes_of_all_files_are_told_at_once(folder):
    folder("services:\n  till: {title: x, mode: hos, since: mitakka}\n  b: {mode: host}\n")
    folder("services:\n  till: {title: y, mode: host}\n", project="other")
    site = folder("services:\n  c: {titel: z, mode: host}\n", project="third", into="site")
    assert sorted(row[:3] for row in mistakes(site)) == [
        ("shop.yaml", 6, "duplicate-name"),
        ("shop.yaml", 6, "unknown-release"),
        ("shop.yaml", 6, "unknown-value"),
        ("shop.yaml", 7, "missing-key"),
        ("third.yaml", 6, "missing-key"),
        ("third.yaml", 6, "unknown-key"),
    ]


def test_a_file_has_the_name_of_its_project(folder):
    folder("services: {}\n", project="shop")
    site = folder("project: shopp\n", into="site", head=False)
    assert mistakes(site) == [("shop.yaml", 1, "wrong-project", None)]


def test_a_file_says_where_its_facts_are_from(folder):
    folder("project: shop\nservices: {}\n", head=False)
    assert [(line, code) for _, line, code, _ in mistakes()] == [(1, "missing-key"), (1, "missing-key")]


def test_what_cannot_be_read(folder, tmp_path):
    folder("services: {}\n")
    (tmp_path / "ours" / "other.yaml").write_bytes(b"project: \xff\n")
    (tmp_path / "ours" / "empty.yaml").write_bytes(b"")
    assert sorted(row[2] for row in mistakes(str(tmp_path / "missing"))) == ["not-utf8", "unreadable", "wrong-type"]


def test_deep_nesting_is_refused(folder):
    folder("services: " + "[" * 100_000 + "\n")
    assert [row[2] for row in mistakes()] == ["yaml-syntax"]


def circle(*edges, kind="after"):
    rows = "".join(
        f"  {name}:\n    title: x\n    mode: host\n    pacemaker: [{{architectures: [full], agent: systemd, "
        f"{kind}: [{', '.join(others)}]}}]\n"
        for name, *others in edges
    )
    return f"services:\n{rows}"


@pytest.mark.parametrize("kind", ["after", "with"])
def test_relations_in_a_circle(folder, kind):
    folder(circle(("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), kind=kind))
    found = mistakes()
    assert [row[2] for row in found] == ["circle"]


def test_relations_that_only_seem_to_go_in_a_circle(folder):
    folder(circle(("a", "{service: b, until: juno}"), ("b", "{service: a, since: kilo}")))
    assert list(read().services) == ["a", "b"]


def test_a_group_may_be_in_a_circle(folder):
    folder(
        "services:\n"
        "  a: {title: x, mode: host, pacemaker: [{architectures: [full], agent: systemd, group: g}]}\n"
        "  b: {title: x, mode: host, pacemaker: [{architectures: [full], agent: systemd, after: [a]}]}\n"
        "groups:\n  g: {architectures: [full], after: [b]}\n"
    )
    assert [row[2] for row in mistakes()] == ["circle"]


def test_members_of_a_group_stand_in_their_places(folder):
    rows = [("a", ", place: 2"), ("b", ", place: 1"), ("c", ""), ("d", "")]
    folder(
        "services:\n"
        + "".join(
            f"  {name}: {{title: x, mode: host, pacemaker: [{{architectures: [full], agent: systemd, group: g{place}}}]}}\n"
            for name, place in rows
        )
        + "groups:\n  g: {architectures: [full]}\n"
    )
    assert [s.name for s in read().members("g", "full", "train")] == ["c", "d", "b", "a"]


def test_a_word_may_mean_any_service_that_provides_it(folder):
    folder(
        "services:\n  a: {title: x, mode: host, provides: [money]}\n  b: {title: x, mode: host, provides: [money]}\n"
        "  c: {title: x, mode: host, needs: [money, a]}\n"
    )
    assert [[s.name for s in read().providing(word)] for word in ("money", "a")] == [["a", "b"], ["a"]]


def test_two_services_with_one_name(folder):
    folder("services:\n  a: {title: x, mode: host, aliases: [z]}\n  b: {title: x, mode: host, aliases: [z]}\n")
    assert [row[:3] for row in mistakes()] == [("shop.yaml", 7, "duplicate-name")]


def test_every_code_is_documented():
    root = Path(__file__).parents[3]
    text = "".join(path.read_text() for path in (root / "src/pacewright/catalogue/facts").glob("*.py"))
    given = set(re.findall(r'(?:reports?|reader|self)\.error\(\s*"([a-z0-9-]+)"', text))
    given |= {f"unknown-{kind}" for kind in ("service", "group", "need", "option")}
    page = (root / "docs/catalogue.md").read_text().partition("## Codes of mistakes")[2]
    assert given == set(re.findall(r"`([a-z0-9-]+)`", page)) - {"until", "since"}


def test_the_documents_example_is_right(tmp_path):
    page = (Path(__file__).parents[3] / "docs/catalogue.md").read_text()
    example = page.partition("```yaml\n")[2].partition("```")[0].replace("pacemaker: [...]", "pacemaker: []")
    (tmp_path / "cinder.yaml").write_text(example)
    volume = read(str(tmp_path)).find("volume")
    assert (volume.name, volume.until, volume.provides) == ("cinder-volume", "wallaby", ("volumes",))
    assert volume.origins["until"].certainty == "memory"
