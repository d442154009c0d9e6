"""The numbers of docs/choosing.md are those that the examples, the scheduler and the long rounds give."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from needs import needs
from pacewright.cli.main import main
from pacewright.sources.spec import read, write

ROOT = Path(__file__).parents[2]
EXAMPLES, DOCS = ROOT / "examples", ROOT / "docs"
TEXT = (DOCS / "choosing.md").read_text()
WORDS = " ".join(TEXT.split())
ARCHITECTURES = ["classic", "full", "lightweight", "composable", "containers"]
VIP = "    redis: 172.16.2.8\n"
GALERA = "resources: {galera: {params: {additional_parameters: --open-files-limit=32768}}}\n"


class Loader(yaml.SafeLoader):
    pass


Loader.add_constructor("!secret", lambda _loader, node: node.value)


def row(name: str) -> list[str]:
    """The cells of the row of a table that begins so."""
    rows = [line for line in TEXT.splitlines() if line.startswith(f"| {name} |")]
    assert rows, name
    return [cell.strip() for cell in rows[0].strip("|").split("|")][1:]


def expanded(text: str) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.load(write(read(text.encode(), str(EXAMPLES / "x.yaml")).configuration), Loader)
    return tree


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.yaml").read_text()


def stored(way: str) -> str:
    """The lightweight cloud with database and broker in another way."""
    where = "options: {mysql-device: 'nfs:/mysql', rabbitmq-device: 'nfs:/rabbitmq'}" if way == "filesystem" else ""
    return (
        example("lightweight")
        .replace("galera, rabbitmq, ", "")
        .replace(VIP, f"{VIP}    mysql: 172.16.2.20\n    rabbitmq: 172.16.2.21\n")
        .replace("  services:", f"  database: {way}\n  broker: {way}\n  {where}\n  services:")
    )


def operation(spec: dict[str, Any], resource: str, name: str, **more: str) -> dict[str, str]:
    found = spec["resources"][resource]["operations"][name]
    listed = found if isinstance(found, list) else [found]
    return next(each for each in listed if more.items() <= each.items())


def seconds(text: Any) -> int:
    return int(str(text).removesuffix("s"))


# ---- counts


@pytest.mark.parametrize("number", range(5), ids=ARCHITECTURES)
def test_counts_of_the_examples(number):
    spec = expanded(example(ARCHITECTURES[number]))
    assert "resources of the example" in TEXT
    assert int(row("resources of the example")[number]) == len(spec["resources"])
    for kind in ("orders", "colocations", "locations"):
        assert int(row(kind)[number]) == len(spec.get(kind, {})), kind


def test_the_two_graphs(capsys):
    capsys.readouterr()
    files = [str(EXAMPLES / f"{name}.yaml") for name in ("full", "lightweight")]
    assert main(["graph", files[0], "--compare", files[1], "--json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    specs = [expanded(example(name)) for name in ("full", "lightweight")]
    resources = [len(spec["resources"]) for spec in specs]
    constraints = [len(spec["orders"]) + len(spec["colocations"]) for spec in specs]
    changes, gone = graph["changes"], Counter(e["type"] for e in graph["edges"] if e.get("change") == "removed")
    assert (
        f"{resources[0]} resources and {constraints[0]} constraints become {resources[1]} and {constraints[1]}; "
        f"{changes['removed']} objects are removed, {changes['added']} added, {changes['changed']} changed"
    ) in WORDS
    assert f"{gone['order']} orders and {gone['colocation']} colocations" in WORDS
    assert changes["removed"] == resources[0] - resources[1] + gone["order"] + gone["colocation"]


def test_instances_that_a_node_adds():
    full, light = (expanded(example(n))["resources"].values() for n in ("full", "lightweight"))
    clones, devices = ([sum(bool({"clone", "promotable"} & r.keys()) for r in each) for each in (full, light)],
                       sum(r.get("agent", "").startswith("stonith:") for r in light))  # fmt: skip
    assert f"some {clones[0]} instances for Pacemaker to watch" in TEXT
    alone = [sum("agent" in r for r in each) - n for each, n in zip((full, light), clones, strict=True)]
    instances = [3 * n + m for n, m in zip(clones, alone, strict=True)]
    assert (
        f"with {instances[1]} instances in all on three nodes, of which {devices} are fencing devices "
        f"(**measured**; full: {instances[0]})"
    ) in TEXT


# ---- timeouts


def test_timeouts_of_the_architectures():
    classic, full, containers = (expanded(example(n)) for n in ("classic", "full", "containers"))
    start = seconds(operation(classic, "p_mysql", "start")["timeout"])
    assert f"MySQL has up to {start} s to start (**configured**)" in TEXT
    intervals = Counter(
        seconds(each["operations"]["monitor"]["interval"]) for each in classic["resources"].values() if "agent" in each
    )
    assert max(i for i in intervals if i < 120) == 30
    assert operation(classic, "p_mysql", "monitor")["interval"] == operation(classic, "p_IP", "monitor")["interval"]
    assert f"seen within 30 s, of MySQL and the address within {max(intervals)} s (**configured**)" in TEXT
    units = {seconds(e["operations"]["monitor"]["interval"]) for e in full["resources"].values()
             if e.get("agent", "").startswith("systemd:")}  # fmt: skip
    assert units == {60}
    assert "seen within 60 s (**configured**)" in TEXT
    assert f"each start may take {seconds(containers['operation-defaults']['timeout'])} s (**configured**)" in TEXT


def test_timeouts_of_the_database():
    galera, drbd, plain = expanded(example("lightweight")), expanded(stored("drbd")), expanded(stored("filesystem"))
    promote = operation(galera, "galera", "promote")
    assert promote["on-fail"] == "block"
    assert f"Promotion may take {seconds(promote['timeout'])} s, its failure blocks (**configured**)" in TEXT
    promoted = operation(galera, "galera", "monitor", role="Promoted")
    other = next(m for m in galera["resources"]["galera"]["operations"]["monitor"] if "role" not in m)
    assert promoted["timeout"] == other["timeout"]
    assert (
        f"within {seconds(promoted['interval'])} s where promoted, {seconds(other['interval'])} s else, "
        f"each with up to {seconds(promoted['timeout'])} s (**configured**)"
    ) in TEXT
    steps = [("promotion", drbd, "p_drbd_mysql", "promote"), ("mount", plain, "p_fs_mysql", "start"),
             ("start", plain, "p_mysql", "start")]  # fmt: skip
    said = [f"{word} ({seconds(operation(spec, id_, name)['timeout'])} s)" for word, spec, id_, name in steps]
    assert f"fencing, then {', '.join(said)} (**configured** limits)" in TEXT
    monitor = operation(plain, "p_mysql", "monitor")
    assert (
        f"within {seconds(monitor['interval'])} s and {seconds(monitor['timeout'])} s for the answer (**configured**)"
    ) in TEXT
    stop = seconds(operation(plain, "p_fs_mysql", "stop")["timeout"])
    assert f"holds the stop; after {stop} s the node is fenced (**configured**)" in TEXT
    assert drbd["resources"]["ms_drbd_mysql"]["meta"]["clone-max"] == 2


def test_timeouts_of_the_broker():
    rabbitmq, drbd, plain = expanded(example("lightweight")), expanded(stored("drbd")), expanded(stored("filesystem"))
    monitor = operation(rabbitmq, "rabbitmq", "monitor")
    assert (
        f"within {seconds(monitor['interval'])} s, with up to {seconds(monitor['timeout'])} s for the answer "
        "(**configured**)"
    ) in TEXT
    steps = [("promotion", drbd, "p_drbd_rabbitmq", "promote"), ("mount", plain, "p_fs_rabbitmq", "start"),
             ("start", plain, "p_rabbitmq", "start")]  # fmt: skip
    said = [f"{word} ({seconds(operation(spec, id_, name)['timeout'])} s)" for word, spec, id_, name in steps]
    assert f"fencing, {', '.join(said)} (**configured** limits)" in TEXT
    monitor = operation(plain, "p_rabbitmq", "monitor")
    assert (f"within {seconds(monitor['interval'])} s, with {seconds(monitor['timeout'])} s (**configured**)") in TEXT
    assert plain["resources"]["p_rabbitmq"]["params"]["nodename"] == "rabbit@localhost"


# ---- what was measured in long rounds


def test_long_rounds():
    rows = [line for line in (DOCS / "soak.md").read_text().splitlines() if line.startswith("| failover |")]
    assert rows
    for line in rows:
        found = re.search(r"address answers ([\d.]+) s \(up to ([\d.]+)\)", line)
        assert found
        assert float(found.group(1)) == pytest.approx(14, abs=3)
        assert float(found.group(2)) < 60
    assert "about 14 s (median), and after less than 60 s at worst" in WORDS
    bundles = next(line for line in (DOCS / "soak.md").read_text().splitlines() if line.startswith("| bundle-failover"))
    cells = [cell.strip() for cell in bundles.strip("|").split("|")]
    assert cells[1] == cells[2]
    assert "never two promoted" in bundles


# ---- what the scheduler says


@pytest.fixture
def plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Plans a changed example on the embedded cluster that runs another, and gives the exit code and what it says."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    cluster = ["--cluster", f"embedded:{tmp_path / 'cluster'}"]

    def planned(running: str | None, name: str, edit: Callable[[str], str] = str, *words: str) -> tuple[int, str]:
        if running is not None:
            assert main(["apply", str(tmp_path / "examples" / f"{running}.yaml"), "--yes", *cluster]) == 0
        path = tmp_path / "examples" / "next.yaml"
        path.write_text(edit(example(name)))
        capsys.readouterr()
        code = main(["plan", str(path), *words, *cluster])
        return code, capsys.readouterr().out

    return planned


def line_of(output: str, word: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(word)).removesuffix(":")


@needs("crm_simulate")
@pytest.mark.parametrize("name", ["full", "lightweight"])
def test_a_first_plan(plan, name):
    _, output = plan(None, name)
    assert f"$ pacewright plan examples/{name}.yaml\n{line_of(output, 'Effects')}:\n" in TEXT


def composable(text: str) -> str:
    return text.replace("architecture: lightweight", "architecture: composable").replace("newton", "ocata")


@needs("crm_simulate")
@pytest.mark.parametrize(
    ("running", "name", "edit", "words", "said"),
    [
        ("full", "lightweight", str, ["--prune"], "| full | lightweight `--prune` |"),
        ("lightweight", "full", str, [], "| lightweight | full |"),
        ("lightweight", "lightweight", composable, ["--prune"],
         "| lightweight | composable, Ocata, the same nodes `--prune` |"),
        ("lightweight", "containers", str, ["--prune"], "| lightweight | containers `--prune` |"),
    ],
)  # fmt: skip
def test_a_plan_across_architectures(plan, running, name, edit, words, said):
    code, output = plan(running, name, edit, *words)
    assert code == 2
    assert f"{said} `{line_of(output, 'Changes')}`, `{line_of(output, 'Effects')}`" in TEXT


@needs("crm_simulate")
def test_full_to_lightweight_keeps_what_goes_and_can_be_refused(plan):
    code, output = plan("full", "lightweight")
    assert code == 0
    assert "Nothing to do" in output
    assert "| full | lightweight | `Nothing to do`: all that goes is *left over*, and kept |" in TEXT
    code, _ = plan(None, "lightweight", str, "--prune", "--forbid", "stop")
    assert f"with `--forbid stop` exit code {code} |" in TEXT


def mysql(text: str) -> str:
    return text + "resources: {p_mysql: {params: {config: /etc/mysql/mariadb.cnf}}}\n"


def galera(text: str) -> str:
    return text + GALERA


def tag(text: str) -> str:
    return text.replace("tag: pcmklatest", 'tag: "17"')


def image(text: str) -> str:
    return text.replace("tag: pcmklatest", 'tag: pcmklatest, images: {galera: "mariadb:17"}')


@needs("crm_simulate")
@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("classic", mysql, "| classic | {}: the group"),
        ("full", galera, "| full | {} of 130"),
        ("lightweight", galera, "| lightweight | {}: the database"),
        ("composable", galera, "| composable | {}: the database"),
        ("containers", image, "| containers, one image | {}: three containers"),
        ("containers", tag, "| containers, all images | {} |"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_what_restarts(plan, name, edit, said):
    _, output = plan(name, name, edit)
    found = re.fullmatch(r"Effects \((\d+) restart\)", line_of(output, "Effects"))
    assert found, line_of(output, "Effects")
    assert said.format(found.group(1)) in TEXT


@needs("crm_simulate")
def test_a_timeout_restarts_nothing(plan):
    _, output = plan(
        "lightweight",
        "lightweight",
        lambda text: text + "resources: {galera: {operations: {promote: {timeout: 400s}}}}\n",
    )
    assert "Effects of these changes: none." in output
    assert "A changed timeout or interval restarts nothing." in TEXT
