"""Power cut of a node that holds an address and a service: fenced by IPMI, moved. What ``status`` and ``explain`` say is
held against crm_mon at each moment, and against the address itself; the figures are seconds from the power cut.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from laboratory import Laboratory
from soak import sight
from soak.actors import apply, outcomes, start
from soak.registry import Figures, Round

ADDRESS = "192.0.2.150"
UNIT = "soak-service"
LONGEST = 150.0
STATES = ("online", "unclean", "offline", "pending")
SPEC = f"""\
deployment: failover
resources:
  vip:
    agent: ocf:heartbeat:IPaddr2
    params: {{ip: {ADDRESS}, cidr_netmask: 24}}
    operations: {{monitor: {{interval: 10s}}}}
  service:
    agent: systemd:{UNIT}
    operations: {{monitor: {{interval: 10s}}}}
colocations:
  service-with-vip: {{resource: service, with-resource: vip, score: INFINITY}}
orders:
  vip-then-service: {{first: vip, then: service}}
"""
UNIT_FILE = "[Service]\nExecStart=/bin/sleep infinity\n"


def ready(lab: Laboratory) -> None:
    for node in lab.nodes:
        lab.put(node, f"/etc/systemd/system/{UNIT}.service", UNIT_FILE)
        assert lab.exec(node, "systemctl", "daemon-reload").returncode == 0


def done(lab: Laboratory) -> None:
    sight.remove_all(lab)
    for node in lab.nodes:
        lab.exec(node, "rm", "-f", f"/etc/systemd/system/{UNIT}.service")
        lab.exec(node, "systemctl", "daemon-reload")


class Scene:
    """What crm_mon tells at one moment: the victim's state, where the resources are, what fails or is being done."""

    def __init__(self, lab: Laboratory, node: str, victim: str) -> None:
        seen = sight.monitor(lab, node)
        assert seen is not None
        states = {n.get("name"): n for n in seen.iterfind("nodes/node")}
        words = ("unclean", "pending", "online")
        self.victim = next((w for w in words if states[victim].get(w) == "true"), "offline")
        self.places = {
            r.get("id", ""): [n.get("name", "") for n in r.iterfind("node")]
            for r in seen.iterfind("resources/resource")
            if r.get("active") == "true"
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scene) and (self.victim, self.places) == (other.victim, other.places)

    __hash__ = None  # type: ignore[assignment]


def judge_status(scene: Scene, victim: str, code: int, document: dict) -> None:
    told = f"status (exit {code}) says {document}, crm_mon says {vars(scene)}"
    state = next(n["state"] for n in document["nodes"] if n["name"] == victim)
    assert state == scene.victim, told
    for identity in ("vip", "service"):
        found = next(r for r in document["resources"] if r["id"] == identity)
        assert sorted(found["nodes"]) == sorted(scene.places.get(identity, [])), told
        if scene.victim == "unclean" and victim in found["nodes"]:
            assert not found["as_desired"], told
            assert found["why_not"], told
    if scene.victim in ("unclean", "offline"):
        assert code == 2, told


def judge_explain(scene: Scene, victim: str, document: dict) -> None:
    told = f"explain says {document}, crm_mon says {vars(scene)}"
    state = next((n["state"] for n in document["nodes"] if n["node"] == victim), None)
    assert str(state).partition(" ")[0] == scene.victim, told
    if scene.victim == "unclean" and scene.places.get("vip") == [victim]:
        assert f"{victim} is unclean" in document["sentence"], told
    elif scene.victim != "online":
        assert not any(n["chosen"] for n in document["nodes"] if n["node"] == victim), told


def once(lab: Laboratory, _number: int) -> Figures:
    outcome = apply(lab, lab.nodes[0], SPEC)
    assert outcome.code == 0, outcome.said
    victim = Scene(lab, lab.nodes[0], lab.nodes[0]).places["vip"][0]
    observer = next(n for n in lab.nodes if n != victim)
    judged = dict.fromkeys(STATES, 0)
    figures: dict[str, float] = {}
    began = time.monotonic()
    sight.power_off(lab, victim)
    watching = [
        threading.Thread(target=watch, args=(lab, observer, victim, began, figures))
        for watch in (_until_it_answers, _watch)
    ]
    for each in watching:
        each.start()
    while not ("back" in figures and "moved" in figures):
        assert time.monotonic() - began < LONGEST, f"no end: {figures}"
        before = Scene(lab, observer, victim)
        asked = [start(lab, observer, "pacewright", *words, "--json") for words in (["status"], ["explain", "vip"])]
        status, explained = outcomes(asked)
        if before == Scene(lab, observer, victim):  # else it changed while we asked: nobody can say who is right
            judge_status(before, victim, status.code, status.document)
            assert explained.code in (0, 2), explained.said
            judge_explain(before, victim, explained.document)
            judged[before.victim] += 1
    for each in watching:
        each.join()
    assert any(f"{victim}: power on (IPMI)" in line for line in sight.events(lab)[-6:]), sight.events(lab)[-6:]
    sight.make_whole(lab)
    active = lab.exec(observer, "systemctl", "is-active", UNIT).stdout.strip()
    place = Scene(lab, observer, victim).places
    assert place["vip"] == place["service"] != [victim], place
    assert (active == "active") == (place["service"] == [observer]), (active, place)
    return {**figures, **judged}


def _watch(lab: Laboratory, observer: str, victim: str, began: float, figures: dict[str, float]) -> None:
    """Nothing but crm_mon, as often as it can be had."""
    while "back" not in figures and time.monotonic() - began < LONGEST:
        scene = Scene(lab, observer, victim)
        _note(figures, scene, victim, time.monotonic() - began)


def _note(figures: dict[str, float], scene: Scene, victim: str, now: float) -> None:
    if scene.victim == "unclean":
        figures.setdefault("detected", now)
    if "detected" in figures and scene.victim != "unclean":
        figures.setdefault("fenced", now)
    if all(scene.places.get(i) and scene.places[i] != [victim] for i in ("vip", "service")):
        figures.setdefault("moved", now)
    if "fenced" in figures and "moved" in figures and scene.victim == "online":
        figures.setdefault("back", now)


def _until_it_answers(lab: Laboratory, observer: str, _victim: str, began: float, figures: dict[str, float]) -> None:
    """The address is silent after the cut; seconds until it answers again, as another node sees it."""
    while time.monotonic() - began < LONGEST:
        done = lab.exec(observer, "ping", "-c", "1", "-W", "1", ADDRESS)
        if done.returncode == 0:
            figures["address"] = time.monotonic() - began
            return
        time.sleep(0.1)


def remark(figures: Sequence[Figures]) -> str:
    def span(name: str) -> str:
        values = sorted(float(f[name]) for f in figures if name in f)
        middle = values[len(values) // 2]
        return f"{middle:.1f} s (up to {values[-1]:.1f})"

    samples = ", ".join(f"{sum(int(f[s]) for f in figures)} {s}" for s in STATES)
    return (
        f"from the power cut, median: seen unclean after {span('detected')}, fenced {span('fenced')}, address answers "
        f"{span('address')}, all moved {span('moved')}, node back {span('back')}; status and explain true in all samples, by the node's state: {samples}"
    )


ROUND = Round(
    "failover", "power cut of a node with an address and a service: fenced by IPMI, moved, told truthfully all the time",
    10, once, remark, ready=ready, done=done, place=40,
)  # fmt: skip
