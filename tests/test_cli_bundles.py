"""`flask bundles`, as the operator of an installation sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from conserje import create_app
from conserje.database import db
from conserje.sms_wallet import catalogue
from tests.builders import make_bundle
from tests.conftest import SETTINGS
from tests.test_cli import GOOD_PASSWORD, options

Command = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Command:
    """Runs a command over the empty database."""
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def listed(run: Command) -> list[str]:
    return run("bundles", "list").output.splitlines()


def test_an_installation_is_set_up_with_the_default_catalogue(run: Command, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(GOOD_PASSWORD, "utf-8")
    assert run("setup", *options(), "--password-file", str(file)).exit_code == 0
    lines = listed(run)
    assert len(lines) == 8
    assert (lines[0], lines[-1]) == ("CL  100 SMS  100 SMS  $ 5.990", "CO  1.000 SMS  1000 SMS  $ 154.900")


def test_a_bundle_is_added_and_told(run: Command) -> None:
    result = run("bundles", "add", "co", "200 SMS", "--parts", "200", "--price", "3500050")
    assert (result.exit_code, result.output) == (0, "CO  200 SMS  200 SMS  $ 35.000,50\n")
    assert listed(run) == ["CO  200 SMS  200 SMS  $ 35.000,50"]


def test_a_bundle_is_retired_and_still_listed(app: Flask, run: Command) -> None:
    with app.app_context():
        make_bundle()
        db.session.commit()
    result = run("bundles", "retire", "CL", "100 SMS")
    assert result.exit_code == 0
    assert listed(run) == [result.output.strip()] == ["CL  100 SMS  100 SMS  $ 5.990  (no está a la venta)"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "CL", "Nada", "--parts", "-5", "--price", "100"), "La cantidad de SMS va de 1 a 100000."),
        (("add", "CL", "Nada", "--parts", "5", "--price", "-1"), "El precio va de 0 a 1000000000, sin decimales."),
        (("add", "CL", "100 SMS", "--parts", "5", "--price", "1"), "Ya hay una bolsa de SMS con ese nombre"),
        (("retire", "CO", "100 SMS"), "No hay una bolsa de SMS con ese nombre"),
    ],
)
def test_what_is_refused_is_told_in_one_line_and_changes_nothing(
    app: Flask, run: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    with app.app_context():
        make_bundle()
        db.session.commit()
    result = run("bundles", *arguments)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")
    with app.app_context():
        (bundle,) = catalogue.catalogue()
        assert bundle.is_on_sale


def test_a_country_that_is_not_served_is_refused(run: Command) -> None:
    assert run("bundles", "add", "AR", "100 SMS", "--parts", "100", "--price", "1").exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("list",), ("add", "CL", "100 SMS", "--parts", "1", "--price", "1"), ("retire", "CL", "100 SMS")]
)
def test_the_commands_ask_for_the_migrations_first(
    empty_database_url: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": empty_database_url, "PHOTO_FOLDER": str(tmp_path)})
    result = app.test_cli_runner().invoke(args=["bundles", *arguments])
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 1
    assert "no está al día" in result.output
