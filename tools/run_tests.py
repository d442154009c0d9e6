"""Runs the tests tier by tier, quick ones first, and ends in one table.

Usage: run_tests.py [all|quick|TIER...]     ``quick`` is all tiers before the cluster tier.
The last line is ``N passed, N failed, N skipped``. Exit code 0 when nothing failed, else 1; 130 when interrupted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from leftovers import leftovers
from test_results import Result, read_junit, table

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
WORKERS = str(min(2, os.cpu_count() or 1))
LINTERS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy --strict": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
}
# tier: expected time on two cores, what it touches, time limit in seconds
TIERS = {
    "lint": ("half a minute", "nothing, it reads the tree", 300),
    "unit": ("half a minute", "a temporary folder; pure Python", 600),
    "tools": ("three minutes", "files in a temporary folder, by Pacemaker's programs, crmsh, pcs, Graphviz", 1200),
    "cluster": (
        "twenty minutes, and six more where the images are not made yet",
        "labs of its own: namespaces with real Corosync and Pacemaker daemons; needs root",
        3300,
    ),
}


def main(words: list[str]) -> int:
    tiers = chosen(words or ["all"])
    scratch = Path(tempfile.mkdtemp(prefix="pw-test-"))
    mounts = set(Path("/proc/self/mounts").read_text().splitlines())
    try:
        results = [run_tier(tier, scratch) for tier in tiers]
        left = leftovers(scratch, mounts)
    except KeyboardInterrupt:
        print("\ninterrupted")
        return 130
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return conclude(results, left)


def chosen(words: list[str]) -> list[str]:
    named = {"all": list(TIERS), "quick": list(TIERS)[:-1], **{tier: [tier] for tier in TIERS}}
    unknown = [word for word in words if word not in named]
    if unknown:
        sys.exit(f"no tier {unknown[0]!r}; one of: {', '.join(named)}")
    return [tier for word in words for tier in named[word]]


def run_tier(tier: str, scratch: Path) -> Result:
    expected, touches, limit = TIERS[tier]
    print(f"\n== {tier}: about {expected}; touches: {touches}", flush=True)
    started = time.monotonic()
    result = run_lint(limit, scratch) if tier == "lint" else run_pytest(tier, limit, scratch)
    result.seconds = time.monotonic() - started
    return result


def run_lint(limit: float, scratch: Path) -> Result:
    result = Result("lint")
    for name, command in LINTERS.items():
        code = run([str(BIN / command[0]), *command[1:]], limit, scratch)
        print(f"{name}: {'passed' if code == 0 else 'FAILED'}", flush=True)
        result.passed += code == 0
        result.failed += code != 0
    return result


def run_pytest(tier: str, limit: float, scratch: Path) -> Result:
    folder = ROOT / "tests" / tier
    if not any(folder.rglob("test_*.py")):
        return Result(tier, note=f"NOT RUN: tests/{tier} holds no tests yet")
    junit = scratch / f"{tier}.xml"
    command = [
        str(BIN / "pytest"), str(folder), f"--junitxml={junit}", f"--basetemp={scratch / 'pytest' / tier}",
        "-p", "no:cacheprovider", "--durations=5",
    ]  # fmt: skip
    command += ["-m", "not long"] if tier == "cluster" else ["-n", WORKERS]
    (scratch / "pytest").mkdir(exist_ok=True)
    code = run(command, limit, scratch)
    result = read_junit(tier, junit)
    if code != 0 and result.failed == 0:
        result.failed, result.note = 1, f"pytest ended with exit code {code}"
    return result


def run(command: list[str], limit: float, scratch: Path) -> int:
    """The exit code; 124 when the time limit was reached. TMPDIR marks every process that the command starts."""
    environment = {**os.environ, "TMPDIR": str(scratch), "XDG_STATE_HOME": str(scratch / "state")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} did not end within {limit} s", flush=True)
        return 124
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def conclude(results: list[Result], left: list[str]) -> int:
    print("\n" + table(results))
    for each in left:
        print(f"LEFT BEHIND: {each}")
    if not left:
        print("nothing left behind: no processes, no mounts, no temporary files")
    passed, skipped = sum(r.passed for r in results), sum(r.skipped for r in results)
    failed = sum(r.failed for r in results) + len(left)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
