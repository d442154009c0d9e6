"""The crm format against the real crmsh: what it prints, what it loads."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from needs import needs
from pacewright.cib.codec import read_cib
from pacewright.cib.document import cib_text
from pacewright.cib.meaning import configuration_meaning
from pacewright.sources import crm

pytestmark = needs("crm", "cibadmin")

ROOT = Path(__file__).parents[2]
CIBS = ROOT / "tests" / "unit" / "crm" / "cibs"
OLDER = b"""\
# spellings that crmsh has had since 2010
primitive a ocf:pacemaker:Dummy op monitor interval=10 foo=1
primitive b ocf:pacemaker:Stateful \\
    params $id=shared state='/run/b c' \\
    op monitor interval=10s role=Master
primitive c ocf:pacemaker:Dummy params $id-ref=shared
primitive d ocf:pacemaker:Dummy
monitor d 20s:30s
group g c d
ms m b meta master-max=1
location l1 g rule $role=Master 100: #uname eq alice and date gt 2026-01-01
location l2 a rule pingd: defined pingd
collocation c1 inf: a m:Master
colocation c2 -inf: ( a m ) g
order o1 inf: m:promote g:start symmetrical=no
order o2 0: [ a g ] m
property $id="cib-bootstrap-options" no-quorum-policy="ignore"
rsc_defaults $id="rsc-options" resource-stickiness="100"
"""


def crmsh(cib: Path, *arguments: str) -> str:
    environment = {**os.environ, "CIB_file": str(cib), "HOME": str(cib.parent), "TERM": "dumb"}
    done = subprocess.run(["crm", "-F", *arguments], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by_crmsh(text: bytes, folder: Path) -> dict[str, Any]:
    """The meaning of what crmsh makes of a text, starting from an empty CIB."""
    cib, source = folder / "loaded.xml", folder / "text.crm"
    cib.write_bytes(subprocess.run(["cibadmin", "--empty"], capture_output=True, check=True, timeout=60).stdout)
    source.write_bytes(text)
    crmsh(cib, "configure", "load", "replace", str(source))
    return configuration_meaning(read_cib(cib.read_bytes())[0])


@pytest.mark.parametrize("name", ["resources", "constraints", "sections"])
def test_our_text_loaded_by_crmsh_gives_the_cib(name: str, tmp_path: Path) -> None:
    original, _ = read_cib((CIBS / f"{name}.xml").read_bytes())
    assert loaded_by_crmsh(crm.write(original).encode(), tmp_path) == configuration_meaning(original)


@pytest.mark.parametrize("name", ["resources", "constraints", "sections"])
def test_what_crmsh_shows_imports_to_the_cib(name: str, tmp_path: Path) -> None:
    original, _ = read_cib((CIBS / f"{name}.xml").read_bytes())
    cib = tmp_path / "cib.xml"
    cib.write_text(cib_text(original))
    shown = crmsh(cib, "configure", "show")
    assert configuration_meaning(crm.read(shown.encode(), "shown").configuration) == configuration_meaning(original)


@pytest.mark.parametrize("text", [(ROOT / "examples" / "folsom.crm").read_bytes(), OLDER], ids=["folsom", "older"])
def test_we_read_a_text_as_crmsh_does(text: bytes, tmp_path: Path) -> None:
    ours = configuration_meaning(crm.read(text, "text.crm").configuration)
    assert ours == loaded_by_crmsh(text, tmp_path)
