"""Keystone and heat-engine of Debian on the stack: set up as configuration management would, and asked as clients ask."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from laboratory import Laboratory, until
from stack import ADDITIONS, ADDRESSES, LIGHTWEIGHT, VIP, Stack

WITH_OPENSTACK = f"{ADDITIONS},openstack"
UNITS = ("keystone", "heat-engine")
PASSWORD = "lab"
SETTINGS = {
    "keystone": (("database", "connection"), ("token", "provider")),
    "heat": (("database", "connection"), ("DEFAULT", "transport_url"), ("DEFAULT", "auth_encryption_key")),
}
# What heat-api does for each request: a call over the broker, which the engine answers from the database.
ASK_ENGINE = """
from oslo_config import cfg
from heat.common import context, messaging
from heat.rpc import client
cfg.CONF(["--config-file", "/etc/heat/heat.conf"], project="heat")
cfg.CONF.set_override("rpc_response_timeout", 15)
messaging.setup()
print(len(client.EngineClient().list_services(context.RequestContext())))
"""


def spec(folder: Path) -> Path:
    """The stack's deployment with both services, which belong to systemd."""
    text = LIGHTWEIGHT.read_text().replace("memcached, httpd]", "memcached, httpd, keystone, heat-engine]")
    path = folder / "stack.yaml"
    path.write_text(text)
    return path


def set_up(stack: Stack) -> None:
    """On a stack that is up: databases, configuration, what `outside` installs; then both run on every node."""
    first, *others = stack.lab.nodes
    for project in SETTINGS:
        stack.sql(first, f"CREATE DATABASE IF NOT EXISTS {project}; GRANT ALL ON {project}.* TO lab@'%'")
    for node in stack.lab.nodes:
        for project, names in SETTINGS.items():
            for section, option in names:
                stack.done(node, "crudini", "--set", f"/etc/{project}/{project}.conf", section, option, _value(stack, project, option))
    stack.done(first, "runuser", "-u", "keystone", "--", "keystone-manage", "db_sync")
    stack.done(first, "runuser", "-u", "heat", "--", "heat-manage", "db_sync")
    account = ["--keystone-user", "keystone", "--keystone-group", "keystone"]
    stack.done(first, "keystone-manage", "fernet_setup", *account)
    keys = stack.done(first, "tar", "-C", "/etc/keystone", "-c", "fernet-keys", "--to-stdout", "-O") if not others else ""
    del keys
    stack.lab.host("outside", str(stack.spec), "--install")
    for node in stack.lab.nodes:
        for unit in UNITS:
            stack.done(node, "systemctl", "restart", unit)


def _value(stack: Stack, project: str, option: str) -> str:
    brokers = ",".join(f"lab:lab@{ADDRESSES[node]}:5672" for node in stack.brokers)
    return {
        "connection": f"mysql+pymysql://lab:lab@{VIP}/{project}",
        "provider": "fernet",
        "transport_url": f"rabbit://{brokers}/",
        "auth_encryption_key": "0123456789abcdef0123456789abcdef",
    }[option]
