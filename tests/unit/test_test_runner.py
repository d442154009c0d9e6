"""The test runner's own counting: a failure that it hid would hide all others."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from leftovers import leftovers
from run_tests import chosen, conclude
from test_results import Result, read_junit, table

JUNIT = """\
<testsuites><testsuite>
  <testcase name="good"/>
  <testcase name="bad"><failure message="no"/></testcase>
  <testcase name="broken"><error message="no"/></testcase>
  <testcase name="left out"><skipped message="dot is not installed"/></testcase>
</testsuite></testsuites>
"""


def test_counts_are_pytests(tmp_path: Path) -> None:
    (tmp_path / "unit.xml").write_text(JUNIT)
    result = read_junit("unit", tmp_path / "unit.xml")
    assert (result.passed, result.failed, result.skipped) == (1, 2, 1)
    assert "1 x dot is not installed" in table([result])


def test_a_tier_without_results_has_failed(tmp_path: Path) -> None:
    assert read_junit("unit", tmp_path / "none.xml").failed == 1


def test_the_last_line_and_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    results = [Result("lint", passed=4), Result("unit", passed=2, failed=1)]
    assert conclude(results, []) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "6 passed, 1 failed, 0 skipped"
    assert conclude(results[:1], []) == 0
    assert conclude(results[:1], ["file: x"]) == 1


def test_quick_stops_before_the_cluster_tier() -> None:
    assert chosen(["quick"]) == ["lint", "unit", "tools"]
    assert chosen(["all"]) == ["lint", "unit", "tools", "cluster"]


def test_processes_and_files_left_behind_are_found(tmp_path: Path) -> None:
    process = subprocess.Popen(["sleep", "60"], env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"})
    (tmp_path / "forgotten").touch()
    environ, deadline = Path(f"/proc/{process.pid}/environ"), time.monotonic() + 10
    while b"TMPDIR" not in environ.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.01)  # Popen may return before the kernel shows the new environment
    try:
        found = leftovers(tmp_path, set(Path("/proc/self/mounts").read_text().splitlines()))
    finally:
        process.kill()
        process.wait()
    assert [each.split(":")[0] for each in found] == [f"process {process.pid}", "file"]
