"""Which value a service reads. What is expected was printed by oslo.config 10.7 (3.17 for Newton) for the same files."""

from __future__ import annotations

import pytest

from pacewright.architectures.oslo import effective, files_read, value_in

FILE, FOLDER = "/etc/demo/demo.conf", "/etc/demo/demo.conf.d"
TEXTS = {
    FILE: "[database]\nmax_retries=10\n",
    f"{FOLDER}/40-pacewright.conf": "[database]\nmax_retries=-1\ndb_max_retries=-1\n",
}


def names(folder: str) -> list[str]:
    return ["README", "40-pacewright.conf"] if folder == FOLDER else []


def read(arguments: list[str], release: str = "zed") -> tuple[str | None, str | None]:
    files = files_read(FILE, arguments, release, names)
    return tuple(effective(files, TEXTS, "database", option)[0] for option in ("max_retries", "db_max_retries"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["demo-api"], ("-1", "-1")),
        (["demo-api", "--config-file", FILE], ("10", "-1")),  # a file that is named wins over a default folder
        (["demo-api", f"--config-file={FILE}"], ("10", "-1")),
        (["demo-api", "--config-file", FILE, "--config-dir", FOLDER], ("-1", "-1")),
        (["demo-api", "--config-dir", FOLDER, "--config-file", FILE], ("10", "-1")),
        (["demo-api", "--config-dir", "/etc/other"], ("10", None)),
    ],
)
def test_what_holds_hangs_on_the_command_line(arguments, expected):
    assert read(arguments) == expected


def test_newton_does_not_look_into_folders_by_itself():
    assert read(["demo-api"], "newton") == ("10", None)
    assert read(["demo-api", "--config-file", FILE, "--config-dir", FOLDER], "newton") == ("-1", "-1")


def test_the_folder_of_the_program_is_read_after_that_of_the_project():
    def both(folder: str) -> list[str]:
        return ["a.conf"] if folder in (FOLDER, "/etc/demo/demo-api.conf.d") else []

    found = files_read(FILE, ["/usr/bin/python3", "/usr/bin/demo-api"], "zed", both)
    assert found == [FILE, f"{FOLDER}/a.conf", "/etc/demo/demo-api.conf.d/a.conf"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[DATABASE]\nmax_retries=7\n", "7"),
        ("[database]\nmax-retries=7\n", None),
        ("[database]\nMAX_RETRIES=7\n", None),
        ("[database]\nmax_retries: 7\n", "7"),
        ("[database]\nmax_retries=1\nmax_retries=2\n", "2"),
        ("[database]\nmax_retries = 'q'\n", "q"),
        ("[database]\nmax_retries = a\n b\n", "a\nb"),
        ("[ database ]\nmax_retries=3\n", None),
        ("[database]\n; x\n#max_retries=1\nmax_retries = 5 # no\n", "5 # no"),
        ("[database]\nmax_retries=\n", ""),
        ("[other]\nmax_retries=1\n[database]\n", None),
    ],
)
def test_one_file(text, expected):
    assert value_in(text, "database", "max_retries") == expected


def test_the_first_section_is_called_as_it_is():
    assert value_in("[default]\nhost=x\n", "DEFAULT", "host") is None
    assert value_in("[DEFAULT]\nhost=x\n", "DEFAULT", "host") == "x"
