"""The figures, one function each. All of them use clusters of their own in the work folder."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import inputs
from measure import ROUNDS, Failed, Row, alternate, external_commands, seconds

PACEWRIGHT = str(Path(sys.executable).parent / "pacewright")
HERE = Path(__file__).resolve().parent


class Cluster:
    """An embedded cluster of this bench. ``cib`` is its file, which the peers read too."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cib = folder, folder / "cib.xml"
        self.option = ["--cluster", f"embedded:{folder}"]

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> float:
        return seconds([PACEWRIGHT, *words, *self.option], codes=codes)

    def copy(self, name: str) -> Cluster:
        shutil.rmtree(self.folder.parent / name, ignore_errors=True)
        return Cluster(Path(shutil.copytree(self.folder, self.folder.parent / name)))


def rows(work: Path) -> Iterator[Row]:
    yield from load_hundred(work)
    settled = Cluster(work / "c100")
    spec = written(work / "s100.yaml", inputs.spec(100))
    settled.run("apply", str(spec), "--yes")
    yield status_of_one(settled)
    yield apply_again(settled, spec)
    yield from plan_five_hundred(work)
    yield from thousand(work)


def load_hundred(work: Path) -> Iterator[Row]:
    """100 resources into an empty CIB: ours and crmsh alternate; the hundred pcs calls run once."""
    spec = written(work / "load.yaml", inputs.spec(100))
    crm = written(work / "load.crm", inputs.crm(100))
    ours, peer = Cluster(work / "load"), work / "load.xml"

    def load_ours() -> float:
        shutil.rmtree(ours.folder, ignore_errors=True)
        return ours.run("apply", str(spec), "--yes", "--no-wait")

    def load_crm() -> float:
        written(peer, inputs.empty_cib())
        return seconds(["crm", "configure", "load", "update", str(crm)], cib=peer)

    mine, theirs = alternate(load_ours, load_crm)
    require_resources(ours.cib, 100)
    require_resources(peer, 100)
    yield Row("100 resources into an empty CIB", "crm configure load update", mine, theirs, 0.5)
    written(peer, inputs.empty_cib())
    calls = sum(seconds(command) for command in inputs.pcs_commands(100, peer))
    require_resources(peer, 100)
    yield Row("100 resources into an empty CIB", "100 x pcs resource create", mine, calls, 0.02)


def status_of_one(cluster: Cluster) -> Row:
    one = inputs.name(50)
    mine, theirs = alternate(
        lambda: cluster.run("status", one, "--json"),
        lambda: seconds(["pcs", "-f", str(cluster.cib), "resource", "status", one]),
    )
    reads = count_reads(cluster, "status", one, "--json")
    row = Row("status ONE --json", "pcs resource status ONE", mine, theirs, 0.25, notes={"reads by cibadmin": reads})
    return row


def apply_again(cluster: Cluster, spec: Path) -> Row:
    before = cluster.cib.read_bytes()
    mine, theirs = alternate(
        lambda: cluster.run("apply", str(spec), "--yes"),
        lambda: seconds(["pcs", "-f", str(cluster.cib), "resource", "config"]),
    )
    if cluster.cib.read_bytes() != before:
        raise Failed("apply wrote although nothing had changed")
    notes: dict[str, float | str] = {
        "reads by cibadmin": count_reads(cluster, "apply", str(spec), "--yes"),
        "writes": 0,
    }
    return Row("apply again, nothing changed, 100 resources", "pcs resource config", mine, theirs, 0.3, notes=notes)


def plan_five_hundred(work: Path) -> Iterator[Row]:
    """Against the raw tools on the same CIBs: the one that is, the one that would be, and, where all is new, the one
    after the first transition, which the scheduler has to be asked about too."""
    spec = written(work / "s500.yaml", inputs.spec(500))
    empty = Cluster(work / "c500-empty")
    empty.run("plan", str(spec), codes=(2,))
    full = empty.copy("c500")
    full.run("apply", str(spec), "--yes", "--no-wait")
    desired = full.copy("c500-new").cib
    full.run("wait")
    yield plan_row("plan, 500 new resources", empty, spec, desired, full.cib)

    other = written(work / "s500-changed.yaml", inputs.spec(500, fake="2"))
    changed = full.copy("c500-changed")
    changed.run("apply", str(other), "--yes", "--no-wait")
    yield plan_row("plan, 1 changed of 500 resources", full, other, changed.cib)


def plan_row(work: str, cluster: Cluster, spec: Path, *asked: Path) -> Row:
    """``asked``: the CIBs beside the live one that the scheduler must be asked about, the desired one first."""
    live = cluster.cib
    graph = cluster.folder / "graph.xml"
    simulate = ["crm_simulate", "--run", "--output-as=xml", "--save-graph", str(graph), "--xml-file"]

    def raw() -> float:
        return (
            seconds(["cibadmin", "--query"], cib=live)
            + seconds(["crm_diff", "--cib", "--original", str(live), "--new", str(asked[0])], codes=(0, 1))
            + sum(seconds([*simulate, str(cib)]) for cib in (live, *asked))
        )

    mine, theirs = alternate(lambda: cluster.run("plan", str(spec), codes=(2,)), raw)
    ran = external_commands([PACEWRIGHT, "plan", str(spec), *cluster.option], codes=(2,))
    tools = ", ".join(sorted({each.split()[0] for each in ran}))
    peer = f"cibadmin -Q, crm_diff, crm_simulate -R {'twice' if len(asked) == 1 else f'{len(asked) + 1} times'}"
    return Row(work, peer, mine, theirs, 1.5, notes={"programs run": len(ran), "which": tools})


def thousand(work: Path) -> Iterator[Row]:
    """Check, expand and compare, whole process: absolute bars, and how time grows from 500 to 1,000."""
    half, half_peak = pipeline(work, 500)
    full, full_peak = pipeline(work, 1000)
    start = statistics.median(seconds([sys.executable, "-c", "import pacewright"]) for _ in range(ROUNDS))
    yield Row("1,000 resources: check, expand, compare", "2 s", full, 2, 1)
    yield Row("  time of 1,000 by twice the time of 500", "linear", full - start, 2 * (half - start), 1.2)
    yield Row("  peak memory", "200 MiB", full_peak, 200, 1, unit="MiB", notes={"MiB for 500": half_peak})


def pipeline(work: Path, count: int) -> tuple[float, float]:
    """Median seconds and peak MiB of reading, checking, composing and comparing that many resources."""
    spec = written(work / f"p{count}.yaml", inputs.constrained_spec(count))
    cib = work / f"p{count}.xml"
    seconds([PACEWRIGHT, "convert", str(spec), "--to", "cib", "-o", str(cib)])
    written(spec, inputs.constrained_spec(count).replace("fake: 1", "fake: 2"))
    command = [sys.executable, str(HERE / "pipeline.py"), str(spec), str(cib)]
    median = statistics.median(seconds(command) for _ in range(ROUNDS))
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if answer["changes"] != count or answer["errors"]:
        raise Failed(f"{count} resources were to be changed, without errors: {answer}")
    return median, answer["peak_mib"]


def count_reads(cluster: Cluster, *words: str) -> int:
    ran = external_commands([PACEWRIGHT, *words, *cluster.option])
    return sum("cibadmin" in each and "--query" in each for each in ran)


def require_resources(cib: Path, count: int) -> None:
    found = cib.read_text().count('<primitive id="d')
    if found != count:
        raise Failed(f"{cib}: {found} resources instead of {count}")


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
