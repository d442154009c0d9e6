"""What bundles mount, judged without any host; and which nodes may run them."""

from __future__ import annotations

import pytest

from pacewright.cib.checks.check import check
from pacewright.cib.desired.hosts import hosts_of_bundles
from support import configuration, dummy

CODES = {"bad-source", "bad-target", "target-twice", "target-hides", "bad-storage-option"}


def found(*mounts: tuple[str, ...], inside: str = "") -> list[tuple[str, str]]:
    maps = "".join(
        f'<storage-mapping id="s{n}" source-dir="{m[0]}" target-dir="{m[1]}"{f""" options="{m[2]}" """ if len(m) > 2 else ""}/>'
        for n, m in enumerate(mounts)
    )
    text = f'<bundle id="b"><podman image="i"/><network control-port="1"/><storage>{maps}</storage>{inside}</bundle>'
    reports = [r for r in check(configuration(text)) if r.code in CODES]
    return [(r.code, str(r.severity)) for r in reports]


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        (
            [
                ("/a", "/x", "ro"),
                ("/b", "/y", "rw,z"),
                ("vol-1", "/z"),
                ("/dev", "/dev"),
                ("/lib/modules", "/lib/modules"),
            ],
            [],
        ),
        ([("/a", "/x"), ("/b", "/x/")], [("target-twice", "error")]),
        ([("/a", "/x", "ro,rw")], [("bad-storage-option", "error")]),
        ([("/a", "/x", "z,Z")], [("bad-storage-option", "error")]),
        ([("/a", "/x", "O,z")], [("bad-storage-option", "error")]),
        ([("/a", "/x", "r0")], [("bad-storage-option", "error")]),
        ([("/etc", "/x", "ro,z")], [("bad-storage-option", "warning")]),
        ([("./a", "/x")], [("bad-source", "error")]),
        ([("/a", "x")], [("bad-target", "error")]),
        ([("/a", "/")], [("bad-target", "error")]),
        ([("/a", "/usr/sbin")], [("target-hides", "warning")]),
        ([("/a", "/var/lib/pacemaker"), ("/k", "/etc/pacemaker/authkey")], []),
    ],
)
def test_mounts(mounts, expected):
    assert found(*mounts) == expected


def test_a_primitive_inside_needs_pacemakers_own_places():
    mounts = [("/a", "/var/lib/pacemaker"), ("/k", "/etc/pacemaker/authkey"), ("/log", "/var/log")]
    assert found(*mounts, inside=dummy("p")) == [("target-hides", "warning"), ("target-twice", "error")]


NODES = {"alice": "member", "bob": "member", "dave": "remote"}
ROLES = {"alice": {"db-role": "true"}, "bob": {"db-role": "False"}}


def rule(condition: str, score: str = "0", discovery: str = "exclusive") -> str:
    return (f'<rsc_location id="l" rsc="b" resource-discovery="{discovery}"><rule id="r" score="{score}">'
            f'<expression id="e" {condition}/></rule></rsc_location>')  # fmt: skip


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ("", ("alice bob dave", True)),
        (rule('attribute="db-role" operation="eq" value="true"'), ("alice", True)),
        (rule('attribute="db-role" operation="eq" value="nowhere"'), ("", True)),
        (rule('attribute="#kind" operation="eq" value="remote"', "-INFINITY", "always"), ("alice bob", True)),
        (rule('attribute="#uname" operation="ne" value="bob"', "-INFINITY", "always"), ("bob", True)),
        (rule('attribute="db-role" operation="not_defined"', "-INFINITY", "always"), ("alice bob", True)),
        (
            rule('attribute="db-role" operation="gt" value="1" type="number"', "-INFINITY", "always"),
            ("alice bob dave", False),
        ),
        (
            rule('attribute="db-role" operation="eq" value="true"').replace("<rule ", '<rule role="Promoted" '),
            ("", True),
        ),
        ('<rsc_location id="l" rsc="b" node="bob" score="-INFINITY"/>', ("alice dave", True)),
    ],
)
def test_nodes_that_may_run_a_bundle(constraints, expected):
    made = configuration('<bundle id="b"><podman image="i"/></bundle>', constraints=constraints)
    ((_, allowed, certain),) = hosts_of_bundles(made, NODES, ROLES)
    assert (" ".join(sorted(allowed)), certain) == expected
