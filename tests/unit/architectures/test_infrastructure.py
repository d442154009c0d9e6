"""The services below OpenStack, expanded: what the catalogue's entries become in whole deployments."""

from __future__ import annotations

from typing import Any

from architectures.clouds import CONTROLLERS, deployment, expanded

COMPUTES = ("compute-0", "compute-1")


def test_instances_are_evacuated_by_controllers_and_unfenced_where_they_run() -> None:
    services = ["haproxy", "compute-unfence-trigger", "nova-evacuate", "fence-nova"]
    options = {"keystone-url": "http://192.0.2.100:5000", "admin-password": "hidden"}
    roles = {"controller": list(CONTROLLERS), "compute": list(COMPUTES)}
    made = expanded(deployment("containers", "train", services, roles=roles, options=options))
    marked = {name for name, node in made["nodes"].items() if "compute-instanceha-role" in node["attributes"]}
    assert marked == set(COMPUTES)
    rules = {each["resource"]: each["rules"][0] for each in made["locations"].values()}
    assert rules["compute-unfence-trigger-clone"] == {"rule": "compute-instanceha-role ne true", "score": "-INFINITY"}
    assert rules["nova-evacuate"] == {"rule": "compute-instanceha-role eq true", "score": "-INFINITY"}
    assert made["resources"]["stonith-fence_compute-fence-nova"]["meta"] == {"provides": "unfencing"}


def moved(broker: str, database: str, services: list[str]) -> dict[str, Any]:
    """Two nodes with servers that move with their storage."""
    spec = deployment(
        "lightweight", "train", services, roles={"controller": ["alice", "bob"]},
        vips={"control": "192.0.2.100", "mysql": "192.0.2.101", "rabbitmq": "192.0.2.102"},
        options={"broker": broker, "database": database},
    )  # fmt: skip
    return expanded(spec)


def test_servers_that_move_with_drbd() -> None:
    services = [f"{server}{part}" for server in ("mysql", "rabbitmq") for part in ("", "-drbd", "-ip", "-fs")]
    made = moved("drbd", "drbd", services)
    assert made["resources"]["g_mysql"] == {"group": ["p_ip_mysql", "p_fs_mysql", "p_mysql"]}
    assert made["resources"]["g_rabbitmq"] == {"group": ["p_ip_rabbitmq", "p_fs_rabbitmq", "p_rabbitmq"]}
    assert made["resources"]["p_mysql"]["params"]["additional_parameters"] == "--bind-address=192.0.2.101"
    promotions = {(o["first"], o["first-action"], o["then"]) for o in made["orders"].values() if "first-action" in o}
    assert promotions == {(f"ms_drbd_{each}", "promote", f"g_{each}") for each in ("mysql", "rabbitmq")}
    beside = {(c["resource"], c["with-resource"], c["with-role"]) for c in made["colocations"].values()}
    assert beside == {(f"g_{each}", f"ms_drbd_{each}", "Promoted") for each in ("mysql", "rabbitmq")}


def test_servers_that_move_with_a_file_system_that_all_nodes_see() -> None:
    made = moved("filesystem", "filesystem", ["rabbitmq", "rabbitmq-ip", "rabbitmq-fs"])
    assert made["resources"]["g_rabbitmq"] == {"group": ["p_ip_rabbitmq", "p_fs_rabbitmq", "p_rabbitmq"]}
    assert "orders" not in made
    assert "colocations" not in made
