"""A lab that is booted in a chroot: what enters its nodes' namespaces must not stand in the host's root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pacewright.lab import rerooting
from pacewright.lab.layout import load_lab

# In a mount namespace of its own: a chroot, the root taken or not, and what somebody sees who enters the namespace.
PROGRAM = """
import json, os, subprocess, sys
image, folder, source, taken = sys.argv[1:]
for words in (["--bind", image, folder], ["-t", "proc", "proc", f"{folder}/proc"]):
    subprocess.run(["mount", *words], check=True)
code = compile(open(source).read(), source, "exec")
os.chroot(folder)
os.chdir("/")
space = {}
exec(code, space)
if taken == "yes":
    assert space["take_root"]()
    assert not space["take_root"]()
print(os.listdir("/") == os.listdir("/proc/self/cwd/"))
words = ["nsenter", "--mount=/proc/self/ns/mnt", "ls", "/"]
print(json.dumps(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()))
"""


def seen(lab, tmp_path: Path, taken: str) -> list[str]:
    """What is in the root of who enters."""
    image = load_lab(lab.name).image
    words = [sys.executable, "-c", PROGRAM, image, str(tmp_path), str(Path(rerooting.__file__)), taken]
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    own, entered = done.stdout.splitlines()
    assert own == "True"
    found: list[str] = json.loads(entered)
    return sorted(found)


def test_who_enters_a_node_in_a_chroot_is_in_the_chroot(lab, tmp_path):
    inside = sorted(os.listdir(load_lab(lab.name).image))
    assert seen(lab, tmp_path, "no") != inside, "the kernel does otherwise: this is not needed"
    assert seen(lab, tmp_path, "yes") == inside
