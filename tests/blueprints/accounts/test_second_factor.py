"""[Verificación en dos pasos]: setting it up, what it shows once, switching it off, and where it is required."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select, update

from conserje import clock
from conserje.accounts.models import RecoveryCode, SecondFactor
from conserje.communities.models import Administration
from conserje.database import db
from tests.blueprints.scene import journal, work_in
from tests.builders import PASSWORD, Cast
from tests.page import HTMX, Visitor

PATH = "/mi-verificacion"


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return visit_as("admin")


def begin(browser: Visitor, password: str = PASSWORD) -> Visitor:
    browser.get(PATH)
    return browser.submit("main form", current_password=password)


def shown_code(browser: Visitor) -> str:
    return TOTP(browser.text("b.main").replace(" ", "")).at(clock.now())


def set_up(browser: Visitor) -> list[str]:
    """Set it up as a person does; the recovery codes that are shown."""
    begin(browser).follow()
    browser.submit("main form", code=shown_code(browser))
    assert browser.status == 200, browser.text()
    return [code.get_text() for code in browser.page.select("ol code")]


def is_on(app: Flask) -> bool:
    with app.app_context():
        found = select(SecondFactor.id).where(SecondFactor.confirmed_at.is_not(None))
        return db.session.scalar(found) is not None


def required(app: Flask, value: bool = True) -> None:
    with app.app_context():
        db.session.execute(update(Administration).values(requires_totp=value))
        db.session.commit()


def test_it_is_reached_from_changing_ones_password_by_administrators_alone(
    admin: Visitor, visit_as: Callable[[str], Visitor]
) -> None:
    assert admin.get("/mi-clave").click("Ver y configurar").text("h1") == "Verificación en dos pasos"
    assert "Verificación en dos pasos" not in visit_as("conserje").get("/mi-clave").text()


def test_the_whole_way(app: Flask, admin: Visitor) -> None:
    begin(admin).follow()
    assert admin.one("main svg")
    assert admin.answer.headers["Cache-Control"] == "no-store"
    admin.submit("main form", code="000000")
    assert admin.status == 422
    assert "El código no es correcto" in admin.text(".summary")
    admin.submit("main form", code=shown_code(admin))
    codes = [code.get_text() for code in admin.page.select("ol code")]
    assert len(set(codes)) == 10
    assert is_on(app)
    admin.get(PATH)
    assert "Activada" in admin.text(".state")
    assert "Le quedan 10 códigos de respaldo." in admin.text()
    assert not [code for code in codes if code in admin.answer.text]
    assert [line.action for line in journal(app)][-2:] == ["second_factor.begun", "second_factor.on"]


@pytest.mark.parametrize("password", ["", "no es la contraseña"])
def test_without_the_password_nothing_happens(app: Flask, admin: Visitor, password: str) -> None:
    begin(admin, password)
    assert admin.status == 422
    assert admin.page.select_one("#current_password-error")
    set_up(admin)
    admin.get(PATH)
    for path in ("codigos", "desactivar"):
        assert admin.post(f"{PATH}/{path}", {"key": path, "current_password": password}).status == 422
    assert is_on(app)


def test_codes_are_not_shown_to_a_second_post(app: Flask, admin: Visitor) -> None:
    begin(admin).follow()
    page, code = admin.page, shown_code(admin)
    admin.submit("main form", code=code)
    admin.page = page
    admin.submit("main form", code=code)
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "ya se mostraron" in admin.follow().text()
    with app.app_context():
        assert len(db.session.scalars(select(RecoveryCode)).all()) == 10


def test_new_codes_and_switching_off(app: Flask, admin: Visitor) -> None:
    before = set_up(admin)
    admin.get(PATH).submit("main form", "Crear códigos nuevos", current_password=PASSWORD)
    after = [code.get_text() for code in admin.page.select("ol code")]
    assert len(after) == 10
    assert not set(before) & set(after)
    admin.get(PATH).submit("main form", "Desactivar", current_password=PASSWORD)
    assert admin.status == 303
    assert not is_on(app)
    assert "Desactivada" in admin.follow().text(".state")
    assert "quedó desactivada" in admin.text("#notices")


def test_a_stale_tab_is_told(admin: Visitor) -> None:
    begin(admin).follow()
    stale = admin.page
    admin.submit("main form", code=shown_code(admin))
    assert admin.get(f"{PATH}/configurar").status == 303
    admin.page = stale
    admin.post(f"{PATH}/confirmar", {"key": "another", "code": "000000"})
    assert "ya tiene la verificación en dos pasos" in admin.follow().text("#notices")
    admin.post(f"{PATH}/configurar", {"key": "third", "current_password": PASSWORD})
    assert admin.status == 422
    assert "ya tiene la verificación en dos pasos" in admin.text(".summary")


# Where the administration requires it


@pytest.mark.parametrize("path", ["/porteria/", "/administracion/usuarios", "/mi-clave"])
def test_whoever_lacks_it_is_led_to_it_and_nowhere_else(app: Flask, admin: Visitor, path: str) -> None:
    required(app)
    admin.get(path)
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "Su administración la exige" in admin.follow().text(".note")
    fragment = admin.client.get(path, headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (403, PATH)
    assert admin.client.get("/porteria/cambios", headers={"Accept": "text/event-stream"}).status_code == 403
    set_up(admin)
    assert admin.get(path).status == 200


def test_a_form_that_was_open_changes_nothing(app: Flask, cast: Cast, admin: Visitor) -> None:
    work_in(admin, cast.aromos).get("/administracion/logos")
    required(app)
    admin.post("/administracion/logos/comunidad", {"key": "k", "choice": "none"})
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert not journal(app, "logo.chosen")


def test_signing_out_stays_open(app: Flask, admin: Visitor) -> None:
    admin.get(PATH)
    required(app)
    admin.submit("form#acts")
    assert (admin.status, admin.answer.location) == (303, "/ingresar")


@pytest.mark.parametrize("who", ["conserje", "prueba"])
def test_conserjes_and_test_users_go_on_working(app: Flask, visit_as: Callable[[str], Visitor], who: str) -> None:
    browser = visit_as(who)
    required(app)
    assert browser.get("/porteria/").status == 200
