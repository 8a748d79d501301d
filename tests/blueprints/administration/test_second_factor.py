"""[Usuarios] shows who has a second factor and switches one off; [Administración] requires it of all administrators."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from conserje import clock
from conserje.accounts.models import SecondFactor
from conserje.communities.models import Administration
from conserje.database import db
from conserje.messages.models import Message
from tests.blueprints.scene import journal, work_in
from tests.builders import Cast
from tests.page import Visitor

STAFF, SETTING = "/administracion/usuarios", "/administracion/logos"
SWITCH = 'form[action$="/administradores/verificacion"]'


@pytest.fixture
def superadmin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("super"), cast.aromos)


@pytest.fixture
def paula_has_one(app: Flask, cast: Cast) -> int:
    return has_one(app, cast.accounts["admin"])


def has_one(app: Flask, account_id: int) -> int:
    now = clock.now()
    with app.app_context():
        db.session.add(SecondFactor(account_id=account_id, seed="totp:x", begun_at=now, confirmed_at=now))
        db.session.commit()
    return account_id


def row_of(browser: Visitor, name: str) -> str:
    return next(row.get_text(" ", strip=True) for row in browser.page.select("tbody tr") if name in row.get_text())


def is_required(app: Flask, name: str = "Administraciones Cordillera") -> bool:
    with app.app_context():
        return bool(db.session.scalar(select(Administration.requires_totp).where(Administration.name == name)))


def test_a_manager_switches_one_off_for_somebody_who_lost_the_telephone(
    app: Flask, superadmin: Visitor, paula_has_one: int
) -> None:
    superadmin.get(STAFF)
    assert "Verificación en dos pasos" in row_of(superadmin, "Paula")
    assert "Verificación en dos pasos" not in row_of(superadmin, "Gustavo")
    superadmin.get(str(superadmin.one('a[aria-label="Desactivar la verificación en dos pasos: Paula Pino"]')["href"]))
    assert "¿Desactivar la verificación en dos pasos de Paula Pino?" in superadmin.text("h1")
    superadmin.submit()
    assert "quedó desactivada. Le avisamos por correo." in superadmin.follow().text("#notices")
    assert "Verificación en dos pasos" not in row_of(superadmin, "Paula")
    with app.app_context():
        assert [mail.recipient for mail in db.session.scalars(select(Message))] == ["admin@demo.example"]
    (line,) = journal(app, "second_factor.off")
    assert line.subject_id == paula_has_one


def test_none_is_left_for_a_second_manager(app: Flask, superadmin: Visitor, paula_has_one: int) -> None:
    path = f"{STAFF}/{paula_has_one}/verificacion"
    superadmin.get(path).post(path, {"key": "first"})
    superadmin.get(path).post(path, {"key": "first"})
    assert superadmin.status == 303
    superadmin.get(path).post(path, {"key": "second"})
    assert superadmin.status == 409
    assert "no tiene la verificación en dos pasos" in superadmin.text()


def test_ones_own_is_switched_off_with_the_password_alone(admin: Visitor, paula_has_one: int) -> None:
    admin.get(STAFF)
    assert "Verificación en dos pasos" in row_of(admin, "Paula")
    assert not admin.page.select('a[aria-label^="Desactivar la verificación"]')
    assert admin.get(f"{STAFF}/{paula_has_one}/verificacion").status == 409


def test_an_administrator_switches_off_no_superadmins(app: Flask, cast: Cast, admin: Visitor) -> None:
    path = f"{STAFF}/{cast.accounts['super']}/verificacion"
    assert admin.get(path).status == 404
    assert admin.get(STAFF).post(path, {"key": "x"}).status == 404


def test_a_superadmin_requires_it_of_his_administration_alone(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    superadmin.get(SETTING)
    assert "Nadie lo ha cambiado todavía." in superadmin.text()
    superadmin.submit(SWITCH, requires_totp="y")
    assert superadmin.status == 409
    assert "Active primero la verificación en dos pasos en su propia cuenta" in superadmin.text()
    has_one(app, cast.accounts["super"])
    superadmin.get(SETTING).submit(SWITCH, requires_totp="y")
    assert superadmin.answer.location == SETTING
    assert is_required(app)
    assert not is_required(app, "Gestión Andina")
    (line,) = journal(app, "administration.changed")
    assert line.facts == {"settings": ["requires_totp"], "required": True}


def test_it_is_switched_back_and_says_who_did_it(app: Flask, cast: Cast, superadmin: Visitor) -> None:
    has_one(app, cast.accounts["super"])
    superadmin.get(SETTING).submit(SWITCH, requires_totp="y")
    superadmin.get(SETTING)
    assert superadmin.one("#requires-totp").has_attr("checked")
    form = superadmin.one(SWITCH)
    superadmin.post(str(form["action"]), {"key": "off"})
    assert not is_required(app)
    assert "Último cambio: Silvia Pino" in superadmin.get(SETTING).text()


def test_an_administrator_reads_whether_it_is_required(admin: Visitor) -> None:
    admin.get(SETTING)
    assert "No se exige verificación en dos pasos a los administradores." in admin.text()
    assert not admin.page.select("#requires-totp")
