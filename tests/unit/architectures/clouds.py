"""Deployments that several tests expand."""

from __future__ import annotations

from typing import Any

import yaml

from pacewright.model.configuration import Configuration
from pacewright.sources.spec import read, write

CONTROLLERS = ("controller-0", "controller-1", "controller-2")
VIPS = {
    "control": "192.0.2.100", "public": "10.0.0.4", "redis": "172.16.2.8", "internal-api": "172.16.2.7",
    "storage": "172.16.1.5", "storage-mgmt": "172.16.3.4",
}  # fmt: skip
INFRA = ["haproxy", "galera", "rabbitmq", "redis", "mongo", "memcached"]
MITAKA = [
    *INFRA, "httpd", "keystone", "glance", "nova", "neutron", "cinder", "heat", "ceilometer", "aodh", "gnocchi", "sahara",
]  # fmt: skip
LIBERTY = [*INFRA, "httpd", "keystone", "glance", "nova", "neutron", "cinder", "heat", "ceilometer"]


def deployment(architecture: str, release: str, services: Any, **more: Any) -> dict[str, Any]:
    """A spec. ``more``: keys of the deployment, laid over those of three controllers with six VIPs."""
    cloud = {
        "release": release, "architecture": architecture, "roles": {"controller": list(CONTROLLERS)},
        "vips": dict(VIPS), "services": services, "fencing": "none", **more,
    }  # fmt: skip
    return {"deployment": "cloud", "openstack": {key: value for key, value in cloud.items() if value is not None}}


def configuration(spec: dict[str, Any]) -> Configuration:
    return read(yaml.safe_dump(spec).encode(), "cloud.yaml").configuration


def expanded(spec: dict[str, Any]) -> dict[str, Any]:
    """The generic spec that it stands for, as plain values."""
    tree: dict[str, Any] = yaml.safe_load(write(configuration(spec)))
    return tree
