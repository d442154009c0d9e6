"""The runner of rounds: see ``__main__``."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import subprocess
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from laboratory import Laboratory, own_lab
from soak import sight
from soak.registry import Round, all_rounds
from soak.table import Result, record, table

ROOT = Path(__file__).resolve().parents[2]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="soak", description="Runs the long rounds on a lab.")
    parser.add_argument("rounds", nargs="*", metavar="ROUND", help="which (default: all)")
    parser.add_argument("--lab", help="a lab that is up already, and stays up")
    parser.add_argument("--release", default="bookworm", help="of the lab to be booted")
    parser.add_argument("--count", type=int, help="how often each, instead of in full")
    parser.add_argument("--from", dest="first", type=int, default=0, help="number of the first round")
    parser.add_argument("--write", type=Path, help="a document whose table is brought up to date")
    parser.add_argument("--logs", type=Path, help="folder for what failed rounds said (default: a temporary one)")
    parser.add_argument("--list", action="store_true", help="name the rounds and end")
    given = parser.parse_args(words)
    known = {each.name: each for each in all_rounds()}
    if unknown := [name for name in given.rounds if name not in known]:
        parser.error(f"no round {unknown[0]}; one of {', '.join(known)}")
    chosen = [known[name] for name in given.rounds] or list(known.values())
    if given.list:
        print("\n".join(f"{each.name:20} {each.count:4}  {each.says}" for each in chosen))
        return 0
    logs = given.logs or Path(tempfile.mkdtemp(prefix="soak-"))
    logs.mkdir(parents=True, exist_ok=True)
    results = []
    print(f"what failed is told in {logs}", flush=True)
    try:
        for additions, those in itertools.groupby(chosen, key=lambda each: each.additions):
            with laboratory(given.lab, given.release, additions) as lab:
                where, measured = f"{version(lab)} (Debian {lab.lab.release})", commit()
                print(where, flush=True)
                for each in those:
                    results.append(many(each, lab, given.count or each.count, given.first, logs))
                    print(results[-1].line, flush=True)
                    if given.write:
                        record(given.write, results[-1], where, measured, list(known))
    except KeyboardInterrupt:
        print("interrupted")
    print(table(results))
    return 1 if any(r.failed or r.error for r in results) or len(results) < len(chosen) else 0


@contextlib.contextmanager
def laboratory(name: str | None, release: str, additions: str) -> Iterator[Laboratory]:
    if name:
        lab = Laboratory(name)
        lab.install_pacewright()
        yield lab
        return
    with own_lab("soak", "--release", release, "--with", additions) as lab:
        yield lab


def many(each: Round, lab: Laboratory, count: int, first: int, logs: Path) -> Result:
    """Every failure is told and the lab made whole; three in a row end the round."""
    result, started, in_a_row = Result(each), time.monotonic(), 0
    try:
        sight.make_whole(lab)
        sight.remove_all(lab)
        if each.ready:
            each.ready(lab)
        for number in range(first + 1, first + count + 1):
            try:
                result.figures.append(each.once(lab, number))
                result.passed += 1
                in_a_row = 0
            except Exception as error:
                result.failed += 1
                in_a_row += 1
                (logs / f"{each.name}-{number}.txt").write_text("".join(traceback.format_exception(error)))
                print(
                    f"{each.name} {number}: FAILED: {str(error).splitlines()[0][:200] if str(error) else type(error)}",
                    flush=True,
                )
                sight.make_whole(lab)
                sight.remove_all(lab)
            if in_a_row == 3:
                result.error = "ended after three failures in a row"
                break
        each.done(lab)
    except Exception as error:
        result.error = f"{type(error).__name__}: {str(error)[:200]}"
        (logs / f"{each.name}.txt").write_text("".join(traceback.format_exception(error)))
    result.seconds = time.monotonic() - started
    return result


def version(lab: Laboratory) -> str:
    done = lab.exec(lab.nodes[0], "pacemakerd", "--version")
    return done.stdout.splitlines()[0] if done.stdout else "unknown"


def commit() -> str:
    """The commit that was measured, marked where the tree has moved on from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "src", "tests/soak")
    return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")
