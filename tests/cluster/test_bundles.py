"""Containers in the lab: redis as a bundle of three replicas, with pacemaker_remoted inside, from the example's spec."""

from __future__ import annotations

import pytest

from laboratory import Laboratory, until
from redis_bundle import EXAMPLE, Bundle, redis


@pytest.fixture
def running(empty_lab: Laboratory) -> Laboratory:
    """The example, applied."""
    done = empty_lab.host("apply", str(EXAMPLE), "--yes", "--adopt")
    assert "settled, as desired" in done.stdout
    return empty_lab


def test_nodes_share_images_that_none_has_imported(lab):
    """One, and the same again with another label, which is so another image."""
    seen = set()
    for node in lab.nodes:
        done = lab.exec(node, "podman", "images", "--format", "{{.Repository}}:{{.Tag}} {{.ID}} {{.ReadOnly}}")
        lines = sorted(tuple(line.split()) for line in done.stdout.splitlines())
        names = [(name, read_only) for name, _, read_only in lines]
        assert names == [(f"localhost/pacewright-bundle:{n}", "true") for n in (1, 2)], done.stderr
        seen |= {identity for _, identity, _ in lines}
        assert lab.exec(node, "touch", "/usr/lib/containers/storage/x").returncode != 0
    assert len(seen) == 2


def test_every_host_has_the_same_key_for_pacemaker_remote(lab):
    keys = {lab.exec(node, "sha256sum", "/etc/pacemaker/authkey").stdout for node in lab.nodes}
    assert len(keys) == 1
    assert (
        lab.exec(lab.nodes[0], "stat", "--format=%U %G %a %s", "/etc/pacemaker/authkey").stdout
        == "root haclient 640 4096\n"
    )


def test_redis_is_promoted_once_and_fails_over_with_its_data(running):
    """A host that fencing only switches off shows the time in between, which a reboot of two seconds hides."""
    lab = running
    before = Bundle(lab)
    assert before.whole, before.document
    assert sorted(before.hosts.values()) == sorted(lab.nodes)
    assert "nothing to do" in lab.host("apply", str(EXAMPLE), "--yes").stdout
    lab.exec(lab.nodes[0], "crm_attribute", "--type", "crm_config", "--name", "stonith-action", "--update", "off")
    promoted = before.promoted[0]
    assert redis(lab, before, promoted, "set", "kept", "yes") == "OK"
    for copy in set(before.hosts) - {promoted}:
        assert redis(lab, before, copy, "wait", "0", "0") is not None
        until(lambda copy=copy: redis(lab, before, copy, "get", "kept") == "yes", 20, f"replication to {copy}")

    lost = before.hosts[promoted]
    lab.control("kill", lost)
    until(lambda: (b := Bundle(lab)).promoted and b.hosts.get(b.promoted[0]) not in (None, lost), 120, "a fail-over")
    lab.host("wait", "--timeout", "120")
    after = Bundle(lab)
    assert (len(after.promoted), after.resource["active"], after.resource["expected"]) == (1, 2, 2)
    assert after.resource["as_desired"], after.resource
    assert after.promoted[0] != promoted
    assert redis(lab, after, after.promoted[0], "get", "kept") == "yes"
    assert redis(lab, after, after.promoted[0], "role").split()[0] == "master"

    lab.control("boot", lost)
    until(lambda: Bundle(lab).whole, 180, "the bundle whole again")
    back = Bundle(lab)
    assert back.promoted == after.promoted
    assert redis(lab, back, promoted, "get", "kept") == "yes"
    assert "nothing to do" in lab.host("apply", str(EXAMPLE), "--yes").stdout
