"""[Configuraciones], as a browser sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from conserje.communities.models import Community
from conserje.database import db
from tests.blueprints.scene import journal, work_in
from tests.builders import Cast
from tests.page import Visitor

PATH = "/administracion/configuraciones"


@pytest.fixture
def admin(cast: Cast, visit_as: Callable[[str], Visitor]) -> Visitor:
    return work_in(visit_as("admin"), cast.aromos).get(PATH)


def held(app: Flask, community_id: int) -> Community:
    with app.app_context():
        return db.session.get_one(Community, community_id)


def test_it_shows_what_holds_now(admin: Visitor) -> None:
    assert admin.one("#approval_minutes")["value"] == "10"
    assert admin.one("#escalation_seconds")["value"] == "90"
    assert admin.one("#asks_residents").has_attr("checked")


def test_what_is_saved_holds_and_is_shown(app: Flask, cast: Cast, admin: Visitor) -> None:
    admin.submit("main form", approval_minutes="5", gate_phone="2 2123 4567")
    assert (admin.status, admin.answer.location) == (303, PATH)
    assert "quedaron guardados" in admin.follow().text()
    assert admin.one("#approval_minutes")["value"] == "5"
    assert admin.one("#gate_phone")["value"] == "+56 2 2123 4567"
    assert held(app, cast.aromos).approval_minutes == 5
    assert held(app, cast.parque).approval_minutes == 10


def test_a_box_that_is_not_ticked_is_switched_off(app: Flask, cast: Cast, admin: Visitor) -> None:
    fields = {
        "approval_minutes": "10",
        "escalation_seconds": "90",
        "sms_per_day": "300",
        "column_names": "users",
        "key": "once",
    }
    admin.post(PATH, fields)
    assert admin.status == 303
    assert not held(app, cast.aromos).asks_residents


@pytest.mark.parametrize("typed", ["", "diez", "1", "31", "-5", "1e3", "99999999999999"])
def test_nonsense_is_asked_for_again_and_loses_nothing(app: Flask, cast: Cast, admin: Visitor, typed: str) -> None:
    admin.submit("main form", approval_minutes=typed, sms_per_day="77")
    assert admin.status == 422
    assert admin.one("#approval_minutes")["value"] == typed
    assert admin.one("#sms_per_day")["value"] == "77"
    assert held(app, cast.aromos).sms_per_day == 300


def test_every_number_that_is_wrong_is_told_at_once(admin: Visitor) -> None:
    admin.submit("main form", approval_minutes="99", escalation_seconds="1", sms_per_day="99999999999999999999")
    told = admin.text(".summary")
    for limits in ("entre 2 y 30", "entre 30 y 600", "entre 1 y 5000"):
        assert limits in told


def test_a_foreign_telephone_is_refused_beside_its_field(admin: Visitor) -> None:
    admin.submit("main form", gate_phone="+57 300 123 4567")
    assert admin.status == 422
    assert "no es de este país" in admin.text("#gate_phone-error")


def test_a_form_posted_twice_changes_once(app: Flask, admin: Visitor) -> None:
    said = {
        "csrf_token": admin.csrf_token(),
        "key": "twice",
        "approval_minutes": "7",
        "escalation_seconds": "90",
        "sms_per_day": "300",
        "asks_residents": "y",
        "document_required": "y",
        "column_names": "users",
    }
    for _ in range(2):
        assert admin.client.post(PATH, data=said).status_code == 303
    assert len(journal(app, "settings.changed")) == 1


@pytest.mark.parametrize("who", ["conserje", "prueba"])
def test_it_is_not_everybodys(visit_as: Callable[[str], Visitor], who: str) -> None:
    browser = visit_as(who)
    assert browser.get(PATH).status == 403
    assert browser.post(PATH, {"approval_minutes": "5"}).status == 403


def test_the_names_of_the_columns_change_in_both_lists(admin: Visitor) -> None:
    """K108, K109."""

    def headings(path: str) -> list[str]:
        return [tag.get_text() for tag in admin.get(path).page.select("main th")]

    assert {"Correo del usuario principal", "Correos de secundarios"} <= set(headings("/administracion/inmuebles"))
    assert "Usuario principal" in admin.get("/administracion/residentes").text("main tbody")
    admin.get(PATH).submit("main form", column_names="debt")
    assert admin.status == 303
    assert {"Correo del responsable de deuda", "Correos de asociados"} <= set(headings("/administracion/inmuebles"))
    assert "Responsable de deuda" in admin.get("/administracion/residentes").text("main tbody")


def test_each_group_says_who_changed_it_last(cast: Cast, visit_as: Callable[[str], Visitor], admin: Visitor) -> None:
    said = [tag.get_text() for tag in admin.page.select("fieldset > .hint")]
    assert said == ["Nadie lo ha cambiado todavía."] * 2
    admin.submit("main form", approval_minutes="5")
    superadmin = work_in(visit_as("super"), cast.aromos).get(PATH)
    superadmin.submit("main form", column_names="debt")
    said = [tag.get_text() for tag in admin.get(PATH).page.select("fieldset > .hint")]
    assert ["Paula Pino" in said[0], "Silvia Pino" in said[1]] == [True, True]


def test_a_name_that_is_none_of_the_list_is_refused(admin: Visitor) -> None:
    admin.submit("main form", column_names="otra")
    assert admin.status == 422
    assert "Elija una opción de la lista." in admin.text("#column_names-error")
