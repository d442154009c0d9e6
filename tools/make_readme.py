"""Writes the README's example: runs the commands of its first ``console`` block and puts their output in.

Lines that begin with ``$ `` are commands; everything else in the block is replaced. ``--check`` writes nothing: exit
code 1 if the block is not what the commands print now.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "examples" / "web.yaml"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def main(words: list[str]) -> int:
    text = README.read_text(encoding="utf-8")
    found = BLOCK.search(text)
    if found is None:
        sys.exit("README.md has no console block")
    current = text[: found.start()] + block(commands(found.group())) + text[found.end() :]
    if "--check" in words:
        print("current" if current == text else "README.md: its example is not current: make docs")
        return 0 if current == text else 1
    README.write_text(current, encoding="utf-8")
    return 0


def commands(block: str) -> list[str]:
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def block(lines: list[str]) -> str:
    """The commands with what they print, standard error first, as a terminal would show it."""
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    with tempfile.TemporaryDirectory(prefix="pw-readme-") as folder:
        shutil.copy(EXAMPLE, folder)
        environment = {**os.environ, "PATH": path, "XDG_STATE_HOME": folder, "NO_COLOR": "1"}
        environment["PACEWRIGHT_CLUSTER"] = "embedded"
        return "".join(_shown(line, Path(folder), environment) for line in lines)


def _shown(line: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        shlex.split(line), cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output = done.stdout.replace(str(folder), "~/.local/state")
    return f"$ {line}\n{output}" + (f"[exit code {done.returncode}]\n" if done.returncode else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
