"""A ``cibadmin`` in front of the real one, in one node: it notes what each caller read, and can do harm at one step.

What kills the writer must know exactly how far it is; the tool that it calls does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from laboratory import Laboratory

PATH = "/usr/local/sbin/cibadmin"
FOLDER = "/run/soak"
# Steps: `before`, `during`, `after`: the writer (our parent) is killed before, while, after its patch is written.
# `settling`: when it reads for the first time after that. `tool`: this program itself dies, the real one may be through.
# `answer-lost`: the patch is written, the answer is that of a time-out. `never-sent`: that answer, and nothing written.
PROGRAM = f"""#!/bin/bash
real=/usr/sbin/cibadmin
step=$(cat {FOLDER}/step 2>/dev/null)
case " $* " in
*" --patch "*)
    tail -n 1 {FOLDER}/read > {FOLDER}/planned-on 2>/dev/null
    case "$step" in
    before) rm {FOLDER}/step; kill -9 $PPID; exit 1;;
    during) rm {FOLDER}/step; cat > {FOLDER}/patch; $real "$@" < {FOLDER}/patch & kill -9 $PPID; wait; exit;;
    after) rm {FOLDER}/step; $real "$@"; kill -9 $PPID; exit;;
    settling) echo reading > {FOLDER}/step;;
    tool) rm {FOLDER}/step; cat > {FOLDER}/patch; $real "$@" < {FOLDER}/patch & sleep 0.00$((RANDOM % 10)); kill -9 $!; kill -9 $$;;
    answer-lost) rm {FOLDER}/step; $real "$@"; exit 124;;
    never-sent) rm {FOLDER}/step; exit 124;;
    esac;;
*" --query "*)
    [ "$step" = reading ] && {{ rm {FOLDER}/step; kill -9 $PPID; exit 1; }}
    text=$($real "$@"); code=$?
    [[ $text =~ [[:space:]]epoch=\\"([0-9]+)\\" ]] && echo "$PPID ${{BASH_REMATCH[1]}}" >> {FOLDER}/read
    printf '%s\\n' "$text"
    exit $code;;
esac
exec $real "$@"
"""


@contextmanager
def wrapped(lab: Laboratory, node: str, step: str = "") -> Iterator[None]:
    try:
        lab.exec(node, "mkdir", "-p", FOLDER)
        lab.exec(node, "rm", "-f", f"{FOLDER}/read", f"{FOLDER}/step")
        if step:
            lab.put(node, f"{FOLDER}/step", f"{step}\n")
        lab.put(node, PATH, PROGRAM, mode=0o755)
        yield
    finally:
        lab.exec(node, "rm", "-rf", PATH, FOLDER)


def pending(lab: Laboratory, node: str) -> str:
    """The step that has not come yet."""
    return lab.exec(node, "cat", f"{FOLDER}/step").stdout.strip()


def last_epoch_read(lab: Laboratory, node: str) -> int:
    """The version of the configuration that a caller read last."""
    epoch = _last_epoch(lab, node, "read")
    assert epoch is not None, "nothing was read"
    return epoch


def epoch_planned_on(lab: Laboratory, node: str) -> int | None:
    """The version that a caller had read before it sent its last patch; None where none was sent."""
    return _last_epoch(lab, node, "planned-on")


def _last_epoch(lab: Laboratory, node: str, name: str) -> int | None:
    lines = lab.exec(node, "cat", f"{FOLDER}/{name}").stdout.splitlines()
    return int(lines[-1].split()[1]) if lines else None
