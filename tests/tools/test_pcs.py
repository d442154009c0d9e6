"""Our pcs commands, run by the real pcs on an empty CIB file, give the configuration that they came from."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pacewright.cib.codec import read_cib
from pacewright.cib.document import cib_text
from pacewright.cib.meaning import configuration_meaning
from pacewright.cib.normal import Plain
from pacewright.model.configuration import Configuration, configuration
from pacewright.model.nodes import Node
from pacewright.sources import pcs

RICH = Path(__file__).parents[1] / "unit" / "pcs" / "rich.xml"
PCS = shutil.which("pcs")

pytestmark = pytest.mark.skipif(PCS is None, reason="pcs is not installed: its real behaviour is NOT checked")


def run_pcs(cib: Path, *words: str) -> str:
    done = subprocess.run([str(PCS), "-f", str(cib), *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"pcs {shlex.join(words)}: {done.stderr}"
    return done.stdout


def run_script(cib: Path, script: str) -> None:
    """Each command in a process of its own, its words as a shell would split them, without a shell."""
    for line in script.replace(" \\\n", " ").splitlines():
        if not line.startswith("#"):
            program, *words = shlex.split(line)
            assert program == "pcs"
            run_pcs(cib, *words)


def written_by_pcs(directory: Path, wanted: Configuration) -> Path:
    """An empty CIB with the nodes, which pcs -f cannot create, after our commands for the rest."""
    cib = directory / "cib.xml"
    cib.write_text(cib_text(configuration(nodes=tuple(_bare(wanted)))))
    run_script(cib, pcs.write(wanted))
    return cib


def _bare(wanted: Configuration) -> list[Node]:
    return [Node(id=node.id, name=node.name) for node in wanted.nodes]


def resources(meant: dict[str, Plain]) -> dict[str, Plain]:
    return {address: value for address, value in meant.items() if address.startswith("resource ")}


def test_the_real_pcs_makes_an_equal_cib(tmp_path: Path) -> None:
    wanted, _ = read_cib(RICH.read_bytes())
    cib = written_by_pcs(tmp_path, wanted)
    made, _ = read_cib(cib.read_bytes())
    meant = configuration_meaning(wanted)
    assert configuration_meaning(made) == meant

    printed = run_pcs(cib, "resource", "config", "--output-format=cmd")
    printed += ";\n" + run_pcs(cib, "stonith", "config", "--output-format=cmd")
    back = resources(configuration_meaning(pcs.read(printed.encode(), "pcs").configuration))
    assert back == _as_pcs_prints(resources(meant))


def _as_pcs_prints(meant: dict[str, Plain]) -> dict[str, Plain]:
    """pcs 0.11.5 leaves out add-host and descriptions of operations; a resource without monitor is printed without, and
    gets one when its command is run."""
    printed = {}
    for address, value in meant.items():
        network = {k: v for k, v in value.get("network", {}).items() if k != "add-host"}
        printed[address] = {**value, **({"network": network} if network else {})}
        if operations := value.get("operations"):
            plain = {name: {k: v for k, v in op.items() if k != "description"} for name, op in operations.items()}
            printed[address]["operations"] = plain
        elif value["object"] == "primitive":
            printed[address]["operations"] = {"monitor": {"interval": "60s"}}
    return printed


def test_values_that_look_like_options_or_shell_code_stay_values(tmp_path: Path) -> None:
    nasty = [
        "-1",
        "--force",
        "--",
        "$(reboot)",
        "`id`",
        "a;b && c",
        "'\"\\",
        "  two  blanks ",
        "x=y=z",
        "#",
        "ä€",
        "op",
    ]
    pairs = "".join(f"<nvpair id='n{i}' name='k{i}' value={_xml(value)}/>" for i, value in enumerate(nasty))
    wanted, _ = read_cib(
        "<cib><configuration><resources><primitive id='p' class='ocf' provider='example' type='NotInstalled'>"
        f"<instance_attributes id='i'>{pairs}</instance_attributes>"
        "<operations><op id='o' name='monitor' interval='9s'/></operations>"
        "</primitive></resources></configuration></cib>".encode()
    )
    made, _ = read_cib(written_by_pcs(tmp_path, wanted).read_bytes())
    assert configuration_meaning(made) == configuration_meaning(wanted)


def _xml(value: str) -> str:
    return '"' + re.sub(r'[<>&"]', lambda m: f"&#{ord(m[0])};", value) + '"'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # pcs fills in the other role; `and` binds as tight as `or`; a location of the same resource and node goes
        (
            "constraint colocation add --force -- Promoted c with a 5 id=x",
            "constraint location a rule x eq 1 or y eq 2 and z eq 3",
        ),
        ("constraint location a prefers alice=5 bob", "constraint location a avoids alice"),
    ],
)
def test_effects_of_pcs_are_followed(tmp_path: Path, first: str, second: str) -> None:
    cib = tmp_path / "cib.xml"
    cib.write_text(cib_text(configuration()))
    script = (
        "pcs resource create --force --no-default-ops -- a ocf:example:NotInstalled op start timeout=5\n"
        f"pcs resource create --force --disabled -- b ocf:example:NotInstalled promotable c\n"
        f"pcs {first}\npcs {second}\n"
    )
    run_script(cib, script)
    made, _ = read_cib(cib.read_bytes())
    assert configuration_meaning(pcs.read(script.encode(), "s").configuration) == configuration_meaning(made)
