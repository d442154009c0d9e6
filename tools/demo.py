"""The main job on the embedded cluster, as a story. Every step shows its command and its real output, and is checked:
the demo fails with exit code 1 where anything is not as it tells.

Usage: demo.py [FOLDER]. What it makes is in .cache/demo/, or FOLDER, and stays there to be looked at; the next run
begins anew.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from story import Story, Surprise

ROOT = Path(__file__).resolve().parent.parent
PREFERENCE = "lo_vip_prefers_alice: {resource: p_IP, node: alice, score: 100}"
PARAMETER = "--bind-address=0.0.0.0"
RESTARTED = {"p_mysql", "p_rabbitmq", "p_keystone"}
INSTANCES = 26


def main(folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "examples" / "folsom.crm", folder)
    story = Story(Path(sys.executable).parent, folder, cluster="embedded:cluster")
    started = time.monotonic()
    try:
        for chapter in (opening, deployed, changed, contested, failed, repeated):
            chapter(story)
    except Surprise as surprise:
        print(f"\nNOT AS TOLD: {surprise}")
        return 1
    story.tell(
        f"That was {story.commands} commands in {time.monotonic() - started:.0f} s; {story.facts} facts were checked. "
        f"All of it is in {os.path.relpath(folder)}/, the picture is folsom.html there. "
        "Three nodes that really boot, on this machine, as root: `pacewright lab up` (docs/lab.md)."
    )
    return 0


def opening(story: Story) -> None:
    story.tell(
        "The embedded cluster: three nodes that exist only as a CIB in a folder. The scheduler and all tools are "
        "Pacemaker's own, so every decision below is real; operations are simulated, so nothing starts on this machine "
        "and no agent needs to be installed. It needs no root and no network."
    )
    story.tell(
        "folsom.crm is an OpenStack control plane of 2012, as crmsh printed it: 24 services, a VIP, groups, a clone, "
        "three compute services each with its favourite node. As a spec, with today's names, and with its passwords "
        "moved out to files:"
    )
    story.run("pacewright convert folsom.crm --to spec --modernize --secrets secrets -o folsom.yaml")
    story.run("head -n 24 folsom.yaml")
    spec = (story.folder / "folsom.yaml").read_text()
    story.check("hastexo" not in spec and "!secret" in spec, "no password is left in the spec")


def deployed(story: Story) -> None:
    story.tell(
        "What would happen? (The listing says nothing of fencing, and without fencing Pacemaker starts nothing: the "
        "embedded cluster's stand-in fencing device serves until a spec names one.)"
    )
    story.run("pacewright plan folsom.yaml", expect=2, show=50)
    story.tell("One write, then the wait until the cluster has settled:")
    story.run("pacewright apply folsom.yaml --yes", show=8)
    story.run("pacewright status", show=50)
    started = sum(len(nodes) for nodes in story.places().values())
    story.check(started == INSTANCES, f"all {INSTANCES} instances are started ({started} are)")
    story.run("pacewright graph --format html -o folsom.html")
    page = story.folder / "folsom.html"
    story.check(page.exists() and "p_mysql" in page.read_text(), "the picture is in folsom.html")


def changed(story: Story) -> None:
    story.tell("The VIP shall prefer alice. That is one line, and most of the control plane follows it:")
    story.run(f"sed -i '/^locations:/a\\  {PREFERENCE}' folsom.yaml")
    story.run("pacewright plan folsom.yaml", expect=2, show=16)
    story.run("pacewright apply folsom.yaml --yes", show=3)
    story.check(story.places()["p_IP"] == ["alice"], "the VIP runs on alice")
    story.tell("One parameter of the database changes. The plan names every restart that this will cause:")
    story.run(f"sed -i 's/{PARAMETER}/& --max_connections=2000/' folsom.yaml")
    story.run("pacewright plan folsom.yaml", expect=2)
    document = story.document("pacewright plan folsom.yaml", 2)
    restarts = {effect["resource"] for effect in document["effects"] if effect["action"] == "restart"}
    story.check(restarts >= RESTARTED, f"{len(restarts)} restarts, with what depends on the database")
    story.tell("Not during the day:")
    story.run("pacewright plan folsom.yaml --forbid restart", expect=4, show=12)
    before = story.places()
    story.run("pacewright apply folsom.yaml --yes --forbid restart", expect=4)
    story.check(story.places() == before, "nothing was touched")


def contested(story: Story) -> None:
    story.tell("So the plan is saved for the night. But a colleague changes the same parameter in the meantime:")
    story.run("pacewright plan folsom.yaml --out folsom.plan", expect=2, show=6)
    story.run("mkdir colleague")
    story.run("cp -r folsom.yaml secrets colleague")
    story.run("sed -i s/max_connections=2000/max_connections=500/ colleague/folsom.yaml")
    story.run("pacewright apply colleague/folsom.yaml --yes", show=8)
    story.tell("The saved plan would overwrite that. It is refused, and says what has moved:")
    output = story.run("pacewright apply folsom.plan", expect=3)
    story.check("p_mysql" in output, "the refusal names the object")
    story.tell("Planned anew, with the colleague's value before our eyes, and applied:")
    story.run("pacewright apply folsom.yaml --yes", show=8)


def failed(story: Story) -> None:
    story.tell("A node fails. It is fenced, and what ran there moves:")
    before = story.places()
    story.check(before["p_IP"] == before["p_nova-compute-host1"] == ["alice"], "the VIP and host1 are on alice")
    story.run("pacewright embedded fail alice")
    after = story.places()
    for resource in ("p_IP", "p_nova-compute-host1"):
        story.check(
            len(after[resource]) == 1 and after[resource] != ["alice"], f"{resource} runs on {after[resource][0]}"
        )
    story.tell("Why there?")
    story.run("pacewright explain p_IP")
    output = story.run("pacewright explain p_nova-compute-host1")
    story.check("alice" in output, "the explanation speaks of alice")
    story.tell("The node comes back:")
    story.run("pacewright embedded recover alice")
    story.check(story.places()["p_nova-compute-host1"] == ["alice"], "host1 is back where it prefers to be")


def repeated(story: Story) -> None:
    story.tell("Apply again, as a nightly job would: nothing to do, nothing written.")
    story.run("pacewright apply folsom.yaml --yes")
    story.run("pacewright plan folsom.yaml")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".cache" / "demo"))
