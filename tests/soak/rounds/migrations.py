"""Services change hands between Pacemaker and systemd while they run: no process ends, whatever happens to the tool.

Killed: ``migrate`` is killed at any moment (or not at all), and run again on another node, which waits until the lock's
lease is over. Back: a node is shut down after its services have come back to Pacemaker: Pacemaker stops them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import migration
from laboratory import Laboratory, until
from soak import sight
from soak.actors import Outcome, apply, start
from soak.registry import Figures, Round

_MOMENTS = (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 8.0, 10.0, 60.0)


def ready(lab: Laboratory) -> None:
    migration.install(lab)
    for architecture in ("full", "lightweight"):
        lab.spec(migration.spec(lab, architecture), architecture)
    outcome = apply(lab, lab.nodes[0], migration.spec(lab, "full"))
    assert outcome.code == 0, outcome.said


def done(lab: Laboratory) -> None:
    ended = start(
        lab, lab.nodes[0], "pacewright", "apply", "-", "--yes", "--prune", given="deployment: cloud\n"
    ).outcome()
    assert ended.code == 0, ended.said
    sight.remove_all(lab)
    migration.remove(lab)


def _migrate(lab: Laboratory, node: str, end: str) -> Outcome:
    return start(lab, node, "pacewright", "migrate", f"/root/{end}.yaml", "--yes", "--json").outcome()


def killed(lab: Laboratory, number: int) -> Figures:
    """There and back in turn, killed later and later."""
    end = ("lightweight", "full")[(number - 1) % 2]
    first, second = lab.nodes[number % len(lab.nodes)], lab.nodes[(number + 1) % len(lab.nodes)]
    before, journals = migration.runs(lab), migration.cursor(lab)
    assert migration.all_active(before)
    running = start(lab, first, "pacewright", "migrate", f"/root/{end}.yaml", "--yes", "--json")
    until_killed = _MOMENTS[(number - 1) // 2 % len(_MOMENTS)]
    deadline = time.monotonic() + until_killed
    while time.monotonic() < deadline and not running.over:
        time.sleep(0.05)
    running.kill()
    one = running.outcome()
    two = _migrate(lab, second, end)
    assert two.code == 0, f"{one.said}\n{two.said}"
    assert two.document["findings"] in (None, []), two.said
    assert migration.runs(lab) == before, f"{one.said}\n{two.said}"
    assert migration.stops_since(lab, journals) == [], f"{one.said}\n{two.said}"
    assert migration.left_behind(lab) == []
    for node in lab.nodes:
        named = migration.properties(lab, node, migration.WATCHED)
        expected = ("enabled", "always") if end == "lightweight" else ("disabled", "no")
        assert (named["UnitFileState"], named["Restart"]) == expected, f"{node}: {named}\n{two.said}"
        assert ("50-pacemaker.conf" in named["DropInPaths"]) == (end == "full"), f"{node}: {named}"
    again = _migrate(lab, first, end)
    assert again.code == 0, again.said
    assert again.document["nothing_to_do"], again.said
    return {"killed": float(one.killed), "second": two.seconds}


def remark(figures: Sequence[Figures]) -> str:
    hit = sum(int(f["killed"]) for f in figures)
    longest = max((float(f["second"]) for f in figures), default=0.0)
    return f"killed under way {hit} times; the next run, which waits for the lease, took up to {longest:.0f} s"


def shut_down(lab: Laboratory, _number: int) -> Figures:
    """There and back, then a node's orderly end: Pacemaker stops the services before it ends, and starts them again."""
    for end in ("lightweight", "full"):
        outcome = _migrate(lab, lab.nodes[0], end)
        assert outcome.code == 0, outcome.said
    node, observer = lab.nodes[2], lab.nodes[0]
    lab.exec(node, "systemctl", "reboot")
    until(lambda: node not in sight.online(lab, observer), 60, "the node leaves")
    events = sight.events(lab)
    until(lambda: sight.whole(lab) or lab.control("boot", node, expect=None) is None, 150, "the node is back")
    sight.calm(lab)
    told = lab.exec(node, "journalctl", "--boot=-1", "--quiet", "--output=short-monotonic", "--no-pager").stdout
    lines = told.splitlines()
    stopped = [i for i, line in enumerate(lines) if f"Result of stop operation for {migration.WATCHED}" in line]
    ended = [i for i, line in enumerate(lines) if "Stopped pacemaker" in line]
    assert stopped, "Pacemaker did not stop the service"
    assert not ended or stopped[0] < ended[0], "Pacemaker ended before it had stopped the service"
    assert not any(f"{node}: power off (IPMI)" in line for line in sight.events(lab)[len(events) :]), "it was fenced"
    assert migration.main_pid(lab, node, migration.WATCHED) != "0"
    return {}


ROUNDS = [
    Round("migration-killed", "services leave Pacemaker and come back while migrate is killed at any moment: none stops",
          20, killed, remark, ready=ready, done=done, place=70),
    Round("migration-shutdown", "a node is shut down after its services came back to Pacemaker, which stops them in order",
          3, shut_down, ready=ready, done=done, place=71),
]  # fmt: skip
