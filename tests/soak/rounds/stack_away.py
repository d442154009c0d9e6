"""Database and broker away for minutes: Keystone (a token over HTTP) and heat-engine (a call over the broker, answered from
the database) of Debian work again by themselves, with the settings that `pacewright outside --install` writes.

Both are stopped in the cluster, one after the other and both at once in turn. Nothing is restarted by hand: at the end the
main processes are looked at, whether they are the same.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from laboratory import Laboratory, until
from soak import sight
from soak.registry import Figures, Round
from stack import Stack
from stack_openstack import UNITS, WITH_OPENSTACK, answers_calls, issues_token, set_up, write_spec

AWAY_SECONDS = 130.0
BACK_SECONDS = 240.0
WHICH = (("galera-master",), ("rabbitmq-clone",), ("galera-master", "rabbitmq-clone"))


def folder_of(lab: Laboratory) -> Path:
    return Path(tempfile.gettempdir()) / f"pacewright-{lab.name}"


def stack_of(lab: Laboratory) -> Stack:
    folder_of(lab).mkdir(exist_ok=True)
    return Stack(lab, write_spec(folder_of(lab)))


def ready(lab: Laboratory) -> None:
    stack = stack_of(lab)
    stack.up()
    set_up(stack)
    for node in lab.nodes:
        until(lambda n=node: issues_token(stack, n), 180, f"Keystone answers on {node}")
        until(lambda n=node: answers_calls(stack, n), 180, f"heat-engine answers {node}")


def away(lab: Laboratory, number: int) -> Figures:
    stack = stack_of(lab)
    stack.lab.host("apply", str(stack.spec), "--yes")
    stack.wait_whole(180)
    gone = WHICH[number % len(WHICH)]
    before = {(node, unit): stack.main_pid(node, unit) for node in lab.nodes for unit in UNITS}
    _hold(lab, gone, "--set-parameter", "target-role", "--parameter-value", "Stopped")
    began = time.monotonic()
    without_database = "galera-master" in gone
    time.sleep(AWAY_SECONDS / 2)
    assert not answers_calls(stack, lab.nodes[0]), "heat-engine answers without its database or broker"
    assert issues_token(stack, lab.nodes[0]) != without_database
    time.sleep(max(0.0, began + AWAY_SECONDS - time.monotonic()))
    _hold(lab, gone, "--delete-parameter", "target-role")
    stack.wait_whole(180)
    back = {}
    for name, answers in (("keystone", issues_token), ("heat-engine", answers_calls)):
        back[name] = until(lambda a=answers: all(a(stack, n) for n in lab.nodes), BACK_SECONDS, f"{name} works again")
    same = sum(stack.main_pid(node, unit) == pid for (node, unit), pid in before.items())
    print(f"round {number}: without {', '.join(gone)}: {back}, {same} of {len(before)} processes the same", flush=True)
    return {**back, "same": same, "all": len(before), "both": len(gone) > 1}


def _hold(lab: Laboratory, resources: Sequence[str], *words: str) -> None:
    for resource in resources:
        told = lab.exec(lab.nodes[0], "crm_resource", "--resource", resource, "--meta", *words)
        assert told.returncode == 0, told.stderr
    lab.exec(lab.nodes[0], "crm_resource", "--wait", timeout=180)


def done(lab: Laboratory) -> None:
    for node in lab.nodes:
        lab.exec(node, "systemctl", "disable", "--now", *UNITS)
    shutil.rmtree(folder_of(lab), ignore_errors=True)
    sight.remove_all(lab)


def remark(figures: Sequence[Figures]) -> str:
    longest = {unit: max(float(f[unit]) for f in figures) for unit in UNITS}
    same, every = (sum(int(f[name]) for f in figures) for name in ("same", "all"))
    return (
        f"away for {AWAY_SECONDS:.0f} s; after the servers were back, at most {longest['keystone']:.0f} s until Keystone issued tokens "
        f"on every node and {longest['heat-engine']:.0f} s until heat-engine answered each; {same} of {every} main processes stayed"
    )


ROUND = Round(
    "stack-away", "database, broker, both away for two minutes: Keystone and heat-engine work again by themselves",
    6, away, remark, ready=ready, done=done, place=70, additions=WITH_OPENSTACK,
)  # fmt: skip
