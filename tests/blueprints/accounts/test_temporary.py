"""Signing in with a temporary password, and the page on which it is replaced (K136 to K138)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from conserje import clock, tokens
from conserje.accounts import temporary_passwords
from conserje.accounts.models import Account, WebSession
from conserje.database import db
from tests.blueprints.conftest import MakeApp
from tests.builders import Cast
from tests.page import Visitor

NEW = "caballo correcto batería grapa"


@pytest.fixture
def given(app: Flask, cast: Cast) -> tuple[str, str]:
    """The temporary password that the conserje was sent, and the path of its link."""
    with app.app_context():
        issued = temporary_passwords.prepare()
        account = db.session.get_one(Account, cast.accounts["conserje"])
        temporary_passwords.give(account, issued, now=clock.now())
        db.session.commit()
        return tokens.legible(issued.seed), f"/clave/temporal/{tokens.derive(issued.seed)}"


def sign_in(browser: Visitor, password: str) -> Visitor:
    return browser.get("/ingresar").submit("form", email="conserje@demo.example", password=password)


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(WebSession)).all())


def test_the_whole_way_by_the_link(app: Flask, given: tuple[str, str]) -> None:
    temporary, path = given
    browser = Visitor(app).get(path)
    browser.submit("form", temporary_password=temporary, new_password=NEW, repeated=NEW)
    assert (browser.status, browser.answer.location) == (303, "/ingresar")
    assert "Su contraseña quedó guardada" in browser.follow().text()
    browser.sign_in("conserje@demo.example", NEW)
    assert browser.status == 200
    assert browser.get(path).status == 404
    assert "ya se usó o venció" in browser.text()


def test_signing_in_with_it_opens_no_session_but_that_page(app: Flask, given: tuple[str, str]) -> None:
    temporary, path = given
    browser = sign_in(Visitor(app), temporary)
    assert (browser.status, browser.answer.location) == (303, path)
    assert sessions(app) == 0
    assert browser.get("/porteria/").status == 303
    assert browser.get(path).status == 200


def test_a_lapsed_one_is_answered_like_a_wrong_one(app: Flask, cast: Cast, given: tuple[str, str]) -> None:
    temporary, _ = given
    wrong = sign_in(Visitor(app), "no es la contraseña")
    with app.app_context():
        db.session.execute(update(Account).values(temporary_until=clock.now() - timedelta(seconds=1)))
        db.session.commit()
    lapsed = sign_in(Visitor(app), temporary)
    assert (lapsed.status, wrong.status) == (422, 422)
    assert lapsed.text("main") == wrong.text("main")
    assert "vence a las 72 horas" in lapsed.text("main")
    assert "«Olvidé mi contraseña»" in lapsed.text("main")


@pytest.mark.parametrize(
    ("temporary", "new", "again", "sentence"),
    [
        ("", NEW, NEW, "Ingrese la contraseña temporal"),
        ("otra", NEW, NEW, "La contraseña temporal no es correcta"),
        (None, "", "", "Ingrese la contraseña nueva"),
        (None, NEW, "otra cosa", "no coinciden"),
        (None, "corta", "corta", "al menos 15"),
        (None, None, None, "debe ser distinta"),
    ],
)
def test_what_will_not_do_is_said_and_the_link_still_works(
    app: Flask, given: tuple[str, str], temporary: str | None, new: str | None, again: str | None, sentence: str
) -> None:
    made, path = given
    typed = [made if each is None else each for each in (temporary, new, again)]
    browser = Visitor(app).get(path)
    browser.submit("form", temporary_password=typed[0], new_password=typed[1], repeated=typed[2])
    assert browser.status == 422
    assert sentence in browser.text("[role=alert]")
    browser.submit("form", temporary_password=made, new_password=NEW, repeated=NEW)
    assert browser.status == 303


def test_a_second_post_finds_it_used(app: Flask, given: tuple[str, str]) -> None:
    temporary, path = given
    browser = Visitor(app).get(path)
    fields = {"temporary_password": temporary, "new_password": NEW, "repeated": NEW, "csrf_token": browser.csrf_token()}
    assert [browser.post(path, fields).status for _ in range(2)] == [303, 404]


def test_guessing_is_limited_by_address(make_app: MakeApp, given: tuple[str, str]) -> None:
    house = make_app(RATELIMIT_ENABLED=True)
    browser, (_, path) = Visitor(house), given
    statuses = [browser.get(path).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize("token", ["x" * 22, "x", "%00", "á" * 22])
def test_an_unknown_token_shows_nothing(app: Flask, cast: Cast, token: str) -> None:
    assert Visitor(app).get(f"/clave/temporal/{token}").status == 404
