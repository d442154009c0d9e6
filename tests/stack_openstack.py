"""Keystone and heat-engine of Debian on the stack: set up as configuration management would, and asked as clients ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from laboratory import ADDITIONS
from stack import ADDRESSES, LIGHTWEIGHT, VIP, Stack
from stack_clients import on_network

WITH_OPENSTACK = f"{ADDITIONS},openstack"
UNITS = ("keystone", "heat-engine")
KEYS = "/etc/keystone/fernet-keys"
FILES = {
    "/etc/keystone/keystone.conf": """\
[database]
connection = mysql+pymysql://lab:lab@{vip}/keystone
[token]
provider = fernet
""",
    "/etc/heat/heat.conf": """\
[DEFAULT]
transport_url = rabbit://{brokers}/
auth_encryption_key = 0123456789abcdef0123456789abcdef
num_engine_workers = 1
[database]
connection = mysql+pymysql://lab:lab@{vip}/heat
[oslo_messaging_rabbit]
rabbit_qos_prefetch_count = 1
""",
}
ASK_KEYSTONE = """
import json, sys, urllib.request
user = {"name": "admin", "domain": {"id": "default"}, "password": "lab"}
wanted = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
request = urllib.request.Request(f"http://{sys.argv[1]}:5000/v3/auth/tokens", json.dumps(wanted).encode(),
                                 {"Content-Type": "application/json"})
print(urllib.request.urlopen(request, timeout=15).headers["X-Subject-Token"])
"""
# What heat-api does for each request: a call over the broker, which an engine answers from the database.
ASK_ENGINE = """
from oslo_config import cfg
from heat.common import context, messaging
from heat.rpc import client
cfg.CONF(["--config-file", "/etc/heat/heat.conf"], project="heat")
messaging.setup()
engine = client.EngineClient()
asked = engine.make_msg("list_services")
print(len(engine.call(context.RequestContext(), asked, version="1.4", timeout=15)))
"""


def write_spec(folder: Path) -> Path:
    """The stack's deployment with both services, which belong to systemd."""
    before = LIGHTWEIGHT.read_text()
    text = before.replace("memcached, httpd]", "memcached, httpd, keystone, heat-engine]")
    assert text != before
    path = folder / "stack.yaml"
    path.write_text(text)
    return path


def set_up(stack: Stack) -> None:
    """On a stack that is up: databases, configuration, what `outside` installs; then both run on every node."""
    first = stack.lab.nodes[0]
    brokers = ",".join(f"lab:lab@{ADDRESSES[node]}:5672" for node in stack.brokers)
    for project in ("keystone", "heat"):
        stack.sql(first, f"CREATE DATABASE IF NOT EXISTS {project}; GRANT ALL ON {project}.* TO lab@'%'")
    for node in stack.lab.nodes:
        for path, text in FILES.items():
            stack.lab.put(node, path, text.format(vip=VIP, brokers=brokers))
        # Three nodes on one machine: Debian's eight processes each would take minutes to start.
        stack.done(node, "sed", "-i", "s/^processes = .*/processes = 2/", "/etc/keystone/keystone-uwsgi.ini")
    stack.done(first, "keystone-manage", "db_sync")
    stack.done(first, "heat-manage", "db_sync")
    _make_keys(stack, first)
    stack.done(first, "keystone-manage", "bootstrap", "--bootstrap-password", "lab")
    stack.lab.host("outside", str(stack.spec), "--install")
    for node in stack.lab.nodes:
        for unit in UNITS:
            stack.done(node, "systemctl", "restart", unit)


def issues_token(stack: Stack, node: str) -> bool:
    """Whether Keystone of that node lets a user in, asked over HTTP."""
    words = [sys.executable, "-c", ASK_KEYSTONE, ADDRESSES[node]]
    asked = on_network(stack.lab, "timeout", "40", *words)
    return subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 0


def answers_calls(stack: Stack, node: str) -> bool:
    """Whether an engine answers a call that is sent from that node."""
    done = stack.lab.exec(node, "timeout", "40", "python3", "-c", ASK_ENGINE, timeout=60)
    return done.returncode == 0 and done.stdout.split()[-1:] != ["0"]


def _make_keys(stack: Stack, first: str) -> None:
    """With which tokens are signed: the same on every node."""
    stack.done(first, "keystone-manage", "fernet_setup", "--keystone-user", "keystone", "--keystone-group", "keystone")
    for node in stack.lab.nodes[1:]:
        stack.done(node, "install", "--directory", "--owner=keystone", "--group=keystone", KEYS)
        for number in ("0", "1"):
            stack.lab.put(node, f"{KEYS}/{number}", stack.done(first, "cat", f"{KEYS}/{number}"))
            stack.done(node, "chown", "keystone:keystone", f"{KEYS}/{number}")
