"""Coverage-guided fuzzing of one parser: ``python tests/fuzz/fuzz_parser.py spec|crm|pcs|cib [SECONDS]`` (default 60).

Anything but SpecError that a parser raises, and anything that reading back what we wrote of it raises, is a finding.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pacewright"]):
    from pacewright.cib.checks.check import check
    from pacewright.model.errors import ConversionError, SpecError
    from pacewright.sources.formats import module_of

EXAMPLES = {"spec": ("yaml", "yml"), "crm": ("crm",), "pcs": ("pcs",), "cib": ("xml",)}


def seeds(kind: str, folder: Path) -> Path:
    """A corpus of all the texts of this kind that the tests and examples have."""
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parent.parent.parent
    for number, path in enumerate(
        p
        for ending in EXAMPLES[kind]
        for place in ("tests", "examples")
        for p in sorted((root / place).rglob(f"*.{ending}"))
    ):
        (folder / f"seed-{number}").write_bytes(path.read_bytes())
    return folder


def main() -> None:
    kind = sys.argv[1]
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    module = module_of(kind)

    def one_input(data: bytes) -> None:
        try:
            loaded = module.read(data, "<fuzz>")
        except SpecError:
            return
        check(loaded.configuration)
        try:
            text = module.write(loaded.configuration)
        except ConversionError:
            return
        module.read(text.encode(), "<fuzz again>")

    import tempfile

    with tempfile.TemporaryDirectory(prefix="pacewright-fuzz-") as folder:
        corpus = seeds(kind, Path(folder) / "corpus")
        arguments = [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            "-max_len=4096",
            f"-artifact_prefix={folder}/",
        ]
        atheris.Setup(arguments, one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
