"""One line per request with an id, and never what would make the log worth stealing."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from conserje.accounts.models import Account
from conserje.blueprints.access import public
from conserje.database import db
from conserje.visits import registration
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import rows
from tests.builders import PASSWORD, Cast
from tests.page import Visitor
from tests.photos.pictures import encoded, halves

# What the story types or sees, in every way in which it is written.
PERSONAL = {
    "a document": ("12345678-5", "12.345.678-5", "123456785"),
    "a name": ("Camila", "Soto"),
    "a telephone": ("61234567", "6123 4567", "87654321", "8765 4321"),
    "a plate": ("BCDF12", "BCDF·12"),
    "an e-mail": ("conserje@demo.example",),
    "a password": (PASSWORD, "caballo"),
    "a query": ("q=", "Rojas", "desde="),
}
LINE = re.compile(
    r"request=[0-9a-f]{12} (GET|POST) /\S* status=\d{3} bytes=(\d+|-) ms=\d+\.\d account=(\d+|-) community=(\d+|-)"
)


def _lives_a_day(app: Flask, cast: Cast) -> tuple[Visitor, int]:
    """Signs in, looks a unit up, registers a visitor with a photograph, sees telephones and a profile, and leaves."""
    browser = Visitor(app)
    browser.get("/ingresar")
    browser.submit("form", email="conserje@demo.example", password="caballo de madera")
    browser.sign_in("conserje@demo.example")
    browser.get("/porteria/unidades?q=Rojas").follow()
    browser.click("Agregar Visitante")
    browser.submit(
        "#visitor-form",
        document_number="12.345.678-5",
        full_name="Camila Soto Díaz",
        plate="BCDF12",
        photo=(encoded(halves()), "Camila Soto.jpg"),
    ).follow()
    browser.press("Ver Teléfonos")
    visit = rows(app, cast.aromos, registration.Visit)[0]
    browser.get(f"/porteria/visitantes/{visit.visitor_id}?desde=1-1")
    browser.get(f"/porteria/fotos/{visit.photo}.jpg")
    browser.get("/porteria/")
    browser.submit("#acts")
    return browser, 15


def test_each_request_leaves_one_line(app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="conserje")
    _, requests = _lives_a_day(app, cast)
    lines = [record.getMessage() for record in caplog.records if record.name == "conserje"]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert len(lines) == requests


def test_no_line_holds_anything_of_a_person_or_that_opens_a_session(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Visitor(app)
    browser.sign_in("conserje@demo.example")
    with browser.client.session_transaction() as session:
        token = session["_user_id"]
    _lives_a_day(app, cast)
    for what, texts in (*PERSONAL.items(), ("a token", (token,))):
        assert [text for text in texts if text in caplog.text] == [], what


def test_a_line_says_who_worked_where(app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    browser = Visitor(app)
    browser.sign_in(cast.emails["conserje"])
    caplog.set_level(logging.INFO, logger="conserje")
    browser.get("/porteria/")
    line = caplog.records[-1].getMessage()
    assert f"account={cast.accounts['conserje']} community={cast.aromos}" in line
    assert line.startswith(f"request={browser.answer.headers['X-Request-Id']} GET /porteria/ status=200")


def test_a_long_secret_in_an_address_is_left_out(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="conserje")
    app.test_client().get("/a/Zm9vYmFyYmF6cXV4MTIzNA/decidir?t=Zm9vYmFyYmF6cXV4MTIzNA")
    assert "Zm9v" not in caplog.text
    assert " /a/-/decidir status=404" in caplog.text


@pytest.mark.parametrize("control", ["%0A", "%0D", "%1B[31m", "%E2%80%A8", "%C2%85"])
def test_an_address_cannot_forge_a_line(app: Flask, caplog: pytest.LogCaptureFixture, control: str) -> None:
    caplog.set_level(logging.INFO, logger="conserje")
    app.test_client().get(f"/nada{control}request=0 GET /porteria/ status=200")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "conserje"]
    assert line.isprintable()


def test_a_fault_of_the_database_does_not_log_the_values_it_was_given(
    make_app: MakeApp, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """The account exists, so the database refuses it, and both SQLAlchemy and PostgreSQL would quote it."""
    house = make_app()

    @public
    def view() -> str:
        with Session(db.engine) as session:
            first = session.get(Account, cast.accounts["conserje"])
            assert first is not None
            values = {c.name: getattr(first, c.name) for c in Account.__table__.columns if c.name != "id"}
            session.execute(insert(Account).values(values))
        return ""

    house.add_url_rule("/dos-veces", "twice", view)
    caplog.set_level(logging.INFO, logger="conserje")
    assert house.test_client().get("/dos-veces").status_code == 500
    assert "IntegrityError" in caplog.text
    for text in ("conserje@demo.example", "Gustavo", "argon2id"):
        assert text not in caplog.text
