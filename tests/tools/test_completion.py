"""Completion scripts in real shells. Bash answers questions; zsh and fish at least accept their script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASK_BASH = """
source "$1"; cd "$2"; COMP_LINE=$3; COMP_POINT=${#COMP_LINE}
_pacewright 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        command = [sys.executable, "-m", "pacewright", "completion", shell]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        (folder / shell).write_text(text)
    (folder / "here").mkdir()
    (folder / "here" / "site.yaml").touch()
    (folder / "here" / "folder").mkdir()
    return folder


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("pacewright con", {"convert"}),
        ("pacewright --cluster embedded con", {"convert"}),
        ("pacewright completion ", {"bash", "zsh", "fish"}),
        ("pacewright convert --mod", {"--modernize"}),
        ("pacewright convert --to ", {"cib", "crm", "pcs", "spec"}),
        ("pacewright convert si", {"site.yaml"}),
        ("pacewright convert x.crm --to spec --secrets ", {"folder"}),
        ("pacewright status --cluster ", {"live", "lab", "embedded", "embedded:", "file:"}),
        ("pacewright status --cluster embedded:f", {"folder"}),
        ("pacewright status --cluster file:s", {"site.yaml"}),
        ("pacewright plan --forbid re", {"restart"}),
        ("pacewright plan --forbid stop,mo", {"stop,move"}),
        ("pacewright embedded sta", {"status", "standby"}),
    ],
)
def test_bash_completes(scripts: Path, line: str, answers: set[str]) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    command = [bash, "--norc", "-c", ASK_BASH, "bash", str(scripts / "bash"), str(scripts / "here"), line]
    given = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert set(given) == answers


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_accepts_its_script(scripts: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([program, "-n", str(scripts / shell)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
