"""What labs' images are made of."""

from __future__ import annotations

import pytest

from pacewright.cli.outline import outline
from pacewright.lab.images import known, recipe
from pacewright.model.errors import UsageError


def test_an_addition_makes_an_image_of_its_own():
    plain, with_database = recipe("member", "bookworm"), recipe("member", "bookworm", additions=["database"])
    assert "mariadb-server" not in plain.packages
    assert set(with_database.packages) - set(plain.packages) == set(known()["additions"]["database"])
    assert plain.path != with_database.path


def test_the_order_of_additions_does_not_matter():
    one = recipe("member", "trixie", additions=["web", "broker"])
    assert one == recipe("member", "trixie", additions=["broker", "web", "broker"])


def test_an_unknown_addition_is_refused_with_those_that_are_known():
    with pytest.raises(UsageError, match=r"no addition 'databse'; one of database, broker"):
        recipe("member", "bookworm", additions=["databse"])


def test_completion_knows_all_additions():
    up = next(command for command in outline().walk() if command.words == ("lab", "up"))
    argument = next(a for a in up.arguments if "--with" in a.names)
    assert set(argument.choices) == set(known()["additions"])
