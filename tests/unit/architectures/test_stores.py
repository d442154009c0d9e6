"""Database and broker by one word each, in every architecture."""

from __future__ import annotations

import pytest

from architectures.clouds import deployment, expanded
from pacewright.model.errors import SpecError

VIPS = {"public": "192.0.2.100", "mysql": "192.0.2.101", "rabbitmq": "192.0.2.102"}
MOVING = {"database": "drbd", "broker": "drbd"}
EVERYWHERE = [("classic", "folsom"), ("full", "mitaka"), ("lightweight", "newton"), ("composable", "ocata"), ("containers", "train")]  # fmt: skip


def cloud(architecture: str, release: str, services: list[str], **more):
    distribution = {"distribution": "ubuntu", "options": {"admin-password": "x"}} if architecture == "classic" else {}
    return expanded(deployment(architecture, release, services, vips=VIPS, **{**distribution, **more}))


@pytest.mark.parametrize(("architecture", "release"), EVERYWHERE)
def test_a_server_that_moves_with_drbd(architecture, release):
    spec = cloud(architecture, release, ["keystone"], **MOVING)
    for server in ("mysql", "rabbitmq"):
        group, drbd = f"g_{server}", f"ms_drbd_{server}"
        assert spec["resources"][group] == {"group": [f"p_ip_{server}", f"p_fs_{server}", f"p_{server}"]}
        assert spec["resources"][drbd]["promotable"] == f"p_drbd_{server}"
        assert spec["resources"][f"p_ip_{server}"]["params"]["ip"] == VIPS[server]
        assert any(
            (o["first"], o["then"], o.get("first-action")) == (drbd, group, "promote") for o in spec["orders"].values()
        )
        assert any(
            (c["resource"], c["with-resource"], c.get("with-role")) == (group, drbd, "Promoted")
            for c in spec["colocations"].values()
        )


@pytest.mark.parametrize(("architecture", "release", "hub"), [
    ("classic", "folsom", "g_keystone"), ("full", "liberty", "openstack-keystone-clone"),
    ("full", "mitaka", "openstack-core-clone"),
])  # fmt: skip
def test_services_start_after_the_stores_that_move(architecture, release, hub):
    options = {"admin-password": "x", "mysql-device": "nfs:/mysql", "rabbitmq-device": "nfs:/rabbitmq"}
    spec = cloud(
        architecture, release, ["keystone", "glance"], database="filesystem", broker="filesystem", options=options
    )
    before = {o["first"] for o in spec["orders"].values() if o["then"] == hub}
    assert {"g_mysql", "g_rabbitmq"} <= before


@pytest.mark.parametrize("architecture", ["full", "lightweight"])
def test_galera_and_rabbitmq_by_their_words(architecture):
    spec = cloud(
        architecture, "mitaka" if architecture == "full" else "newton", [], database="galera", broker="rabbitmq"
    )
    assert {"galera-master", "rabbitmq-clone"} <= set(spec["resources"])


def test_a_store_on_a_role_of_its_own():
    roles = {"controller": ["c0"], "database": ["d0", "d1", "d2"]}
    spec = cloud("composable", "ocata", ["haproxy"], roles=roles, database={"way": "galera", "role": "database"})
    assert [n for n, each in spec["nodes"].items() if each.get("attributes", {}).get("galera-role")] == [
        "d0",
        "d1",
        "d2",
    ]
    assert spec["resources"]["galera-master"]["meta"]["promoted-max"] == 3


def test_somebody_else_s():
    spec = cloud("lightweight", "newton", ["haproxy", "cinder"], database="external", broker="external")
    assert not [name for name in spec["resources"] if "galera" in name or "rabbit" in name or "mysql" in name]


def test_a_service_whose_database_nobody_says():
    with pytest.raises(SpecError) as raised:
        cloud("lightweight", "newton", ["cinder"], broker="external")
    [report] = raised.value.reports
    assert report.code == "missing-database"
    assert report.suggestion == "'database: galera', or 'database: external'"
