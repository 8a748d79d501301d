"""Signing in with a second factor: no session before the code, by every way that leads in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select, update

from conserje import clock, tokens
from conserje.accounts import second_factor, second_step, sign_in, temporary_passwords
from conserje.accounts.models import Account, SecondFactor, WebSession
from conserje.blueprints.accounts.second_step import CODES_BY_ADDRESS
from conserje.database import db
from tests.blueprints.conftest import MakeApp
from tests.blueprints.scene import journal
from tests.builders import PASSWORD, Cast, actor
from tests.page import Visitor

NEW = "caballo correcto batería grapa"


@pytest.fixture
def codes(app: Flask, cast: Cast) -> list[str]:
    """The recovery codes of Paula, who has a second factor and is not signed in."""
    with app.app_context():
        account, now = db.session.get_one(Account, cast.accounts["admin"]), clock.now()
        held = sign_in.resume(sign_in.open_session(account, address="127.0.0.1", now=now), now)
        assert held
        second_factor.begin(account, by=actor(account), now=now)
        code = TOTP(second_factor.secret_to_confirm(account, now=now)).at(now)
        found = list(second_factor.confirm(account, code, keep=held[0], by=actor(account), now=now))
        # As if that had been a while ago.
        db.session.execute(update(SecondFactor).values(last_step=0))
        sign_in.end_sessions(account.id)
        db.session.commit()
        return found


def code_now(app: Flask) -> str:
    with app.app_context():
        seed = db.session.scalars(select(SecondFactor.seed)).one()
        return TOTP(tokens.authenticator_secret(seed)).at(clock.now())


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(WebSession)).all())


def with_password(app: Flask, cast: Cast, path: str = "/ingresar", password: str = PASSWORD) -> Visitor:
    browser = Visitor(app).get(path)
    return browser.submit("form", email=cast.emails["admin"], password=password)


def test_the_right_password_opens_no_session_but_asks_for_the_code(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = with_password(app, cast)
    assert (browser.status, browser.answer.location) == (303, "/ingresar/codigo?next=/porteria/")
    assert sessions(app) == 0
    assert browser.get("/porteria/").status == 303
    browser.get("/ingresar/codigo")
    assert browser.text("h1") == "Código de verificación"
    box = browser.one("input[name=code]")
    assert (box["autocomplete"], box["inputmode"]) == ("one-time-code", "numeric")


def test_the_code_opens_the_session_and_leads_where_one_was_going(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = with_password(app, cast, "/ingresar?next=/administracion/usuarios%3Fq=pino").follow()
    browser.submit("form", code="000000")
    assert browser.status == 422
    assert "El código no es correcto o ya se usó" in browser.text(".summary")
    browser.submit("form", code=code_now(app))
    assert (browser.status, browser.answer.location) == (303, "/administracion/usuarios?q=pino")
    assert browser.follow().text("h1") == "Usuarios"


def test_a_recovery_code_opens_the_session_too_and_keeps_the_way(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = with_password(app, cast, "/ingresar?next=/mi-verificacion").follow()
    browser.click("Usar un código de respaldo")
    browser.submit("form", code="no es uno")
    assert "Ese código de respaldo no es correcto o ya se usó" in browser.text(".summary")
    browser.submit("form", code=codes[0])
    assert "Le quedan 9 códigos de respaldo." in browser.follow().text()
    assert with_password(app, cast).get("/ingresar/respaldo").submit("form", code=codes[0]).status == 422


@pytest.mark.parametrize("path", ["/ingresar/codigo", "/ingresar/respaldo"])
def test_without_the_password_nobody_is_asked_for_a_code(app: Flask, cast: Cast, codes: list[str], path: str) -> None:
    browser = Visitor(app).get(f"{path}?next=https://attacker.example")
    assert (browser.status, browser.answer.location) == (303, "/ingresar?next=/porteria/")
    assert "Pasó demasiado tiempo" in browser.follow().text()
    browser.post(path, {"code": codes[0]})
    assert browser.status == 303
    assert sessions(app) == 0


def test_five_minutes_later_the_password_is_asked_for_again(
    app: Flask, cast: Cast, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = with_password(app, cast, "/ingresar?next=/mi-clave").follow()
    late = clock.now() + second_step.VALID_FOR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    browser.submit("form", code=code_now(app))
    assert (browser.status, browser.answer.location) == (303, "/ingresar?next=/mi-clave")
    assert sessions(app) == 0


def test_five_wrong_codes_lock_and_leave_the_password_alone(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = with_password(app, cast).follow()
    for _ in range(5):
        browser.submit("form", code="000000")
    browser.submit("form", code=code_now(app))
    assert "Demasiados intentos" in browser.text(".summary")
    assert with_password(app, cast).status == 303
    assert len(journal(app, "sign_in.failed")) == 5


def test_after_a_temporary_password_the_code_is_asked_for_too(app: Flask, cast: Cast, codes: list[str]) -> None:
    with app.app_context():
        issued = temporary_passwords.prepare()
        temporary_passwords.give(db.session.get_one(Account, cast.accounts["admin"]), issued, now=clock.now())
        db.session.commit()
        temporary = tokens.legible(issued.seed)
    browser = with_password(app, cast, password=temporary).follow()
    assert browser.text("h1") == "Elegir su contraseña"
    browser.submit("form", temporary_password=temporary, new_password=NEW, repeated=NEW)
    assert sessions(app) == 0
    browser = with_password(app, cast, password=NEW)
    assert browser.answer.location.startswith("/ingresar/codigo")
    assert sessions(app) == 0


def test_a_code_is_taken_once_by_two_browsers(app: Flask, cast: Cast, codes: list[str]) -> None:
    first, second = with_password(app, cast).follow(), with_password(app, cast).follow()
    code = code_now(app)
    assert first.submit("form", code=code).status == 303
    assert second.submit("form", code=code).status == 422
    assert sessions(app) == 1


def test_who_was_signed_in_as_somebody_else_is_so_until_the_code(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = Visitor(app)
    browser.sign_in(cast.emails["conserje"])
    browser.get("/ingresar").submit("form", email=cast.emails["admin"], password=PASSWORD)
    assert "Gustavo" in browser.get("/porteria/").text("header")
    browser.get("/ingresar/codigo").submit("form", code=code_now(app))
    assert "Paula" in browser.follow().text("header")
    assert sessions(app) == 1


def test_codes_are_limited_by_address(make_app: MakeApp, cast: Cast) -> None:
    browser = Visitor(make_app(RATELIMIT_ENABLED=True)).get("/ingresar")
    statuses = [browser.post("/ingresar/codigo", {"code": "1"}).status for _ in range(31)]
    assert CODES_BY_ADDRESS.startswith("30 ")
    assert statuses == [303] * 30 + [429]


def test_the_journal_holds_no_code(app: Flask, cast: Cast, codes: list[str]) -> None:
    browser = with_password(app, cast).get("/ingresar/respaldo")
    browser.submit("form", code=codes[0])
    said = str([line.facts for line in journal(app)])
    assert codes[0] not in said
    assert journal(app, "second_factor.recovered")[0].facts == {"left": 9}
