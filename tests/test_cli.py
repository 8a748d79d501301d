"""The `flask` commands, as a person at a terminal sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, select

from conserje import create_app, tenancy
from conserje.accounts.models import Account
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.photos.storage import StorageUnavailable
from conserje.visits.models import Visit
from tests.builders import PASSWORD, make_administration
from tests.conftest import SETTINGS
from tests.demo.small import make_small
from tests.page import Visitor

Command = Callable[..., Result]
GOOD_PASSWORD = "cordillera verde y lejana"
SETUP = {
    "--administration": "Administración Los Robles",
    "--community": "Edificio Roble Alto",
    "--country": "CO",
    "--email": "Elena@robles.example",
    "--given-name": "Elena",
    "--paternal-surname": "Beltrán",
}
QUESTIONS = {
    "--administration": "Nombre de la administración",
    "--community": "Nombre de la comunidad",
    "--country": "País",
    "--email": "Correo del súper administrador",
    "--given-name": "Nombre:",
    "--paternal-surname": "Apellido paterno",
}


@pytest.fixture
def run(app: Flask) -> Command:
    """Runs a command over the empty database."""

    def command(*arguments: str, typed: str = "") -> Result:
        return app.test_cli_runner().invoke(args=arguments, input=typed)

    return command


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text(f"{GOOD_PASSWORD}\nanother line\n", "utf-8")
    return str(file)


@pytest.fixture
def in_production(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Command]:
    """Runs a command of an application in production over the same database."""
    settings = {"CONSERJE_MODE": "production", "PUBLIC_BASE_URL": "https://porteria.example"}
    messages = {"SMS_CARRIER": "eum", "EMAIL_CARRIER": "ses", "MAIL_FROM": "avisos@porteria.example"}
    production = create_app(
        {**SETTINGS, **settings, **messages, "DATABASE_URL": database_url, "PHOTO_FOLDER": str(tmp_path / "photos")}
    )
    yield lambda *arguments: production.test_cli_runner().invoke(args=arguments)
    with production.app_context():
        db.engine.dispose()


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


def options(**changed: str) -> list[str]:
    """The options of `setup`, some of them changed: `options(email="x")`; an empty one is left out."""
    given = {**SETUP, **{f"--{name.replace('_', '-')}": value for name, value in changed.items()}}
    return [part for name, value in given.items() if value for part in (name, value)]


def counts(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context(), db.engine.connect() as connection:
        tables = [table for table in db.metadata.sorted_tables if inspect(db.engine).has_table(table.name)]
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def is_untouched(app: Flask) -> bool:
    return not any(counts(app).values())


# setup


def test_setup_makes_the_first_administration_community_and_superadmin(
    app: Flask, run: Command, password_file: str
) -> None:
    result = run("setup", *options(maternal_surname="Ríos"), "--password-file", password_file)
    assert result.exit_code == 0, result.output
    assert result.output == "Listo. Ingrese en http://localhost con Elena@robles.example.\n"
    with app.app_context():
        administration = db.session.scalars(select(Administration)).one()
        community = db.session.scalars(select(Community)).one()
        account = db.session.scalars(select(Account)).one()
    assert administration.name == "Administración Los Robles"
    assert (community.name, community.country, community.time_zone, community.locale) == (
        "Edificio Roble Alto",
        "CO",
        "America/Bogota",
        "es_CO",
    )
    assert community.administration_id == account.administration_id == administration.id
    assert (account.profile, account.given_name, account.paternal_surname, account.maternal_surname) == (
        "superadmin",
        "Elena",
        "Beltrán",
        "Ríos",
    )


def test_the_superadmin_signs_in_with_the_first_line_of_the_file(app: Flask, run: Command, password_file: str) -> None:
    run("setup", *options(), "--password-file", password_file)
    elena = Visitor(app)
    elena.sign_in("elena@robles.example", GOOD_PASSWORD)
    assert "Edificio Roble Alto" in elena.text()


def test_setup_is_written_in_the_journal_without_names(app: Flask, run: Command, password_file: str) -> None:
    run("setup", *options(), "--password-file", password_file)
    with app.app_context():
        line = db.session.scalars(select(AuditLine)).one()
        account_id = db.session.scalars(select(Account.id)).one()
    assert (line.action, line.subject, line.subject_id) == ("installation.founded", "account", account_id)
    assert line.facts.keys() == {"administration", "community"}
    assert line.account_id is None


def test_setup_asks_for_what_the_options_leave_out(app: Flask, run: Command) -> None:
    answers = [*SETUP.values(), GOOD_PASSWORD, GOOD_PASSWORD]
    result = run("setup", typed="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    for question in QUESTIONS.values():
        assert question in result.output
    assert GOOD_PASSWORD not in result.output, "a password is never shown"
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
    assert (account.email, account.given_name, account.paternal_surname) == (
        "Elena@robles.example",
        "Elena",
        "Beltrán",
    )


@pytest.mark.parametrize("left_out", list(SETUP))
def test_setup_asks_for_one_thing_where_one_is_missing(run: Command, password_file: str, left_out: str) -> None:
    given = [part for name, value in SETUP.items() if name != left_out for part in (name, value)]
    result = run("setup", *given, "--password-file", password_file, typed=f"{SETUP[left_out]}\n")
    assert result.exit_code == 0, result.output
    assert [name for name, question in QUESTIONS.items() if question in result.output] == [left_out]


def test_setup_takes_the_password_from_standard_input(app: Flask, run: Command) -> None:
    assert run("setup", *options(), "--password-file", "-", typed=f"{GOOD_PASSWORD}\r\n").exit_code == 0
    elena = Visitor(app)
    elena.sign_in("elena@robles.example", GOOD_PASSWORD)


def test_an_answer_that_cannot_be_is_asked_for_again(run: Command, password_file: str) -> None:
    result = run("setup", *options(email=""), "--password-file", password_file, typed="elena\nelena@robles.example\n")
    assert result.exit_code == 0, result.output
    assert "El correo electrónico no es válido" in result.output
    assert "con elena@robles.example" in result.output


def test_a_weak_password_and_one_mistyped_are_asked_for_again(app: Flask, run: Command) -> None:
    answers = ["corta", "corta", GOOD_PASSWORD, "otra cosa distinta", GOOD_PASSWORD, GOOD_PASSWORD]
    result = run("setup", *options(), typed="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "Use al menos 15 caracteres" in result.output
    Visitor(app).sign_in("elena@robles.example", GOOD_PASSWORD)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"administration": "\u202erobles"}, "El nombre lleva solo letras"),
        ({"community": "🏢"}, "El nombre lleva solo letras"),
        ({"email": "elena"}, "El correo electrónico no es válido"),
        ({"given_name": "E" * 61}, "El nombre admite hasta 60 caracteres"),
        ({"paternal_surname": "  "}, "Ingrese el nombre completo"),
        ({"maternal_surname": "R" * 61}, "El nombre admite hasta 60 caracteres"),
    ],
)
def test_an_option_that_cannot_be_ends_setup(
    app: Flask, run: Command, password_file: str, changed: dict[str, str], sentence: str
) -> None:
    result = run("setup", *options(**changed), "--password-file", password_file)
    assert result.exit_code == 1
    assert sentence in result.output
    assert is_untouched(app)


def test_a_country_that_is_not_served_is_refused(app: Flask, run: Command, password_file: str) -> None:
    result = run("setup", *options(country="AR"), "--password-file", password_file)
    assert result.exit_code == 2
    assert is_untouched(app)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("corta", "Use al menos 15 caracteres"),
        ("ElenaBeltrán2026", "fácil de adivinar"),
        ("contraseña123456", "fácil de adivinar"),
        ("", "Use al menos 15 caracteres"),
    ],
)
def test_a_weak_password_in_the_file_ends_setup(
    app: Flask, run: Command, tmp_path: Path, password: str, sentence: str
) -> None:
    file = tmp_path / "password"
    file.write_text(password, "utf-8")
    result = run("setup", *options(), "--password-file", str(file))
    assert result.exit_code == 1
    assert sentence in result.output
    assert is_untouched(app)


def test_setup_refuses_a_database_that_holds_something_before_it_asks(app: Flask, run: Command) -> None:
    with app.app_context():
        make_administration()
        db.session.commit()
    before = counts(app)
    result = run("setup")
    assert result.exit_code == 1
    assert result.output == "Error: La base de datos ya tiene datos: no se cambió nada.\n"
    assert counts(app) == before


def test_setup_left_half_way_keeps_nothing(app: Flask, run: Command) -> None:
    result = run("setup", *options(), typed=f"{GOOD_PASSWORD}\n")
    assert result.exit_code == 1
    assert is_untouched(app)


def test_setup_works_in_production(app: Flask, in_production: Command, password_file: str) -> None:
    result = in_production("setup", *options(), "--password-file", password_file)
    assert result.exit_code == 0, result.output
    assert "https://porteria.example" in result.output
    assert counts(app)["account"] == 1


# demo

pytest_small = pytest.mark.usefixtures("_small")


@pytest_small
def test_demo_fills_an_empty_database_and_says_how_to_enter(app: Flask, run: Command) -> None:
    result = run("demo", "--if-empty")
    assert result.exit_code == 0, result.output
    assert "Listo: 4 comunidades," in result.output
    assert "Abra http://localhost e ingrese" in result.output
    assert PASSWORD in result.output
    for email in ("conserje@demo.example", "admin@demo.example", "super@demo.example", "prueba@demo.example"):
        assert email in result.output
    assert "conserje@andina.example  Conserje                   Torres del Parque\n" in result.output
    assert "noche@demo.example" not in result.output, "nobody signs in as a colleague"
    with app.app_context():
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "demo.filled")).one()
    assert (line.action, line.facts) == ("demo.filled", {"seed": 2026})


@pytest_small
def test_a_second_demo_if_empty_changes_nothing_and_says_the_same(app: Flask, run: Command) -> None:
    first = run("demo", "--if-empty")
    before = counts(app)
    second = run("demo", "--if-empty")
    assert second.exit_code == 0
    assert counts(app) == before
    assert first.output.endswith(second.output)
    assert "Listo" not in second.output


@pytest_small
def test_demo_without_if_empty_refuses_a_filled_database(app: Flask, run: Command) -> None:
    run("demo")
    before = counts(app)
    result = run("demo")
    assert result.exit_code == 1
    assert result.output == "Error: La base de datos ya tiene datos: no se cambió nada.\n"
    assert counts(app) == before


def test_demo_leaves_other_peoples_data_alone_and_says_so(app: Flask, run: Command, password_file: str) -> None:
    run("setup", *options(), "--password-file", password_file)
    before = counts(app)
    result = run("demo", "--if-empty")
    assert result.exit_code == 0
    assert "tiene otros datos" in result.output
    assert "http://localhost" in result.output
    assert PASSWORD not in result.output
    assert counts(app) == before


@pytest.mark.parametrize("arguments", [(), ("--if-empty",)])
def test_demo_is_refused_in_production(app: Flask, in_production: Command, arguments: tuple[str, ...]) -> None:
    result = in_production("demo", *arguments)
    assert result.exit_code == 1
    assert result.output == "Error: La demostración no se instala en producción: use CONSERJE_MODE=demo.\n"
    assert is_untouched(app)


@pytest_small
def test_another_seed_makes_other_visits(app: Flask, run: Command) -> None:
    assert run("demo", "--seed", "8").exit_code == 0
    with app.app_context():
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "demo.filled")).one()
    assert line.facts == {"seed": 8}


@pytest_small
def test_a_demo_that_fails_half_way_keeps_nothing(app: Flask, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageUnavailable("the photo folder cannot be written: No space left on device")

    monkeypatch.setattr(app.extensions["photos"], "save", full)
    result = run("demo")
    assert result.exit_code == 1
    assert "Las fotos no se pueden guardar" in result.output
    assert "Traceback" not in result.output
    assert is_untouched(app)


@pytest_small
def test_the_administrations_are_apart(app: Flask, run: Command) -> None:
    run("demo")
    with app.app_context():
        torres = db.session.scalars(select(Community).where(Community.name == "Torres del Parque")).one()
        with tenancy.acting_for(torres.id):
            foreign = db.session.scalars(select(Visit).limit(1)).one()
    for name in ("conserje", "admin", "super"):
        person = Visitor(app)
        person.sign_in(f"{name}@demo.example")
        assert "Torres del Parque" not in person.text()
        assert person.get(f"/porteria/unidades/{foreign.unit_id}").status == 404
        assert person.get(f"/porteria/visitas/{foreign.id}").status == 404
    theirs = Visitor(app)
    theirs.sign_in("conserje@andina.example")
    assert theirs.get(f"/porteria/visitas/{foreign.id}").status == 200


@pytest_small
def test_every_account_of_the_demo_enters_its_communities(app: Flask, run: Command) -> None:
    run("demo")
    entered = {}
    for email in ("conserje", "admin", "super", "prueba"):
        person = Visitor(app)
        person.sign_in(f"{email}@demo.example")
        entered[email] = [b.get_text(strip=True) for b in person.page.select("button[formaction='/comunidades']")]
    chileans = ["Condominio Parque Mirador", "Edificio Los Aromos"]
    all_three = [chileans[0], "Conjunto Altos de La Sabana", chileans[1]]
    assert entered == {"conserje": chileans, "admin": all_three, "super": all_three, "prueba": []}


# Either of them


@pytest.mark.parametrize("command", ["setup", "demo"])
def test_a_command_asks_for_the_migrations_first(empty_database_url: str, tmp_path: Path, command: str) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": empty_database_url, "PHOTO_FOLDER": str(tmp_path)})
    result = app.test_cli_runner().invoke(args=[command])
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 1
    assert result.output == ("Error: La base de datos no está al día. Ejecute primero: flask --app app db upgrade\n")
