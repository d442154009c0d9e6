"""What a spec says and where: values as written, members, anchors, places, secrets."""

from __future__ import annotations

import pytest

from pacewright.cib.codec import read_cib
from pacewright.model.attributes import SecretReference
from pacewright.model.configuration import Configuration
from pacewright.model.errors import ConversionError
from pacewright.model.report import Place, Reports
from pacewright.model.resources import Bundle, Clone, Group, Primitive
from pacewright.sources.spec import read, write
from pacewright.sources.spec.nodes import Mapping, Sequence, parse_yaml
from pacewright.sources.spec.secrets import SecretError, parse_secret


def configuration(text: str) -> Configuration:
    return read(text.encode(), "spec.yaml").configuration


def properties(text: str) -> dict[str | None, str | None]:
    (only,) = configuration(text).properties
    return {pair.name: pair.value for pair in only.pairs}


def test_scalars_are_taken_as_written() -> None:
    written = "properties: {a: on, b: 0123, c: 1e3, d: 2026-01-01, e: 12:30, f: Null, g: 1_000, h: 'null', i: =}"
    assert properties(written) == {
        "a": "on", "b": "0123", "c": "1e3", "d": "2026-01-01", "e": "12:30", "f": "Null", "g": "1_000", "h": "null",
        "i": "=",
    }  # fmt: skip


def test_only_null_tilde_and_nothing_are_no_value() -> None:
    assert properties("properties: {a: null, b: ~, c: , d: '', e: !!str }") == {
        "a": None, "b": None, "c": None, "d": "", "e": "",
    }  # fmt: skip


def test_name_and_schema() -> None:
    read_back = configuration("deployment: web\nschema: pacemaker-3.9\n")
    assert (read_back.name, read_back.schema) == ("web", "pacemaker-3.9")
    assert write(read_back) == "deployment: web\nschema: pacemaker-3.9\n"


def test_an_empty_configuration() -> None:
    assert write(configuration("{}")) == "{}\n"
    assert write(configuration("resources:\nproperties: ~\ntags: {}\n")) == "{}\n"


def test_line_ends_and_byte_order_mark() -> None:
    assert properties("\ufeffproperties:\r\n  a: 1\r\n") == {"a": "1"}


def test_members_go_into_their_containers() -> None:
    found = configuration(
        "resources:\n"
        "  c: {clone: g}\n"
        "  a: {agent: 'lsb:a'}\n"
        "  g: {group: [b, a]}\n"
        "  b: {agent: 'systemd:b@x:y'}\n"
        "  box: {bundle: {runtime: rkt, image: i}, contains: inner}\n"
        "  inner: {agent: 'ocf:heartbeat:redis'}\n"
        "  alone: {agent: 'lsb:z'}\n"
    ).resources
    clone, bundle, alone = found
    assert isinstance(clone, Clone)
    assert isinstance(clone.child, Group)
    assert [m.id for m in clone.child.members] == ["b", "a"]
    assert isinstance(bundle, Bundle)
    assert bundle.primitive is not None
    assert bundle.primitive.agent == "ocf:heartbeat:redis"
    assert bundle.container is not None
    assert bundle.container.tag == "rkt"
    assert isinstance(alone, Primitive)


def test_promotable_is_a_meta_attribute() -> None:
    (clone,) = configuration("resources: {m: {promotable: p, meta: {notify: true}}, p: {agent: 'lsb:x'}}").resources
    assert isinstance(clone, Clone)
    assert clone.tag == "clone"
    assert {p.name: p.value for p in clone.meta[0].pairs} == {"promotable": "true", "notify": "true"}


def test_anchors_and_merge_keys() -> None:
    found = configuration(
        "resources:\n"
        "  p: {agent: 'lsb:x', operations: {monitor: &slow {interval: 60s, timeout: 10s}}}\n"
        "  q: {agent: 'lsb:x', operations: {monitor: {<<: *slow, interval: 5s}}}\n"
    )
    assert [[(o.interval, o.timeout) for o in r.ops] for r in found.resources if isinstance(r, Primitive)] == [
        [("60s", "10s")],
        [("5s", "10s")],
    ]


def test_secrets_are_references() -> None:
    text = "resources: {p: {agent: 'lsb:x', params: {a: !secret file:/etc/pw, b: !secret 'command:pass show \"x y\"'}}}"
    (primitive,) = configuration(text).resources
    assert isinstance(primitive, Primitive)
    pairs = primitive.params[0].pairs
    assert [p.value for p in pairs] == [None, None]
    assert [p.secret for p in pairs] == [
        SecretReference("file", "/etc/pw"),
        SecretReference("command", 'pass show "x y"'),
    ]
    again = write(configuration(text))
    assert "!secret file:/etc/pw" in again
    assert write(configuration(again)) == again


@pytest.mark.parametrize("text", ["", "file", "file:", "file: x", "env:A B", "env:", "command:'", "http://x", "FILE:x"])
def test_bad_references(text: str) -> None:
    with pytest.raises(SecretError):
        parse_secret(text)


PLACES = """\
properties:
  stonith-enabled: true
resource-defaults:
  - attributes:
      resource-stickiness: 1
nodes:
  alice:
    attributes:
      rack: 1
    utilization: [{attributes: {cpu: 2}}]
resources:
  p_IP:
    agent: ocf:heartbeat:IPaddr2
    params:
      ip: 10.0.0.1
    operations:
      monitor:
        interval: 30s
locations:
  lo: {resource: p_IP, node: alice, score: 1}
acls:
  users:
    joe: {roles: [r]}
"""


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("property stonith-enabled", 2),
        ("resource-default resource-stickiness", 5),
        ("node alice", 7),
        ("node alice attribute rack", 9),
        ("node alice utilization cpu", 10),
        ("resource p_IP", 12),
        ("resource p_IP/agent", 13),
        ("resource p_IP/params/ip", 15),
        ("resource p_IP/operations/monitor", 17),
        ("resource p_IP/operations/monitor/interval", 18),
        ("resource p_IP/operations/monitor/timeout", 17),
        ("location lo/score", 20),
        ("acl-target joe", 23),
    ],
)
def test_places(address: str, line: int) -> None:
    assert read(PLACES.encode(), "spec.yaml").place_of(address) == Place("spec.yaml", line)


def test_nodes_know_their_lines() -> None:
    root = parse_yaml(b"a:\n  - 1\n  - {b: 2}\n", "x", Reports())
    assert isinstance(root, Mapping)
    items = root.get("a")
    assert isinstance(items, Sequence)
    assert [item.line for item in items.items] == [2, 3]


@pytest.mark.parametrize(
    "xml", ['<primitive id="a:b" class="lsb" type="x"/>', '<primitive id="1" class="lsb" type="x"/>']
)
def test_ids_that_no_cib_may_have_are_refused_by_name(xml: str) -> None:

    document = f"<configuration><resources>{xml}</resources></configuration>"
    with pytest.raises(ConversionError) as caught:
        write(read_cib(document.encode())[0])
    assert [r.code for r in caught.value.reports] == ["bad-id"]
