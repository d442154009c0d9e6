"""Copies of a resource in the order in which they are restarted."""

from __future__ import annotations

import pytest

from pacewright.model.errors import InputError
from pacewright.model.status import ClusterStatus, Instance, ResourceStatus
from pacewright.operations.copies import Copy, copies


def status_of(*resources: ResourceStatus) -> ClusterStatus:
    return ClusterStatus((), {r.id: r for r in resources}, tuple(r.id for r in resources), True, None, (), (), True)


def replica(number: int, host: str, role: str = "Unpromoted", active: bool = True) -> list[Instance]:
    copy = str(number)
    return [
        Instance(f"db-bundle-podman-{copy}", f"db-bundle-podman-{copy}", "Started", active, (host,) if active else (), copy=copy),
        Instance(f"db-bundle-{copy}", f"db-bundle-{copy}", "Started", active, (host,) if active else (), copy=copy),
        Instance(f"db:{copy}", "db", role, active, (f"db-bundle-{copy}",) if active else (), copy=copy),
    ]  # fmt: skip


def test_a_promoted_replica_comes_last_and_a_stopped_one_is_none():
    instances = (
        *replica(0, "alice", "Promoted"),
        *replica(1, "carol"),
        *replica(2, "bob"),
        *replica(3, "dave", active=False),
    )
    found = copies(status_of(ResourceStatus("db-bundle", "bundle", instances)), "db-bundle")
    assert found == [Copy("bob", "2", False), Copy("carol", "1", False), Copy("alice", "0", True)]


def test_members_of_a_cloned_group_are_one_copy():
    instances = tuple(
        Instance(f"{name}:{copy}", name, "Started", True, (node,), copy=str(copy))
        for copy, node in enumerate(["bob", "alice"]) for name in ("ip", "web")
    )  # fmt: skip
    found = copies(status_of(ResourceStatus("front", "clone", instances)), "front")
    assert found == [Copy("alice", "1", False), Copy("bob", "0", False)]


def test_two_copies_on_one_node_cannot_be_stopped_one_at_a_time():
    instances = (*replica(0, "alice"), *replica(1, "alice"))
    with pytest.raises(InputError) as caught:
        copies(status_of(ResourceStatus("db-bundle", "bundle", instances)), "db-bundle")
    assert [r.code for r in caught.value.reports] == ["several-on-a-node"]


@pytest.mark.parametrize(("identity", "code"), [("web", "unknown-resource"), ("ip", "not-copied")])
def test_what_has_no_copies_is_refused(identity, code):
    address = ResourceStatus("ip", "primitive", (Instance("ip", "ip", "Started", True, ("alice",)),))
    with pytest.raises(InputError) as caught:
        copies(status_of(address), identity)
    assert [r.code for r in caught.value.reports] == [code]
